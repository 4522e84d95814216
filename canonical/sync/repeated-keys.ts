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

interface Stored {
  readonly pk: number;
  readonly version: number;
}

/** Keys of records whose current version came in the same reading; `rows` are others under keys of `known`. */
export async function repeatedKeys(
  manager: EntityManager,
  reading: Reading | undefined,
  rows: readonly MappedRecord[],
  known: ReadonlyMap<string, Stored>,
): Promise<ReadonlySet<string>> {
  if (reading === undefined) return new Set();
  const since = reading.startedAt - CHANGED_MEANWHILE_MS;
  const doubtful = rows.filter(({ changedAt }) => changedAt === null || changedAt < since);
  const stored = await selectIn<{ record_pk: number; version: number; batch_pk: number | null }>(
    manager,
    'SELECT record_pk, version, batch_pk FROM source_version WHERE record_pk IN (?)',
    doubtful.flatMap(({ key }) => known.get(key)?.pk ?? []),
  );
  const came = new Set(
    stored
      .filter(({ batch_pk: batch }) => batch !== null && batch > reading.startKey)
      .map((one) => `${one.record_pk}/${one.version}`),
  );
  return new Set(
    doubtful
      .map(({ key }) => key)
      .filter((key) => came.has(`${known.get(key)?.pk}/${known.get(key)?.version}`)),
  );
}

/** The row, with a note of what it took the place of. */
export const withRepeat = (mapped: MappedRecord): MappedRecord => ({
  ...mapped,
  notes: [...mapped.notes, { rule: 'KEY_REPEATED', field: '', raw: mapped.key }],
});
