/** One request at the gateway: the facts that subgraphs see, and the time that is left for it. */
import type { AccessProfile } from '../platform/access';
import { GatewayError } from '../platform/errors';
import type { RequestContext, RequestFacts } from '../platform/request';
import { SourceReport } from '../platform/sources';

export interface GatewayRequest extends RequestContext {
  /** What guards add to the answer's `extensions`. */
  readonly extensions: Record<string, unknown>;
  /** Ms until the request's deadline; zero or less once it has passed. */
  remainingMs(): number;
  /** Ends the deadline's timer. MUST be called once the answer is written. */
  finish(): void;
  /** Tells all that still works for the request to stop: its client has gone. */
  abandon(): void;
}

/** Starts the deadline of a request. */
export function openRequest(facts: RequestFacts, access: AccessProfile, deadlineMs: number): GatewayRequest {
  const abort = new AbortController();
  const endsAt = performance.now() + deadlineMs;
  const stop = (): void => abort.abort(new GatewayError('DEADLINE_EXCEEDED'));
  const timer = setTimeout(stop, deadlineMs);
  return {
    ...facts,
    access,
    extensions: {},
    signal: abort.signal,
    sources: new SourceReport(),
    remainingMs: () => endsAt - performance.now(),
    finish: () => clearTimeout(timer),
    abandon: () => {
      clearTimeout(timer);
      stop();
    },
  };
}
