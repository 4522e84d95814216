/** Whether the process lives, and whether it should get traffic. */
import type { Executor } from '../executor';

/** One thing that must hold before traffic comes; resolves to why it does not, or null. */
export type ReadinessCheck = () => Promise<string | null>;

const CHECK_TIMEOUT_MS = 2000;

export interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

/** Runs every check at once; a check that fails or hangs is a reason too. */
export async function readinessOf(checks: Readonly<Record<string, ReadinessCheck>>): Promise<Readiness> {
  const found = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        return await inTime(check(), `${name} does not answer`);
      } catch {
        return `${name} failed`; // why is in the log of what failed; hosts and statements are nobody's business here
      }
    }),
  );
  const reasons = found.filter((reason) => reason !== null);
  return { ready: reasons.length === 0, reasons };
}

export function subgraphCheck(executor: Executor): ReadinessCheck {
  return async () => {
    const silent = await executor.silentSubgraphs();
    return silent.length === 0 ? null : `no answer from subgraph ${silent.join(', ')}`;
  };
}

async function inTime(work: Promise<string | null>, otherwise: string): Promise<string | null> {
  const state: { timer?: NodeJS.Timeout } = {};
  const timeout = new Promise<string>((resolve) => {
    state.timer = setTimeout(() => resolve(otherwise), CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(state.timer);
  }
}
