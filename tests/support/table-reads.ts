/**
 * CanonicalReads straight from the tables, for tests of the subgraphs that need no connectors: a copy counts as
 * stale when its last success is older than an hour, and nothing is asked live.
 */
import type { CanonicalReads, SourceRef } from '../../canonical/reads';
import { scopeAnd, scopedSelectIn } from '../../canonical/scope/scoped-sql';
import { selectIn } from '../../platform/database/select-in';
import type { Database } from '../../platform/database/database';
import type { SourceState } from '../../platform/sources';
import type { RecordType } from '../../schema/records/record-types';

const STALE_AFTER_MS = 3_600_000;

interface StreamRow {
  readonly system: string;
  readonly record_type: string;
  readonly last_success_at: number | null;
  readonly last_error: string | null;
}

export function tableReads(
  database: Database,
  systems: Partial<Record<RecordType, readonly string[]>> = {},
): CanonicalReads {
  const reported = new WeakMap<object, Promise<readonly StreamRow[]>>();
  return {
    sourcesOf: async (pks) => {
      const rows = await selectIn<SourceRef & { pk: number }>(
        database.reader,
        `SELECT r.pk, s.system, s.name AS stream, r.native_key AS nativeKey, r.version, r.read_at AS readAt,
         NULL AS changedAt, s.mapping_version AS mappingVersion
         FROM source_record r JOIN source_stream s ON s.pk = r.stream_pk WHERE r.pk IN (?)`,
        pks,
      );
      return new Map(rows.map(({ pk, ...source }) => [pk, source]));
    },
    provenanceOf: () => Promise.resolve(new Map()),
    systemsOf: (recordType) => systems[recordType] ?? [],
    ledgersOf: async (pks, scope) => {
      const inScope = scopeAnd(scope, (one) => one.atLocation('location_pk'));
      const rows = await scopedSelectIn<{ lot_pk: number; system: string }>(
        database.reader,
        scope,
        `SELECT DISTINCT lot_pk, system FROM movement WHERE lot_pk IN (?)${inScope} ORDER BY lot_pk, system`,
        pks,
      );
      const ledgers = new Map<number, string[]>();
      for (const row of rows) ledgers.set(row.lot_pk, [...(ledgers.get(row.lot_pk) ?? []), row.system]);
      return ledgers;
    },
    reportCopies: async (context, recordTypes) => {
      const streams =
        reported.get(context.sources) ?? database.reader.query<StreamRow[]>('SELECT * FROM source_stream');
      reported.set(context.sources, streams);
      const wanted = (await streams).filter((row) => recordTypes.includes(row.record_type as RecordType));
      context.sources.addAll(wanted.map((row) => stateOf(row, context.now)));
    },
    stockOf: () => Promise.resolve(new Map()),
  };
}

function stateOf(row: StreamRow, now: number): SourceState {
  const at = row.last_success_at;
  const stale = at === null || now - at > STALE_AFTER_MS;
  return {
    system: row.system,
    mode: 'COPY',
    status: at === null ? 'UNAVAILABLE' : stale ? 'STALE' : 'OK',
    ageSeconds: at === null ? null : Math.round((now - at) / 1000),
    stale,
    error: row.last_error,
  };
}
