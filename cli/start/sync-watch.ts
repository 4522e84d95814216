/** Follows the worker: tells how its first sync goes, and keeps what it measured. */
import type { MetricsSnapshot } from '../../platform/telemetry';

interface Counts {
  readonly read: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly rejected: number;
}

type WorkerMessage =
  | ({
      readonly type: 'progress';
      readonly system: string;
      readonly stream: string;
      readonly done: boolean;
    } & Counts)
  | ({ readonly type: 'summary'; readonly system: string; readonly state: string } & Counts)
  | { readonly type: 'initialSyncDone' }
  | { readonly type: 'noSources' }
  | { readonly type: 'metrics'; readonly metrics: MetricsSnapshot };

const TOLD_EVERY_MS = 2000;

export class SyncWatch {
  readonly #read = new Map<string, number>();
  /** Systems whose first run was told of; later runs go on in silence. */
  readonly #told = new Set<string>();
  #done = false;
  #waitingFor = 'the first sync is under way';
  #metrics: readonly MetricsSnapshot[] = [];
  #toldAt = performance.now();

  constructor(private readonly say: (sentence: string) => void) {}

  /** True once every system was tried. */
  get done(): boolean {
    return this.#done;
  }

  /** The worker's latest metrics; it serves no port of its own. */
  readonly metrics = (): readonly MetricsSnapshot[] => this.#metrics;

  /** Why the graph is not ready yet; null when it is. */
  readonly check = (): Promise<string | null> => Promise.resolve(this.#done ? null : this.#waitingFor);

  /** Takes a message of the worker. */
  readonly accept = (message: unknown): void => {
    const given = message as WorkerMessage;
    if (given.type === 'metrics') this.#metrics = [given.metrics];
    if (given.type === 'initialSyncDone') this.#done = true;
    if (given.type === 'noSources') {
      this.#waitingFor = 'no source system is configured';
      this.say('No source system is configured: set the LOTGRAPH_SOURCE_… variables that the mappings name.');
    }
    if (this.#done) return;
    if (given.type === 'progress') this.#progress(given);
    if (given.type === 'summary' && !this.#told.has(given.system)) {
      this.#told.add(given.system);
      const { system, state, read, changed, rejected } = given;
      const how = state === 'SUCCEEDED' ? '' : ` (${state.toLowerCase()})`;
      this.say(`  ${system}: ${read} read, ${changed} changed, ${rejected} rejected${how}`);
    }
  };

  #progress({ system, stream, read }: { system: string; stream: string; read: number }): void {
    this.#read.set(`${system} ${stream}`, read);
    if (performance.now() - this.#toldAt < TOLD_EVERY_MS) return;
    this.#toldAt = performance.now();
    const total = [...this.#read.values()].reduce((sum, count) => sum + count, 0);
    this.say(`  syncing … ${total} rows read, now ${system} ${stream}`);
  }
}
