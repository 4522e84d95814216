/** Commands to legacy systems: what may be asked of them, and how it ended. */
import type { Json } from '../audit/audit-entry';

/** What a system may be asked to do; a mapping says how, for its system. */
export const COMMAND_KINDS = [
  'blockLot',
  'unblockLot',
  'setLotStatus',
  'setLotExpiry',
  'setLotQuantity',
  'noteLot',
  'splitLot',
  'mergeLots',
] as const;
export type CommandKind = (typeof COMMAND_KINDS)[number];

/**
 * `PENDING`: not sent yet. `SENDING`: a worker has it. `CONFIRMED`: the system's record was read back and is as asked.
 * `REFUSED`: the system said no, and its record shows that nothing was done. `UNKNOWN`: what became of it is not known
 * yet; it is found out by reading back, never by sending again blindly.
 */
export const COMMAND_STATES = ['PENDING', 'SENDING', 'CONFIRMED', 'REFUSED', 'UNKNOWN'] as const;
export type CommandState = (typeof COMMAND_STATES)[number];

export interface NewCommand {
  readonly system: string;
  readonly kind: CommandKind;
  /** Public id of the lot. */
  readonly subject: string;
  /** What the mapping's template needs: native keys, status, date, quantity as decimal text. */
  readonly payload: { readonly [name: string]: Json };
}
