/**
 * Keys that do not tell the rows of a source apart. Each row would take the place of the one before, again in every
 * reading: both are kept as versions, and a finding says that only the later one counts.
 */
import type { EntityManager } from 'typeorm';
import { selectIn } from '../../platform/database/select-in';
import type { Reading } from './batch';
import type { MappedRecord } from './batch-mapper';

/** A row that its source changed about when the reading began, or since, may rightly come twice in it. */
const CHANGED_MEANWHILE_MS = 5 * 60_000;

/** Keys of records of which a version came in the same reading; `rows` are others under keys of `known`. */
export async function repeatedKeys(
  manager: EntityManager,
  reading: Reading | undefined,
  rows: readonly MappedRecord[],
  known: ReadonlyMap<string, { readonly pk: number }>,
): Promise<ReadonlySet<string>> {
  if (reading === undefined) return new Set();
  const since = reading.startedAt - CHANGED_MEANWHILE_MS;
  const doubtful = rows.filter(({ changedAt }) => changedAt === null || changedAt < since);
  const came = await selectIn<{ record_pk: number }>(
    manager,
    'SELECT DISTINCT record_pk FROM source_version WHERE batch_pk > ? AND record_pk IN (?)',
    doubtful.flatMap(({ key }) => known.get(key)?.pk ?? []),
    [reading.startKey],
  );
  const pks = new Set(came.map((one) => one.record_pk));
  return new Set(doubtful.map(({ key }) => key).filter((key) => pks.has(known.get(key)?.pk ?? 0)));
}

/** The row, with a note of what it took the place of. */
export const withRepeat = (mapped: MappedRecord): MappedRecord => ({
  ...mapped,
  notes: [...mapped.notes, { rule: 'KEY_REPEATED', field: '', raw: mapped.key }],
});
