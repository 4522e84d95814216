// Frappe's REST resource: documents by doctype and name, lists with fields and filters.
import { HttpError } from '../http';
import type { Value } from '../sql';
import type { Record_ } from '../store';
import type { ErpDb } from './db';
import { ERP_TABLES, T } from './tables';
import type { DocTable } from './tables';

const CHILDREN: Readonly<Record<string, { field: string; table: DocTable }>> = {
  Item: { field: 'uoms', table: T.uom },
  'Purchase Order': { field: 'items', table: T.purchaseOrderItem },
  'Purchase Receipt': { field: 'items', table: T.purchaseReceiptItem },
  'Work Order': { field: 'required_items', table: T.workOrderItem },
  'Stock Entry': { field: 'items', table: T.stockEntryDetail },
  'Serial and Batch Bundle': { field: 'entries', table: T.bundleEntry },
  'Sales Order': { field: 'items', table: T.salesOrderItem },
  'Delivery Note': { field: 'items', table: T.deliveryNoteItem },
  'Quality Inspection': { field: 'readings', table: T.reading },
  'Stock Reconciliation': { field: 'items', table: T.reconciliationItem },
};

/** A refusal in Frappe's shape. */
export const frappe = (status: number, type: string, message: string): HttpError =>
  new HttpError(status, {
    exc_type: type,
    exception: `frappe.exceptions.${type}: ${message}`,
    _server_messages: JSON.stringify([JSON.stringify({ message, indicator: 'red' })]),
  });

export function requireTable(doctype: string): DocTable {
  const found = ERP_TABLES.find((table) => table.doctype === doctype);
  if (!found) throw frappe(404, 'DoesNotExistError', `DocType ${doctype} not found`);
  return found;
}

/** Decimals as numbers, whatever the driver gives. */
function plain(table: DocTable, row: Record_): Record_ {
  const out: Record_ = { ...row };
  for (const { name, type } of table.columns) {
    const value = out[name];
    if (type.startsWith('decimal') && value !== null && value !== undefined) out[name] = Number(value);
  }
  return out;
}

export async function requireDoc(db: ErpDb, table: DocTable, name: string): Promise<Record_> {
  const [row] = await db.all(`SELECT * FROM \`${table.name}\` WHERE name = ?`, [name]);
  if (!row) throw frappe(404, 'DoesNotExistError', `${table.doctype} ${name} not found`);
  return row;
}

/** A document with its child rows. Thrown as 404 when it is not there. */
export async function readDoc(db: ErpDb, doctype: string, name: string): Promise<Record<string, unknown>> {
  const table = requireTable(doctype);
  const row = plain(table, await requireDoc(db, table, name));
  const child = CHILDREN[doctype];
  if (!child) return { ...row, doctype };
  const rows = await db.all(`SELECT * FROM \`${child.table.name}\` WHERE parent = ? ORDER BY idx`, [name]);
  const list = rows.map((one) => ({ ...plain(child.table, one), doctype: child.table.doctype }));
  return { ...row, doctype, [child.field]: list };
}

const OPERATORS = new Set(['=', '!=', '>', '<', '>=', '<=', 'like', 'not like', 'in', 'not in', 'is']);

function jsonParam(query: URLSearchParams, name: string): unknown {
  const text = query.get(name);
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw frappe(417, 'ValidationError', `${name} is not JSON`);
  }
}

const requireColumn = (table: DocTable, name: unknown): string => {
  const found = table.columns.find((column) => column.name === name);
  if (!found) throw frappe(417, 'DataError', `Field not permitted in query: ${String(name)}`);
  return `\`${found.name}\``;
};

function condition(table: DocTable, filter: unknown): { sql: string; values: Value[] } {
  const parts = Array.isArray(filter) ? (filter as unknown[]) : [];
  const [field, operator, value] = parts.length === 4 ? parts.slice(1) : parts;
  const column = requireColumn(table, field);
  const op = String(operator).toLowerCase();
  if (!OPERATORS.has(op))
    throw frappe(417, 'ValidationError', `Operator must be one of ${[...OPERATORS].join(', ')}`);
  if (op === 'is') return { sql: `${column} IS ${value === 'set' ? 'NOT ' : ''}NULL`, values: [] };
  if (op.endsWith('in')) {
    const list = (Array.isArray(value) ? value : String(value).split(',')) as Value[];
    return { sql: `${column} ${op} (${list.map(() => '?').join(', ')})`, values: list };
  }
  return { sql: `${column} ${op} ?`, values: [value as Value] };
}

export async function listDocs(db: ErpDb, doctype: string, query: URLSearchParams): Promise<Record_[]> {
  const table = requireTable(doctype);
  const fields = jsonParam(query, 'fields') ?? ['name'];
  const names = (Array.isArray(fields) ? fields : ['name']) as unknown[];
  const columns = names.includes('*') ? '*' : names.map((name) => requireColumn(table, name)).join(', ');
  const given = jsonParam(query, 'filters');
  const filters = Array.isArray(given)
    ? (given as unknown[])
    : Object.entries((given ?? {}) as Record<string, unknown>).map(([field, value]) => [field, '=', value]);
  const conditions = filters.map((filter) => condition(table, filter));
  const where = conditions.length > 0 ? `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}` : '';
  const [orderField, direction] = (query.get('order_by') ?? 'modified desc').replaceAll('`', '').split(/\s+/);
  const order = `${requireColumn(table, orderField)} ${direction?.toLowerCase() === 'asc' ? 'ASC' : 'DESC'}`;
  const limit = Number(query.get('limit_page_length') ?? query.get('limit') ?? 20) || 1_000_000;
  const start = Number(query.get('limit_start') ?? 0) || 0;
  const rows = await db.all(
    `SELECT ${columns} FROM \`${table.name}\` ${where} ORDER BY ${order}, name LIMIT ${limit} OFFSET ${start}`,
    conditions.flatMap(({ values }) => values),
  );
  return rows.map((row) => plain(table, row));
}
