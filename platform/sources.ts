/**
 * Which source systems an answer needed, and how each stood: the content of `extensions.sources`. A source that
 * did not answer makes the answer incomplete; it is never left out in silence.
 */

/** `OK`: answered, or its copy is fresh. `STALE`: a copy older than allowed was used. `UNAVAILABLE`: nothing was had of it. */
export type SourceStatus = 'OK' | 'STALE' | 'UNAVAILABLE';

export interface SourceState {
  /** Id of the system, as in its mapping. */
  readonly system: string;
  /** `COPY`: the synced copy was read. `LIVE`: the system was asked at query time. */
  readonly mode: 'COPY' | 'LIVE';
  readonly status: SourceStatus;
  /** Seconds since the data was read from the source; null when nothing was ever read. */
  readonly ageSeconds: number | null;
  readonly stale: boolean;
  /** Error code when the source failed. */
  readonly error: string | null;
}

const SEVERITY: Readonly<Record<SourceStatus, number>> = { OK: 0, STALE: 1, UNAVAILABLE: 2 };

/** Collects source states over one request; the worst state of a system and mode wins. */
export class SourceReport {
  readonly #states = new Map<string, SourceState>();

  add(state: SourceState): void {
    const key = `${state.system}/${state.mode}`;
    const known = this.#states.get(key);
    if (known === undefined || SEVERITY[state.status] > SEVERITY[known.status]) this.#states.set(key, state);
  }

  addAll(states: readonly SourceState[]): void {
    for (const state of states) this.add(state);
  }

  /** True when a needed source gave nothing or only an old copy. */
  get incomplete(): boolean {
    return [...this.#states.values()].some((state) => state.status !== 'OK');
  }

  /** In a stable order, by system then mode. */
  list(): SourceState[] {
    return [...this.#states.values()].sort((a, b) => (a.system + a.mode < b.system + b.mode ? -1 : 1));
  }
}
