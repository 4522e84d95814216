/** Memory of this process while something runs, to show that it does not grow with the rows. */
const SAMPLE_MS = 500;

const mb = (bytes: number): number => Math.round(bytes / 1e6);

/** What the process holds now, MB. */
export const residentMb = (): number => mb(process.memoryUsage().rss);

/** Samples memory from its making until it is stopped. */
export class MemoryWatch {
  readonly #samples: number[] = [];
  readonly #sampler = setInterval(() => this.#samples.push(process.memoryUsage().rss), SAMPLE_MS);

  /** Ends the sampling; says the peak of both halves of the time. May be called again. */
  stop(): string {
    clearInterval(this.#sampler);
    const half = Math.floor(this.#samples.length / 2);
    const [first, second] = [this.#samples.slice(0, half), this.#samples.slice(half)];
    const peak = (samples: readonly number[]): number => mb(Math.max(...samples));
    return `peak memory: ${peak(first)} MB in the first half, ${peak(second)} MB in the second`;
  }
}
