/** Opens the systems that published mappings describe, and follows what is published. */
import type { LegacySystem } from '../../connectors/contract';
import { missingReferences } from '../../connectors/resilience/references';
import { type NotConfigured, type OpenOptions, openSystem } from '../../connectors/open-system';
import { MappingError } from '../../platform/errors';
import type { CopyOfStream } from '../copies';
import { LiveSystem, stoppedSystem } from './live-systems';
import type { MappingVersions, PublishedMapping } from './mapping-versions';

/** How long another process's publication may go unnoticed. */
const LOOK_MS = 2_000;

export interface PublishedOptions extends OpenOptions {
  /** The streams of the copy; without it no system counts as copied. */
  readonly copies?: () => Promise<readonly CopyOfStream[]>;
}

/** A system that this process does not run, of which there is a copy: what it stated is served, and grows old. */
export interface CopiedSystem {
  readonly id: string;
  readonly streams: readonly Pick<CopyOfStream, 'name' | 'recordType'>[];
}

/** A mapping that is in force and not run here: what it lacks, and its streams; null where it does not compile. */
interface NotRun {
  readonly missing: readonly string[];
  readonly streams: readonly string[] | null;
}

export class PublishedSystems {
  /** Grows when a mapping of another system is published; what is in it stays. */
  readonly systems: LegacySystem[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #notRun = new Map<string, NotRun>();
  readonly #listeners: ((system: LegacySystem) => void)[] = [];
  #copied: readonly CopiedSystem[] = [];
  #looked = false;
  #looking: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly versions: MappingVersions,
    private readonly options: PublishedOptions,
  ) {}

  get notConfigured(): NotConfigured[] {
    return [...this.#notRun].map(([id, { missing }]) => ({ id, missing }));
  }

  /** Systems of which there is a copy though they are not run here, as of the last look. */
  get copied(): readonly CopiedSystem[] {
    return this.#copied;
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
    this.#copied = await this.#lookForCopies();
    this.#looked = true;
  }

  async #lookForCopies(): Promise<CopiedSystem[]> {
    const notRun = [...this.#notRun].filter(([id]) => this.systems.every((system) => system.id !== id));
    if (notRun.length === 0 || this.options.copies === undefined) return [];
    const copies = await this.options.copies();
    return notRun.flatMap(([id, { streams }]) => {
      // what the mapping in force has no longer was taken out on purpose
      const own = copies.filter(({ system, name }) => system === id && (streams?.includes(name) ?? true));
      return own.length === 0 ? [] : [{ id, streams: own }];
    });
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
      if (missing.length > 0) {
        const streams = mapping.streams.map(({ name }) => name);
        return this.#cannotRun(version, { missing, streams });
      }
      this.#notRun.delete(version.system);
      return openSystem(mapping, this.options);
    } catch (error) {
      if (!(error instanceof MappingError)) throw error;
      this.options.logger.error({ err: error, system: version.system }, 'published mapping does not compile');
      return this.#cannotRun(version, { missing: [error.message], streams: null });
    }
  }

  #cannotRun({ system, number }: PublishedMapping, notRun: NotRun): null {
    this.#notRun.set(system, notRun);
    // at the start whoever starts tells; what is published later would else be read by nobody, and nobody would know
    if (this.#looked)
      this.options.logger.warn(
        { system, mapping: number, missing: notRun.missing },
        'a mapping was published that this process cannot run: set what is missing, and start it anew',
      );
    return null;
  }
}
