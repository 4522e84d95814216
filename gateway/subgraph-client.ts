/** How the gateway reaches one subgraph: in its own process, or over signed HTTP. */
import type { SubgraphOperation, SubgraphResult } from '../controls/serving/execute-subgraph';
import { GatewayError } from '../platform/errors';
import type { GatewayRequest } from './request';

export interface SubgraphClient {
  readonly name: string;
  /**
   * Runs an operation within `budgetMs`; source states go to the request's report. Thrown when there is no usable
   * answer: SUBGRAPH_UNAVAILABLE or DEADLINE_EXCEEDED. A mutation is sent once at most.
   */
  call(operation: SubgraphOperation, request: GatewayRequest, budgetMs: number): Promise<SubgraphResult>;
  /** Whether the subgraph answers at all. Never rejects. */
  isAlive(): Promise<boolean>;
  close(): Promise<void>;
}

/** Subgraph operations are written by a query planner, which puts the kind first. */
export function isMutation(query: string): boolean {
  return query.startsWith('mutation');
}

/** Waits for `work` no longer than `budgetMs`, nor than the request is wanted. */
export async function withinBudget<T>(work: Promise<T>, budgetMs: number, signal: AbortSignal): Promise<T> {
  const state: { timer?: NodeJS.Timeout; stop?: () => void } = {};
  const deadline = new Promise<never>((_resolve, reject) => {
    const stop = (): void => reject(new GatewayError('DEADLINE_EXCEEDED'));
    if (signal.aborted) stop();
    state.stop = stop;
    state.timer = setTimeout(stop, Math.max(0, budgetMs));
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(state.timer);
    if (state.stop) signal.removeEventListener('abort', state.stop);
  }
}
