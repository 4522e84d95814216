/** How fresh the stitched copy of each system is. */
import type { Database } from '../platform/database/database';
import type { ErrorCode } from '../platform/errors';
import type { SourceState } from '../platform/sources';

/** One stream of the copy and when it was last read to its end. */
export interface CopyOfStream {
  readonly system: string;
  readonly name: string;
  readonly recordType: string;
  readonly lastSuccessAt: number | null;
  readonly lastError: string | null;
}

/** What makes a copy one to be wary of, however young it is: its source is another, or it is of two mappings. */
const DOUBTFUL: ReadonlySet<string> = new Set(['SOURCE_DRIFT', 'COPY_CHANGING'] satisfies ErrorCode[]);

export async function loadCopies(database: Pick<Database, 'reader'>): Promise<CopyOfStream[]> {
  const rows = await database.reader.query<
    {
      system: string;
      name: string;
      record_type: string;
      last_success_at: number | null;
      last_error: string | null;
    }[]
  >('SELECT system, name, record_type, last_success_at, last_error FROM source_stream ORDER BY system, name');
  return rows.map((row) => ({
    system: row.system,
    name: row.name,
    recordType: row.record_type,
    lastSuccessAt: row.last_success_at,
    lastError: row.last_error,
  }));
}

/** The state of one system's copy, judged by its oldest stream among those that were needed. */
export function stateOfCopy(
  system: string,
  streams: readonly CopyOfStream[],
  now: number,
  staleAfterMs: number,
): SourceState {
  const reads = streams.map((stream) => stream.lastSuccessAt);
  const error = streams.find((stream) => stream.lastError !== null)?.lastError ?? null;
  const unread = reads.length === 0 || reads.includes(null);
  if (unread)
    return {
      system,
      mode: 'COPY',
      status: 'UNAVAILABLE',
      ageSeconds: null,
      stale: true,
      error: error ?? 'NOT_READY',
    };
  const age = Math.max(0, now - Math.min(...reads.map((at) => at ?? 0)));
  const stale = age > staleAfterMs || streams.some(({ lastError }) => DOUBTFUL.has(lastError ?? ''));
  return {
    system,
    mode: 'COPY',
    status: stale ? 'STALE' : 'OK',
    ageSeconds: Math.floor(age / 1000),
    stale,
    error,
  };
}

/** Whether every stream of every system was read to its end at least once: queries can be answered from the copy. */
export async function copyIsWhole(
  database: Database,
  systems: readonly { readonly id: string; readonly streams: readonly { readonly recordType: string }[] }[],
): Promise<boolean> {
  const copies = await loadCopies(database);
  return systems.every((system) => {
    const own = copies.filter((copy) => copy.system === system.id);
    return own.length >= system.streams.length && own.every((copy) => copy.lastSuccessAt !== null);
  });
}
