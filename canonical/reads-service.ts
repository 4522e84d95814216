/** What the subgraphs ask of the stitched copy, answered from the database and the live systems. */
import type { LegacySystem, RawRow } from '../connectors/contract';
import { groupBy } from '../platform/collections';
import { selectIn } from '../platform/database/select-in';
import type { Database } from '../platform/database/database';
import type { Dictionary } from '../platform/dictionary/dictionary';
import type { Logger } from '../platform/log';
import type { RequestContext } from '../platform/request';
import type { SourceReport } from '../platform/sources';
import type { RecordType } from '../schema/records/record-types';
import { type CopyOfStream, loadCopies, stateOfCopy } from './copies';
import { LiveStockReader } from './live-stock';
import type { CopiedSystem } from './mappings/published-systems';
import { loadProvenance } from './provenance';
import type { CanonicalReads, FieldProvenance, SourceRef, StockAtLocation } from './reads';
import { type RowScope, rowScopeOf } from './scope/row-scope';
import { scopeAnd, scopedSelectIn } from './scope/scoped-sql';
import { toSourceRef, viaReader } from './source-ref';

export interface CanonicalReadsOptions {
  readonly database: Database;
  readonly dictionary: Dictionary;
  /** Every configured system, reachable or not. */
  readonly systems: readonly LegacySystem[];
  /** Systems that are not configured here, and stated what is served all the same. */
  readonly copied?: () => readonly CopiedSystem[];
  readonly logger: Logger;
  readonly sourceDeadlineMs: number;
  /** Age from which a copy counts as stale. */
  readonly staleAfterMs: number;
}

export class CanonicalReadsService implements CanonicalReads {
  readonly #liveStock: LiveStockReader;
  /** One look at the state of the copies a request: keyed by its report, which all subgraphs of a request share. */
  readonly #copies = new WeakMap<SourceReport, Promise<CopyOfStream[]>>();

  constructor(private readonly options: CanonicalReadsOptions) {
    this.#liveStock = new LiveStockReader({ ...options, deadlineMs: options.sourceDeadlineMs });
  }

  async sourcesOf(recordPks: readonly number[]): Promise<Map<number, SourceRef>> {
    const rows = await selectIn<{
      pk: number;
      system: string;
      stream: string;
      native_key: string;
      version: number;
      read_at: number;
      changed_at: number | null;
      mapping_version: string;
    }>(
      this.options.database.reader,
      `SELECT r.pk, s.system, s.name AS stream, r.native_key, r.version, v.read_at, v.changed_at, v.mapping_version
         FROM source_record r
         LEFT JOIN source_stream s ON s.pk = r.stream_pk
         LEFT JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version
        WHERE r.pk IN (?)`,
      [...new Set(recordPks)],
    );
    const viaOf = viaReader(this.options.systems);
    const raws = await this.#rawsOf(rows.filter((row) => viaOf(row.system, row.stream) !== null));
    return new Map(
      rows.map((row) => {
        const raw = raws.get(row.pk);
        const via = raw === undefined ? [] : (viaOf(row.system, row.stream)?.(raw) ?? []);
        return [row.pk, toSourceRef(row, via)];
      }),
    );
  }

  /** Raw rows, of those records alone whose mapping reaches through other rows. */
  async #rawsOf(records: readonly { readonly pk: number }[]): Promise<Map<number, RawRow>> {
    const rows = await selectIn<{ pk: number; raw: string }>(
      this.options.database.reader,
      `SELECT r.pk, v.raw FROM source_record r
         LEFT JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version WHERE r.pk IN (?)`,
      records.map(({ pk }) => pk),
    );
    return new Map(rows.map(({ pk, raw }) => [pk, JSON.parse(raw) as RawRow]));
  }

  provenanceOf(type: 'lot' | 'item', pks: readonly number[]): Promise<Map<number, FieldProvenance[]>> {
    return loadProvenance(this.options.database, this.options.dictionary, this.options.systems, type, pks);
  }

  systemsOf(recordType: RecordType): readonly string[] {
    const systems = this.#stating
      .filter((system) => system.streams.some((stream) => stream.recordType === recordType))
      .map((system) => system.id);
    return systems.sort(byRank(this.options.dictionary.precedence(recordType, '')));
  }

  async ledgersOf(
    lotPks: readonly number[],
    scope: RowScope | null,
  ): Promise<Map<number, readonly string[]>> {
    const inScope = scopeAnd(scope, (one) => one.atLocation('location_pk'));
    const rows = await scopedSelectIn<{ lot_pk: number; system: string }>(
      this.options.database.reader,
      scope,
      `SELECT DISTINCT lot_pk, system FROM movement WHERE lot_pk IN (?)${inScope}`,
      lotPks,
    );
    const order = this.systemsOf('movement');
    const byLot = groupBy(rows, (row) => row.lot_pk);
    return new Map(
      lotPks.map((pk) => {
        const systems = (byLot.get(pk) ?? []).map((row) => row.system);
        return [pk, systems.sort(byRank(order))];
      }),
    );
  }

  async reportCopies(context: RequestContext, recordTypes: readonly RecordType[]): Promise<void> {
    const copies = await this.#copiesOf(context);
    for (const system of this.#stating) {
      const needed = new Set(
        system.streams
          .filter((stream) => (recordTypes as readonly string[]).includes(stream.recordType))
          .map((stream) => stream.name),
      );
      if (needed.size === 0) continue;
      const streams = copies.filter((copy) => copy.system === system.id && needed.has(copy.name));
      context.sources.add(stateOfCopy(system.id, streams, context.now, this.options.staleAfterMs));
    }
  }

  async stockOf(context: RequestContext, lotPks: readonly number[]): Promise<Map<number, StockAtLocation[]>> {
    const copies = await this.#copiesOf(context);
    const movements = copies.filter((copy) => copy.recordType === 'movement');
    const readAt = new Map<string, number | null>();
    for (const [system, streams] of groupBy(movements, (copy) => copy.system)) {
      const reads = streams.map((stream) => stream.lastSuccessAt);
      readAt.set(system, reads.includes(null) ? null : Math.min(...reads.map((at) => at ?? 0)));
    }
    return await this.#liveStock.read(context, lotPks, {
      ledgers: this.systemsOf('movement'),
      readAt,
      staleAfterMs: this.options.staleAfterMs,
      scope: rowScopeOf(context.caller),
    });
  }

  /** All that the copy has words of, read by this process or not. */
  get #stating(): readonly (CopiedSystem | LegacySystem)[] {
    return [...this.options.systems, ...(this.options.copied?.() ?? [])];
  }

  #copiesOf(context: RequestContext): Promise<CopyOfStream[]> {
    let copies = this.#copies.get(context.sources);
    if (!copies) {
      copies = loadCopies(this.options.database);
      this.#copies.set(context.sources, copies);
    }
    return copies;
  }
}

/** In the order of belief; a system that nobody ranked comes after all others. */
function byRank(order: readonly string[]): (a: string, b: string) => number {
  const rank = (system: string): number => {
    const index = order.indexOf(system);
    return index === -1 ? order.length : index;
  };
  return (a, b) => rank(a) - rank(b) || (a < b ? -1 : 1);
}
