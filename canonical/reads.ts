/**
 * What the subgraphs ask of the stitched copy beyond its golden tables: where a value came from, how fresh the
 * copy is, and what the live systems say.
 */
import type { RequestContext } from '../platform/request';
import type { RecordType } from '../schema/records/record-types';
import type { RowScope } from './scope/row-scope';

/** Where a fact came from. */
export interface SourceRef {
  readonly system: string;
  readonly stream: string;
  readonly nativeKey: string;
  /** Number of the record's version. */
  readonly version: number;
  /** When the copy read it, ms since the epoch. */
  readonly readAt: number;
  /** When the source says that it changed it, ms since the epoch. */
  readonly changedAt: number | null;
  readonly mappingVersion: string;
  /** `field: other row` of each field that the record states only through another row. */
  readonly via: readonly string[];
}

/** One system's word on a field. */
export interface FieldCandidate {
  readonly source: SourceRef;
  /** Canonical value as text; null when the record has none. */
  readonly value: string | null;
  /** Column or path as the source wrote it, as text. */
  readonly raw: string | null;
}

/** Why a golden field has the value it has. */
export interface FieldProvenance {
  /** Dictionary term, e.g. `lot.expiresOn`. */
  readonly term: string;
  readonly value: string | null;
  /** The candidate that won by precedence; null when no record gives a value. */
  readonly source: SourceRef | null;
  /** Every system's word, the winner included, in order of precedence. */
  readonly candidates: readonly FieldCandidate[];
  /** True when two systems give different values. */
  readonly conflict: boolean;
}

/** Stock of a lot at one location. */
export interface StockAtLocation {
  readonly lotPk: number;
  /** Null where the live system names a location that the copy does not know yet. */
  readonly locationPk: number | null;
  readonly siteCode: string;
  readonly locationCode: string;
  readonly onHandMicros: number;
  readonly system: string;
  /** LIVE: the system said so now. COPY: summed from the synced movements. */
  readonly mode: 'LIVE' | 'COPY';
  /** As of when, ms since the epoch; null when the copy was never read. */
  readonly asOf: number | null;
  readonly stale: boolean;
}

export interface CanonicalReads {
  /** Source of golden rows whose key is the key of their source record (all facts, and holds). */
  sourcesOf(recordPks: readonly number[]): Promise<ReadonlyMap<number, SourceRef>>;
  /** Provenance of each field of golden entities, by entity key. */
  provenanceOf(
    type: 'lot' | 'item',
    pks: readonly number[],
  ): Promise<ReadonlyMap<number, readonly FieldProvenance[]>>;
  /** Systems whose mapping fills a record type, in order of precedence. */
  systemsOf(recordType: RecordType): readonly string[];
  /**
   * The ledger that running balances and stock are taken from: the most believed system with movements of the lot,
   * of those that are in scope.
   */
  ledgersOf(
    lotPks: readonly number[],
    scope: RowScope | null,
  ): Promise<ReadonlyMap<number, readonly string[]>>;
  /** Adds the state of each copy that feeds the record types to the request's source report. Cheap: cached per request. */
  reportCopies(context: RequestContext, recordTypes: readonly RecordType[]): Promise<void>;
  /**
   * Stock by location, asked live in one batch; where the live system fails, the copy's sum stands in and says that
   * it is stale. The report gets the state of the live source. Only sites in the caller's scope are shown; all are
   * asked, so that neither the time nor the report tells what was left out.
   */
  stockOf(
    context: RequestContext,
    lotPks: readonly number[],
  ): Promise<ReadonlyMap<number, readonly StockAtLocation[]>>;
}
