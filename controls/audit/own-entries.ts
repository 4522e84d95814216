/**
 * Which entries the product itself wrote, asked for wherever something is decided by one. The key that tells belongs to
 * a database: it is named once, when the controls are opened, and without it nothing counts.
 */
import { type DataSource, type EntityManager, In } from 'typeorm';
import type { Database } from '../../platform/database/database';
import { GatewayError } from '../../platform/errors';
import { AuditEntryRow } from './audit-entry.entity';
import type { EntryMac } from './entry-mac';
import { type AuditBody, readBody } from './index-entry';

const MACS = new WeakMap<DataSource, EntryMac>();

/** Names the key that entries of this database are marked with. */
export function trustOwnEntries(database: Pick<Database, 'sources'>, mac: EntryMac): void {
  for (const source of database.sources) MACS.set(source, mac);
}

/** The key of the manager's database. Thrown when none was named: INTERNAL. */
export function macOf({ dataSource }: EntityManager): EntryMac {
  const mac = MACS.get(dataSource);
  if (mac === undefined)
    throw new GatewayError('INTERNAL', 'no key was named to tell entries of the product');
  return mac;
}

/** The same; undefined where none was named, as in a process that only keeps a copy. */
export function markerOf({ dataSource }: EntityManager): EntryMac | undefined {
  return MACS.get(dataSource);
}

/** Bodies, by id, of those entries that are there and that the product wrote. */
export async function ownEntries(
  manager: EntityManager,
  ids: readonly string[],
): Promise<ReadonlyMap<string, AuditBody>> {
  if (ids.length === 0) return new Map();
  const mac = macOf(manager);
  const rows = await manager.findBy(AuditEntryRow, { id: In([...new Set(ids)]) });
  const own = rows.filter(({ body }) => mac.isOwn(body)).map(({ id, body }) => readBody(id, body));
  // an entry's id stands in its body: a row that carries the body of another one is not that entry
  const found = new Map(own.map((body) => [body.id, body]));
  return new Map(ids.flatMap((id) => (found.has(id) ? [[id, found.get(id) as AuditBody] as const] : [])));
}
