/** Hands each command to the channel of its system. */
import type {
  CommandSender,
  OutgoingCommand,
  ReadBack,
  SendAnswer,
} from '../../controls/outbox/command-sender';
import type { CommandChannel, LegacySystem } from '../contract';

export class CommandRouter implements CommandSender {
  readonly #channels: ReadonlyMap<string, CommandChannel>;

  constructor(systems: readonly LegacySystem[]) {
    this.#channels = new Map(
      systems.flatMap(({ id, commands }) => (commands === null ? [] : [[id, commands] as const])),
    );
  }

  get systems(): readonly string[] {
    return [...this.#channels.keys()];
  }

  honoursIdempotencyKey(system: string): boolean {
    return this.#channels.get(system)?.honoursIdempotencyKey ?? false;
  }

  async send(command: OutgoingCommand, signal: AbortSignal): Promise<SendAnswer> {
    const channel = this.#channels.get(command.system);
    return channel === undefined
      ? { said: 'NOT_TAKEN', code: 'NOT_CONFIGURED' }
      : await channel.send(command, signal);
  }

  async readBack(command: OutgoingCommand, signal: AbortSignal): Promise<ReadBack> {
    const channel = this.#channels.get(command.system);
    if (channel !== undefined) return await channel.readBack(command, signal);
    return { found: 'NOT_READABLE', values: { code: 'NOT_CONFIGURED' } };
  }
}
