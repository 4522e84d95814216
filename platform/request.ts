/** Who asks, when, and for how long: what every part of one request shares. */
import type { SourceReport } from './sources';

export type Language = 'en' | 'zh';

/** The authenticated caller; there is no anonymous one behind the gateway's door. */
export interface Caller {
  /** Stable id of the person or service account. */
  readonly subject: string;
  /** Name to show. */
  readonly name: string;
  readonly kind: 'person' | 'service';
  readonly roles: readonly string[];
  /** Sites that the caller's rows are limited to; empty means all. */
  readonly sites: readonly string[];
  /** Id of the sign-in session. */
  readonly session: string;
}

/** The facts of one request, the same in every subgraph that it reaches. */
export interface RequestFacts {
  readonly requestId: string;
  readonly caller: Caller;
  readonly language: Language;
  /** The instant of the request, ms since the epoch: every subgraph answers as of this one moment. */
  readonly now: number;
}

/** What resolvers find in their context: the facts, the deadline, and the report of the sources that were needed. */
export interface RequestContext extends RequestFacts {
  readonly signal: AbortSignal;
  readonly sources: SourceReport;
}
