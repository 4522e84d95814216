/** Rejected rows: kept with their reason until the source or the mapping mends them. */
import { hash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { type BulkRow, bulkInsert, bulkReplace } from '../../platform/database/bulk';
import { selectIn } from '../../platform/database/select-in';

export interface Reject {
  /** Native key; null when not even that could be read. */
  readonly key: string | null;
  readonly code: string;
  readonly field: string;
  readonly message: string;
  readonly raw: string;
}

interface StoredReject {
  pk: number;
  stream_pk: number;
  row_key: string;
  code: string;
  field: string;
  message: string;
  raw: string;
  mapping_version: string;
  first_seen_at: number;
  last_seen_at: number;
  resolved_at: number | null;
}

const COLUMNS = [
  'pk',
  'stream_pk',
  'row_key',
  'code',
  'field',
  'message',
  'raw',
  'mapping_version',
  'first_seen_at',
  'last_seen_at',
  'resolved_at',
] as const;

const toRow = (reject: StoredReject): BulkRow => COLUMNS.map((column) => reject[column]);

/** Long or missing keys are replaced by a hash, so that the same row is one rejected row however often it is read. */
export function rejectKey(reject: Reject): string {
  if (reject.key !== null && reject.key.length > 0 && reject.key.length <= 180) return reject.key;
  return `#${hash('sha256', reject.key ?? reject.raw, 'hex')}`;
}

export interface RejectContext {
  readonly streamPk: number;
  readonly mappingVersion: string;
  readonly now: number;
  readonly nextKey: () => number;
}

/** Stores rejects, and resolves those of rows that became records after all. */
export async function storeRejects(
  manager: EntityManager,
  context: RejectContext,
  rejects: readonly Reject[],
  acceptedKeys: readonly string[],
): Promise<void> {
  const byKey = new Map(rejects.map((reject) => [rejectKey(reject), reject]));
  const stored = await selectIn<StoredReject>(
    manager,
    `SELECT ${COLUMNS.join(',')} FROM rejected_row WHERE stream_pk = ? AND row_key IN (?)`,
    [...new Set([...byKey.keys(), ...acceptedKeys])],
    [context.streamPk],
  );
  const known = new Map(stored.map((row) => [row.row_key, row]));
  const fresh: StoredReject[] = [];
  const changed: StoredReject[] = [];
  for (const [key, reject] of byKey) {
    const old = known.get(key);
    const content = { code: reject.code, field: reject.field, message: reject.message, raw: reject.raw };
    const seen = {
      ...content,
      mapping_version: context.mappingVersion,
      last_seen_at: context.now,
      resolved_at: null,
    };
    if (!old)
      fresh.push({
        pk: context.nextKey(),
        stream_pk: context.streamPk,
        row_key: key,
        first_seen_at: context.now,
        ...seen,
      });
    else if (old.resolved_at !== null || old.raw !== reject.raw || old.code !== reject.code)
      changed.push({ ...old, ...seen });
  }
  for (const row of stored) {
    if (row.resolved_at === null && !byKey.has(row.row_key))
      changed.push({ ...row, resolved_at: context.now });
  }
  await bulkInsert(manager, 'rejected_row', COLUMNS, fresh.map(toRow));
  await bulkReplace(manager, 'rejected_row', COLUMNS, changed.map(toRow));
}
