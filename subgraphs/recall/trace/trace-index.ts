/**
 * What a trace asks of the genealogy and the movements. SQL answers it today; an index in memory can take its
 * place without the trace knowing.
 */

export type TraceDirection = 'FORWARD' | 'BACKWARD';

export interface ReachRequest {
  readonly direction: TraceDirection;
  /** Steps of manufacture from the origins; lots further away are not reached. */
  readonly maxDepth: number;
}

/** The lots that can be reached, each with the fewest steps that lead to it; an origin has 0. */
export interface Reach {
  readonly depths: ReadonlyMap<number, number>;
  /** True when there are lots beyond the greatest depth. */
  readonly truncated: boolean;
}

/** An input line of a transformation that went into one of its output lines. */
export interface TraceEdge {
  readonly inputLinePk: number;
  readonly outputLinePk: number;
  readonly ancestorPk: number;
  readonly descendantPk: number;
  readonly consumedMicros: number | null;
  readonly producedMicros: number | null;
  readonly occurredAt: number | null;
}

/** Movements of one lot in one ledger, summed where they are alike. */
export interface LotFlow {
  readonly lotPk: number;
  readonly system: string;
  readonly kind: string;
  readonly locationPk: number;
  /** Of the movement, or else of its document; deliveries and returns only. */
  readonly partyPk: number | null;
  /** Number of the document; deliveries and returns only. */
  readonly document: string | null;
  readonly uom: string | null;
  /** Signed. */
  readonly micros: number;
  readonly movements: number;
}

export interface TraceIndex {
  /** What is reached from each origin on its own. An unknown origin reaches nothing. */
  reachEach(origins: readonly number[], request: ReachRequest): Promise<ReadonlyMap<number, Reach>>;
  /** What is reached from any of the origins. */
  reachAll(origins: readonly number[], request: ReachRequest): Promise<Reach>;
  /** Edges out of each lot, as an ancestor. */
  edgesOf(ancestors: readonly number[]): Promise<ReadonlyMap<number, readonly TraceEdge[]>>;
  /** Movements of each lot, in every ledger. */
  flowsOf(lots: readonly number[]): Promise<ReadonlyMap<number, readonly LotFlow[]>>;
}
