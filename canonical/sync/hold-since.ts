/**
 * Since when a record states a hold that its golden row does not know: from the record's own versions. A mapping that
 * was taken back thus leaves the holds as old as they were.
 */
import type { EntityManager } from 'typeorm';
import type { CanonicalRecord } from '../../connectors/contract';
import { groupBy } from '../../platform/collections';
import { selectIn } from '../../platform/database/select-in';
import { statedHolds } from './entity-specs';

interface VersionRow {
  readonly record_pk: number;
  readonly version: number;
  readonly raw: string;
  readonly canonical: string;
  readonly void_reason: string | null;
  readonly read_at: number;
}

/** By `record/kind`: when the row was read from which on all states of the record have the hold. */
export async function firstStated(
  manager: EntityManager,
  records: readonly { readonly recordPk: number }[],
): Promise<Map<string, number>> {
  if (records.length === 0) return new Map();
  const rows = await selectIn<VersionRow>(
    manager,
    'SELECT record_pk, version, raw, canonical, void_reason, read_at FROM source_version WHERE record_pk IN (?)',
    records.map(({ recordPk }) => recordPk),
  );
  const since = new Map<string, number>();
  for (const [recordPk, versions] of groupBy(rows, (row) => row.record_pk))
    for (const [kind, at] of sinceOf(versions)) since.set(`${recordPk}/${kind}`, at);
  return since;
}

/** From the newest state back, as long as it is stated. */
function sinceOf(versions: readonly VersionRow[]): Map<string, number> {
  const since = new Map<string, number>();
  let stated: ReadonlySet<string> | null = null;
  for (const version of statesOf(versions)) {
    const kinds = new Set(holdsOf(version).filter((kind) => stated === null || stated.has(kind)));
    for (const kind of kinds) since.set(kind, version.read_at);
    stated = kinds;
  }
  return since;
}

/** Newest first; versions of one raw row are one state, as it was mapped last. */
function statesOf(versions: readonly VersionRow[]): VersionRow[] {
  const newestFirst = [...versions].sort((a, b) => b.version - a.version);
  return newestFirst.filter((version, index) => newestFirst[index - 1]?.raw !== version.raw);
}

const holdsOf = (version: VersionRow): string[] =>
  version.void_reason === null
    ? statedHolds(JSON.parse(version.canonical) as CanonicalRecord).map(({ kind }) => kind)
    : [];
