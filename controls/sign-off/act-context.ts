/**
 * What the resolver of a mutation that is marked `@dualSignOff` works with, as `context.act`. The resolver is the act:
 * it runs when the act is proposed, inside a transaction that is always rolled back, to find out what it would change
 * and whether it is refused; and once more, inside the transaction of the last signature, to do it. It MUST therefore
 * touch nothing but the database, and only by `manager`; what goes to a legacy system goes through `send`. It MUST say
 * the same relied-on state, changes and commands whenever the data are the same: none of them may hold the present
 * time, a new id or the signers. Records may. It looks for its target within the rows of `context.caller`, read when it
 * runs: for the last signature it is also tried, and taken back, as whoever signed first.
 */
import type { EntityManager } from 'typeorm';
import type { ErrorCode } from '../../platform/errors';
import type { FieldChange, Json } from '../audit/audit-entry';
import type { NewRecord } from '../records/record-store';
import type { NewCommand } from '../outbox/command';

export interface ActContext {
  /** `PROPOSE`: to be rolled back. `EXECUTE`: to be committed. */
  readonly phase: 'PROPOSE' | 'EXECUTE';
  readonly manager: EntityManager;
  /** Instant of the act, ms since the epoch. */
  readonly now: number;
  /** Id of the proposal, and of everything that is named after it. */
  readonly proposalId: string;
  /** Who proposed the act; while it executes, the caller is its last signer. */
  readonly proposer: { readonly person: string | null; readonly account: string; readonly name: string };
  /** People who signed, in order; empty while proposing. For records that must name their signers. */
  readonly signers: readonly { readonly person: string; readonly name: string; readonly at: number }[];
  /**
   * Says what the act is about and what of its state it relies on. The state is frozen with the proposal; when it is
   * another at execution, the proposal is stale and the act does not run. MUST be called at least once.
   */
  relyOn(type: string, id: string, state: Json): void;
  /** Refuses the act, in the caller's language, for a reason that the caller can do something about. May be called several times; then `refused` is true. */
  refuse(code: ErrorCode, facts?: Readonly<Record<string, Json>>): void;
  readonly refused: boolean;
  /** A field that the act changes, for the signers' eyes and for the audit entry. */
  change(change: FieldChange): void;
  /** Writes a version of a regulated record, sealed into the act's audit entry. */
  writeRecord(record: NewRecord): Promise<void>;
  /** Puts a command to a legacy system into the outbox; the key is the proposal's id and the command's own. */
  send(command: NewCommand): Promise<void>;
}
