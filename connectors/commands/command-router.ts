/** Hands each command to the channel of its system. */
import type {
  CommandSender,
  OutgoingCommand,
  ReadBack,
  SendAnswer,
} from '../../controls/outbox/command-sender';
import type { CommandChannel, LegacySystem } from '../contract';

export class CommandRouter implements CommandSender {
  constructor(private readonly legacy: readonly LegacySystem[]) {}

  get systems(): readonly string[] {
    return this.legacy.flatMap(({ id, commands }) => (commands === null ? [] : [id]));
  }

  honoursIdempotencyKey(system: string): boolean {
    return this.#channelOf(system)?.honoursIdempotencyKey ?? false;
  }

  async send(command: OutgoingCommand, signal: AbortSignal): Promise<SendAnswer> {
    const channel = this.#channelOf(command.system);
    return channel === undefined
      ? { said: 'NOT_TAKEN', code: 'NOT_CONFIGURED' }
      : await channel.send(command, signal);
  }

  async readBack(command: OutgoingCommand, signal: AbortSignal): Promise<ReadBack> {
    const channel = this.#channelOf(command.system);
    if (channel !== undefined) return await channel.readBack(command, signal);
    return { found: 'NOT_READABLE', values: { code: 'NOT_CONFIGURED' } };
  }

  /** Looked up each time: another mapping may be in force by now. */
  #channelOf(system: string): CommandChannel | undefined {
    return this.legacy.find(({ id }) => id === system)?.commands ?? undefined;
  }
}
