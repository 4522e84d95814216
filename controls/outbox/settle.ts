/**
 * What becomes of a command, from what the system said and what its record shows. The record has the last word: an
 * answer alone, good or bad, proves nothing. Whether a command is sent again is decided here and nowhere else.
 */
import type { CommandState } from './command';
import type { Found, Said } from './command-sender';

/** A command is handed to a system at most this often; after that a person has to look. */
export const MAX_SENDINGS = 5;

/** After a sending. */
export function settle(said: Said, found: Found): CommandState {
  if (found === 'AS_ASKED') return 'CONFIRMED';
  if (said === 'NOT_TAKEN') return 'PENDING';
  return said === 'NO' && found === 'OTHERWISE' ? 'REFUSED' : 'UNKNOWN';
}

export interface UnknownCommand {
  /** What the system said last; null when the worker that sent it died before an answer. */
  readonly said: Said | null;
  readonly sendings: number;
  readonly honoursKey: boolean;
  /** A later act has asked for something else in the same place. */
  readonly superseded: boolean;
}

/** After another look at the record of a command whose outcome is unknown. `GIVEN_UP`: it stays unknown. */
export function reconcile(command: UnknownCommand, found: Found): CommandState | 'GIVEN_UP' {
  if (found === 'AS_ASKED') return 'CONFIRMED';
  if (found === 'NOT_READABLE') return 'UNKNOWN';
  if (command.said === 'NO') return 'REFUSED';
  // what a later act asked for MUST NOT be undone by an earlier command
  if (command.superseded) return 'GIVEN_UP';
  return command.honoursKey && command.sendings < MAX_SENDINGS ? 'PENDING' : 'UNKNOWN';
}

const PAUSES_S = [1, 2, 5, 15, 60, 300, 900, 3600] as const;

/** Pause before the next look, growing with each one in vain. */
export function pauseAfter(checks: number): number {
  return (PAUSES_S[Math.min(checks, PAUSES_S.length - 1)] ?? 3600) * 1000;
}
