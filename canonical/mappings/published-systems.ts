/** Opens the systems that published mappings describe, and follows what is published. */
import type { LegacySystem } from '../../connectors/contract';
import { missingReferences } from '../../connectors/resilience/references';
import { type NotConfigured, type OpenOptions, openSystem } from '../../connectors/open-system';
import { MappingError } from '../../platform/errors';
import { LiveSystem, stoppedSystem } from './live-systems';
import type { MappingVersions, PublishedMapping } from './mapping-versions';

/** How long another process's publication may go unnoticed. */
const LOOK_MS = 2_000;

export class PublishedSystems {
  /** Grows when a mapping of another system is published; what is in it stays. */
  readonly systems: LegacySystem[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #notConfigured = new Map<string, readonly string[]>();
  readonly #listeners: ((system: LegacySystem) => void)[] = [];
  #looking: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly versions: MappingVersions,
    private readonly options: OpenOptions,
  ) {}

  get notConfigured(): NotConfigured[] {
    return [...this.#notConfigured].map(([id, missing]) => ({ id, missing }));
  }

  /** Looks for newly published versions and opens them. One look at a time; callers that come meanwhile share it. */
  async refresh(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    await this.#looking;
  }

  /** Looks every two seconds until `close`. A failed look is logged: what was opened before goes on. */
  follow(): void {
    this.#timer ??= setInterval(() => {
      void this.refresh().catch((error: unknown) => {
        this.options.logger.error({ err: error }, 'published mappings not read');
      });
    }, LOOK_MS).unref();
  }

  /** Tells of systems that were not there before. */
  onAdded(listener: (system: LegacySystem) => void): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#looking?.catch(() => undefined);
    await Promise.allSettled(this.systems.map((system) => system.close()));
  }

  async #look(): Promise<void> {
    for (const [system, number] of await this.versions.numbers()) {
      if (this.#numbers.get(system) === number) continue;
      this.#take(await this.versions.require(system, number));
      this.#numbers.set(system, number);
    }
  }

  #take(version: PublishedMapping): void {
    const { system: id, number } = version;
    const opened = this.#open(version);
    const known = this.systems.find((one) => one.id === id);
    if (opened === null) {
      // what was replaced is not run any longer, also where its successor cannot be
      if (known instanceof LiveSystem) known.replace(stoppedSystem(known, number));
      return;
    }
    if (known instanceof LiveSystem) {
      // the same document published again (a rollback of a rollback) means the same
      if (known.mappingVersion === opened.mappingVersion) void opened.close();
      else known.replace(opened);
      this.options.logger.info({ system: id, mapping: number }, 'mapping taken up');
      return;
    }
    const live = new LiveSystem(id, opened);
    this.systems.push(live);
    this.systems.sort((a, b) => (a.id < b.id ? -1 : 1));
    for (const listener of this.#listeners) listener(live);
  }

  /** Null when the mapping cannot be run here: a reference is not set, or this release compiles it no longer. */
  #open(version: PublishedMapping): LegacySystem | null {
    try {
      const mapping = this.versions.compiled(version);
      const missing = missingReferences(mapping.document, this.options.env);
      if (missing.length > 0) return this.#lacks(version, missing);
      this.#notConfigured.delete(version.system);
      return openSystem(mapping, this.options);
    } catch (error) {
      if (!(error instanceof MappingError)) throw error;
      this.options.logger.error({ err: error, system: version.system }, 'published mapping does not compile');
      return this.#lacks(version, [error.message]);
    }
  }

  #lacks({ system }: PublishedMapping, missing: readonly string[]): null {
    this.#notConfigured.set(system, missing);
    return null;
  }
}
