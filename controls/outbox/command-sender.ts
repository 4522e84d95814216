/** What the outbox needs of whoever speaks to the legacy systems; it knows no protocol itself. */
import type { LocalizedText } from '../../platform/errors';
import type { Json } from '../audit/audit-entry';
import type { CommandKind } from './command';

/** A command as it goes out. */
export interface OutgoingCommand {
  readonly system: string;
  readonly kind: CommandKind;
  readonly payload: { readonly [name: string]: Json };
  /** The same at every sending of the command. */
  readonly idempotencyKey: string;
  /** When it was asked for, ms since the epoch. */
  readonly createdAt: number;
}

/**
 * What the system said. `YES`: done. `NO`: refused, for good. `NOT_TAKEN`: it is certain that the command did not reach
 * the system's work (no connection, not signed in, asked to wait). `NOTHING`: no answer that says anything, so it may
 * have been done.
 */
export type Said = 'YES' | 'NO' | 'NOT_TAKEN' | 'NOTHING';

export interface SendAnswer {
  readonly said: Said;
  /** Status or error code; MUST NOT hold secrets or addresses. */
  readonly code: string;
  /** Why it was refused, in the words of the mapping; never a text that the system gave. */
  readonly reason?: LocalizedText;
}

/** Whether the system's own record shows what was asked. */
export type Found = 'AS_ASKED' | 'OTHERWISE' | 'NOT_READABLE';

export interface ReadBack {
  readonly found: Found;
  /** The values that were looked at, or why there were none. */
  readonly values: { readonly [path: string]: Json };
}

export interface CommandSender {
  /** Systems that take commands. */
  readonly systems: readonly string[];
  /** Whether a repeat with the same key is certain to execute nothing, as the system's mapping declares. */
  honoursIdempotencyKey(system: string): boolean;
  /** Sends once. Never throws and never sends twice. */
  send(command: OutgoingCommand, signal: AbortSignal): Promise<SendAnswer>;
  /** Reads the system's record. Never throws; changes nothing. */
  readBack(command: OutgoingCommand, signal: AbortSignal): Promise<ReadBack>;
}
