/** Who asks, when, and for how long: what every part of one request shares. */
import type { AccessProfile } from './access';
import type { SourceReport } from './sources';

export type Language = 'en' | 'zh';

/** The authenticated caller; there is no anonymous one behind the gateway's door. */
export interface Caller {
  /** Stable id of the account that signed in. */
  readonly subject: string;
  /** Id of the human being behind the account; null for a service. One person may have several accounts. */
  readonly person: string | null;
  /** Name to show. */
  readonly name: string;
  readonly kind: 'person' | 'service';
  readonly roles: readonly string[];
  /** Codes of the sites that the caller's rows are limited to; empty means all. */
  readonly sites: readonly string[];
  /** Codes of the suppliers that the caller's rows are limited to; empty means all. */
  readonly suppliers: readonly string[];
  /** Id of the sign-in session. */
  readonly session: string;
  /** What the session was opened with: `cli`, `graphiql`, an app's id; null when it did not say. */
  readonly client: string | null;
  /** Person on whose behalf a service acts; null otherwise. */
  readonly onBehalfOf: string | null;
}

/** The facts of one request, the same in every subgraph that it reaches. */
export interface RequestFacts {
  readonly requestId: string;
  readonly caller: Caller;
  readonly language: Language;
  /** The instant of the request, ms since the epoch: every subgraph answers as of this one moment. */
  readonly now: number;
  /** Version of the access policy that the whole request is judged by. */
  readonly policyVersion: string;
}

/** What resolvers find in their context: the facts, the deadline, and the report of the sources that were needed. */
export interface RequestContext extends RequestFacts {
  readonly signal: AbortSignal;
  readonly sources: SourceReport;
  /** What the caller may read, under the policy of `policyVersion`. */
  readonly access: AccessProfile;
}
