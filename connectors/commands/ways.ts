/** What a channel needs of the way in which a system is commanded, and of the way in which its record is read. */
import type { SendAnswer } from '../../controls/outbox/command-sender';
import type { MappingProblem } from '../../platform/errors';
import type { Deadline } from '../resilience/deadline';
import type { CompiledCommand } from './compile-commands';
import type { Judgement } from './confirm';
import type { TemplateValues } from './template';

/** What looks, before anything is sent, whether the system has what a command needs. */
interface Looks {
  /** What it lacks, by file and line; absent where only sending would tell. Throws LegacyUnavailableError. */
  lacks?(command: CompiledCommand, deadline: Deadline): Promise<readonly MappingProblem[]>;
}

export interface CommandCaller extends Looks {
  /** Whether a repeat with the same key is certain to execute nothing, as the mapping declares. */
  readonly honoursIdempotencyKey: boolean;
  /** Throws when the values do not fit the templates. Asks nobody. */
  check(command: CompiledCommand, values: TemplateValues): void;
  /** Sends once. Never throws. */
  send(command: CompiledCommand, values: TemplateValues, signal: AbortSignal): Promise<SendAnswer>;
  close(): Promise<void>;
}

export interface RecordReader extends Looks {
  /** Throws LegacyUnavailableError, or another error when the record cannot be read. */
  read(command: CompiledCommand, values: TemplateValues, signal: AbortSignal): Promise<Judgement>;
  close(): Promise<void>;
}
