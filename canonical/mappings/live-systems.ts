/**
 * The legacy systems as their published mappings describe them, kept up with what is published while the process runs.
 * Whoever holds a system keeps it: its mapping changes beneath, between two runs or two requests.
 */
import type { CommandChannel, LegacySystem, LiveReader, Stream } from '../../connectors/contract';
import type { CommandKind } from '../../controls/outbox/command';
import { LegacyUnavailableError, type LocalizedText } from '../../platform/errors';

/** Whoever began with a version ends with it: a version that was replaced stays open as long as it is held. */
export interface PinnedSystem {
  readonly system: LegacySystem;
  release(): void;
}

/** How long a replaced version may still be asked by requests that are under way. */
const GRACE_MS = 60_000;

class OpenVersion {
  #holders = 0;
  #retiredAt: number | null = null;
  #closing: Promise<void> | null = null;

  constructor(readonly system: LegacySystem) {}

  pin(): PinnedSystem {
    this.#holders += 1;
    let held = true;
    return {
      system: this.system,
      release: () => {
        if (held) this.#holders -= 1;
        held = false;
        this.#closeWhenFree();
      },
    };
  }

  retire(): void {
    this.#retiredAt = performance.now();
    setTimeout(() => this.#closeWhenFree(), GRACE_MS).unref();
  }

  close(): Promise<void> {
    return (this.#closing ??= this.system.close());
  }

  #closeWhenFree(): void {
    const retired = this.#retiredAt !== null && performance.now() - this.#retiredAt >= GRACE_MS;
    if (retired && this.#holders === 0) void this.close().catch(() => undefined);
  }
}

/** One system, whatever version of its mapping is in force. */
export class LiveSystem implements LegacySystem {
  readonly #versions: OpenVersion[];

  constructor(
    readonly id: string,
    first: LegacySystem,
  ) {
    this.#versions = [new OpenVersion(first)];
  }

  get #now(): OpenVersion {
    return this.#versions.at(-1) as OpenVersion;
  }

  get name(): LocalizedText {
    return this.#now.system.name;
  }
  get kind(): LegacySystem['kind'] {
    return this.#now.system.kind;
  }
  get timeZone(): string {
    return this.#now.system.timeZone;
  }
  get mappingVersion(): string {
    return this.#now.system.mappingVersion;
  }
  get streams(): readonly Stream[] {
    return this.#now.system.streams;
  }
  get live(): LiveReader | null {
    return this.#now.system.live;
  }
  get commandKinds(): readonly CommandKind[] {
    return this.#now.system.commandKinds;
  }
  get commands(): CommandChannel | null {
    return this.#now.system.commands;
  }

  ping(signal: AbortSignal): Promise<void> {
    return this.#now.system.ping(signal);
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#versions.map((one) => one.close()));
  }

  replace(next: LegacySystem): void {
    this.#now.retire();
    this.#versions.push(new OpenVersion(next));
  }

  pin(): PinnedSystem {
    return this.#now.pin();
  }
}

/** Holds the system's present version until it is released. */
export function pin(system: LegacySystem): PinnedSystem {
  return system instanceof LiveSystem ? system.pin() : { system, release: () => undefined };
}

/** A system whose mapping in force cannot be run by this process: its copy is served, and nothing is asked of it. */
export function stoppedSystem(system: LegacySystem, number: number): LegacySystem {
  const { id, name, kind, timeZone, mappingVersion } = system;
  const refuse = (): never => {
    throw new LegacyUnavailableError(id, `${id}: version ${number} of its mapping cannot be run here`, {
      retryable: true,
    });
  };
  return {
    ...{ id, name, kind, timeZone, mappingVersion, live: null, commandKinds: [], commands: null },
    streams: system.streams.map((stream) => ({ ...stream, read: refuse })),
    ping: () => Promise.resolve().then(refuse),
    close: () => Promise.resolve(),
  };
}
