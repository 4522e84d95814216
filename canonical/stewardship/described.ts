/** Entities with the golden values that help to tell whether two are one. */
import type { EntityManager } from 'typeorm';
import { selectIn } from '../../platform/database/select-in';
import type { EntityType } from '../sync/identity';
import type { Described } from './evidence';

type Row = Readonly<Record<string, string | number | null>>;

const COLUMNS: Readonly<Record<EntityType, string>> = {
  item: 'code, name, name_zh, gtin, item_class',
  site: 'code, name, name_zh',
  location: 'code, name, site_pk',
  party: 'code, name, name_zh, country, role',
  lot: 'lot_number, item_pk, manufacturer_pk, supplier_pk, expires_on, manufactured_on, supplier_lot_number',
};

/** The entities that have a row, by key. */
export async function describe(
  manager: EntityManager,
  type: EntityType,
  pks: readonly number[],
): Promise<Map<number, Described>> {
  const rows = await selectIn<Row>(manager, `SELECT pk, ${COLUMNS[type]} FROM ${type} WHERE pk IN (?)`, [
    ...new Set(pks),
  ]);
  const items =
    type === 'lot'
      ? await describe(
          manager,
          'item',
          rows.map((row) => Number(row['item_pk'])),
        )
      : new Map<number, Described>();
  return new Map(rows.map((row) => [Number(row['pk']), describedOf(type, row, items)]));
}

function describedOf(type: EntityType, row: Row, items: ReadonlyMap<number, Described>): Described {
  const text = (column: string): string | null => (row[column] == null ? null : String(row[column]));
  const key = (column: string): number | null => (row[column] == null ? null : Number(row[column]));
  if (type === 'lot')
    return {
      ...{ type, name: text('lot_number') ?? '', itemPk: key('item_pk') },
      item: items.get(key('item_pk') ?? 0) ?? null,
      ...{ manufacturerPk: key('manufacturer_pk'), supplierPk: key('supplier_pk') },
      ...{ expiresOn: text('expires_on'), manufacturedOn: text('manufactured_on') },
      supplierLotNumber: text('supplier_lot_number'),
    };
  return {
    ...{ type, name: text('code') ?? '', title: text('name'), titleZh: text('name_zh') },
    ...{ gtin: text('gtin'), itemClass: text('item_class'), country: text('country'), role: text('role') },
    site: key('site_pk'),
  };
}
