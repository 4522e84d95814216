// The lists of the API: which table, which filters, and paging that stays quick at any offset.
import { HttpError } from '../http';
import type { Value } from '../sql';
import type { Store } from '../store';
import type { Json, Lookup } from './lookup';
import { lotKey, wmsId } from './tables';
import type { View } from './views';
import * as views from './views';

interface List {
  readonly table: string;
  readonly kind: Parameters<typeof wmsId>[0];
  readonly view: View;
  /** Query parameters and the condition each of them adds; `?` is a JSON list of the values given. */
  readonly filters?: Readonly<Record<string, string>>;
  /** Condition that always holds. */
  readonly always?: string;
  /** Where the stamps are, when not in the table itself. */
  readonly join?: string;
  readonly stampOf?: string;
}

const any = (column: string): string => `${column} IN (SELECT value FROM json_each(?))`;
const lotsWhere = (condition: string): string =>
  `t.inventory_item_id IN (SELECT id FROM inventory_item WHERE ${condition})`;
const productsWhere = (column: string): string =>
  `t.${column} IN (SELECT id FROM product WHERE lower(code) IN (SELECT value FROM json_each(?)))`;

export const LISTS: Readonly<Record<string, List>> = {
  locations: {
    ...{ table: 'location', kind: 'location', view: views.locations },
    filters: { locationTypeCode: any('t.type'), 'parentLocation.id': any('t.parent_id') },
  },
  products: {
    ...{ table: 'product', kind: 'product', view: views.products },
    filters: { productCode: any('lower(t.code)') },
  },
  inventoryItems: {
    ...{ table: 'inventory_item', kind: 'inventoryItem', view: views.inventoryItems },
    filters: {
      lotNumber: any('t.lot_key'),
      productCode: productsWhere('product_id'),
      lotStatus: any('t.lot_status'),
    },
  },
  transactions: {
    ...{ table: 'transaction_head', kind: 'transaction', view: views.transactions },
    filters: { 'location.id': any('t.location_id') },
  },
  'generic/transactionEntry': {
    ...{ table: 'transaction_entry', kind: 'entry', view: views.entries },
    filters: { 'inventoryItem.id': any('t.inventory_item_id'), lotNumber: lotsWhere(any('lot_key')) },
    join: 'JOIN transaction_head h ON h.id = t.transaction_id',
    stampOf: 'h',
  },
  shipments: { table: 'shipment', kind: 'shipment', view: views.shipments },
  stockMovements: { table: 'stock_movement', kind: 'movement', view: views.stockMovements },
  receipts: { table: 'receipt', kind: 'receipt', view: views.receipts },
  putaways: { table: 'putaway', kind: 'putaway', view: views.putaways },
  productAvailability: {
    ...{
      table: 'product_availability',
      kind: 'availability',
      view: views.availability,
      always: 't.quantity <> 0',
    },
    filters: {
      lotNumber: lotsWhere(any('lot_key')),
      productCode: productsWhere('product_id'),
      'inventoryItem.id': any('t.inventory_item_id'),
      'location.id': any('t.location_id'),
    },
  },
};

const FOLDED = new Set(['lotNumber', 'productCode']);

/** Thrown as 400 when a time stamp cannot be read. */
export function instantOf(text: string): string {
  const instant = Date.parse(text);
  if (Number.isNaN(instant))
    throw new HttpError(400, { errorCode: 400, errorMessage: `Not a timestamp: ${text}` });
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

interface Where {
  readonly sql: string;
  readonly values: Value[];
}

function whereOf(list: List, query: URLSearchParams): Where {
  const conditions: string[] = list.always === undefined ? [] : [list.always];
  const values: Value[] = [];
  for (const [name, condition] of Object.entries(list.filters ?? {})) {
    const given = query.getAll(name).flatMap((text) => text.split(','));
    if (given.length === 0) continue;
    conditions.push(condition);
    values.push(JSON.stringify(FOLDED.has(name) ? given.map(lotKey) : given));
  }
  const stamp = `${list.stampOf ?? 't'}.last_updated`;
  for (const [name, operator] of [
    ['lastUpdatedFrom', '>='],
    ['lastUpdatedTo', '<'],
  ] as const) {
    const text = query.get(name);
    if (text === null) continue;
    conditions.push(`${stamp} ${operator} ?`);
    values.push(instantOf(text));
  }
  return { sql: conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '', values };
}

const whole = (text: string | null, fallback: number): number =>
  text === null || !/^\d+$/.test(text) ? fallback : Number(text);

export class Lists {
  private readonly counts = new Map<string, number>();

  constructor(
    private readonly store: Store,
    private readonly lookup: Lookup,
  ) {}

  /** Counts are remembered until something is written. */
  forget(): void {
    this.counts.clear();
  }

  page(list: List, query: URLSearchParams): { data: Json[]; totalCount: number } {
    const max = Math.min(1000, Math.max(1, whole(query.get('max'), 10)));
    const offset = whole(query.get('offset'), 0);
    const where = whereOf(list, query);
    const order = query.get('order') === 'desc' ? 'DESC' : 'ASC';
    const join = list.join ?? '';
    const columns: Record<string, string> = { lastUpdated: 'last_updated', dateCreated: 'date_created' };
    const column = columns[query.get('sort') ?? 'id'];
    const key = `${list.table} ${where.sql} ${where.values.join('|')}`;
    let total = this.counts.get(key);
    if (total === undefined) {
      const row = this.store.get(
        `SELECT count(*) AS n FROM ${list.table} t ${where.sql === '' ? '' : join} ${where.sql}`,
        where.values,
      );
      this.counts.set(key, (total = Number(row?.['n'] ?? 0)));
    }
    const byId = column === undefined;
    if (byId && order === 'ASC' && where.sql === '') {
      // ids are dense, so an offset is an id: no need to walk over what is skipped
      const sql = `SELECT * FROM ${list.table} WHERE id > ? ORDER BY id LIMIT ?`;
      return { data: this.view(list, sql, [wmsId(list.kind, offset), max]), totalCount: total };
    }
    const by = byId ? `t.id ${order}` : `${list.stampOf ?? 't'}.${column} ${order}, t.id ${order}`;
    const sql = `SELECT t.* FROM ${list.table} t ${join} ${where.sql} ORDER BY ${by} LIMIT ? OFFSET ?`;
    return { data: this.view(list, sql, [...where.values, max, offset]), totalCount: total };
  }

  one(list: List, id: string): Json | null {
    return this.view(list, `SELECT * FROM ${list.table} WHERE id = ?`, [id])[0] ?? null;
  }

  /** Elements by ids, in the order of the table. */
  many(list: List, condition: string, values: readonly Value[]): Json[] {
    return this.view(list, `SELECT t.* FROM ${list.table} t WHERE ${condition} ORDER BY t.id`, values);
  }

  private view(list: List, sql: string, values: readonly Value[]): Json[] {
    return list.view(this.lookup, this.store.all(sql, values));
  }
}
