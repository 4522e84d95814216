/** Reading and moving proposals. A proposal is locked before anything is decided about it. */
import { type EntityManager, In } from 'typeorm';
import type { Dialect } from '../../platform/database/database';
import { OPEN_STATES, SignOffProposalRow, SignOffSignatureRow, type SignOffState } from './sign-off.entity';

/** The proposal, locked until the transaction ends; null when there is none. SQLite has one writer anyway. */
export async function lockProposal(
  manager: EntityManager,
  dialect: Dialect,
  id: string,
): Promise<SignOffProposalRow | null> {
  const options = dialect === 'mysql' ? { lock: { mode: 'pessimistic_write' as const } } : {};
  return await manager.findOne(SignOffProposalRow, { where: { id }, ...options });
}

/** Signatures of a proposal, in the order of their slots. */
export async function signaturesOf(manager: EntityManager, id: string): Promise<SignOffSignatureRow[]> {
  return await manager.find(SignOffSignatureRow, { where: { proposalId: id }, order: { slot: 'ASC' } });
}

/** Signatures of many proposals, by proposal. */
export async function signaturesByProposal(
  manager: EntityManager,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly SignOffSignatureRow[]>> {
  const found = new Map<string, SignOffSignatureRow[]>(ids.map((id) => [id, []]));
  if (ids.length === 0) return found;
  const rows = await manager.find(SignOffSignatureRow, {
    where: { proposalId: In([...ids]) },
    order: { slot: 'ASC' },
  });
  for (const row of rows) found.get(row.proposalId)?.push(row);
  return found;
}

/** A copy of a row, changed. */
export function changed<T extends object>(row: T, changes: Partial<T>): T {
  return Object.assign({}, row, changes);
}

export const isOpen = (row: Pick<SignOffProposalRow, 'state'>): boolean => OPEN_STATES.includes(row.state);

/** Until when the next signature must be given, ms since the epoch. */
export function deadlineOf(row: Pick<SignOffProposalRow, 'state' | 'expiresAt' | 'executeBy'>): number {
  return row.state === 'HALF_SIGNED' ? (row.executeBy ?? row.expiresAt) : row.expiresAt;
}

export interface Closing {
  readonly state: SignOffState;
  readonly at: number;
  /** Person or account; null for the product itself. */
  readonly by: string | null;
  readonly reason: string | null;
}

/**
 * Moves an open proposal to a final state. False when it was not open any more: the state is part of the condition,
 * so that of two movers one wins even without the lock.
 */
export async function closeProposal(manager: EntityManager, id: string, closing: Closing): Promise<boolean> {
  const { state, at, by, reason } = closing;
  const done = await manager.update(
    SignOffProposalRow,
    { id, state: In([...OPEN_STATES]) },
    { state, closedAt: at, closedBy: by, closeReason: reason, openKey: null },
  );
  return (done.affected ?? 0) === 1;
}
