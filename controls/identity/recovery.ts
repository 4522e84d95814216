/**
 * Accounts whose person lost a factor or the password, and the second officer's part in whatever one officer opened.
 * One opens, another approves, neither is the person concerned, and each sees one half of the enrolment code; the person
 * needs both, and sets password and factor themself. So no administrator alone can become somebody else.
 */
import { type EntityManager, In } from 'typeorm';
import { InvalidInputError, NotFoundError } from '../../platform/errors';
import { actorOf } from '../audit/audit-entry';
import type { CodeFactors } from './code-factors';
import { needsSecondOfficer, shutAccount } from './disabling';
import { hashOfHalf, newHalf } from './enrolment-code';
import type { Grants } from './grants';
import { AccountRow, RecoveryRow } from './identity.entity';
import { bumpEpoch, type IdentityContext } from './identity-context';
import type { OfficerAct, Officers } from './officers';
import { normalUserName } from './people';
import { type HalfCode, insertRecovery, recordRecovery } from './recovery-record';
import type { Sessions } from './sessions';
import { type RecoverySummary, waitingRecoveries } from './waiting-recoveries';

export interface RecoveryParts {
  readonly context: IdentityContext;
  readonly officers: Officers;
  readonly factors: CodeFactors;
  readonly sessions: Sessions;
  readonly grants: Grants;
}

export class Recoveries {
  constructor(private readonly parts: RecoveryParts) {}

  /** Opens the recovery of an account. Nothing changes for its person until another officer approves. */
  async open(by: OfficerAct, given: { readonly user: string; readonly reason: string }): Promise<HalfCode> {
    const user = normalUserName(given.user);
    return await this.parts.officers.act(
      by,
      { action: 'recovery.open', object: user },
      async (manager, officer) => {
        const account = await manager.findOneBy(AccountRow, { userName: user });
        if (account === null) throw new NotFoundError('There is no such account.');
        if (account.person === officer) return { refused: 'Nobody opens a recovery for themself.' };
        return {
          done: await insertRecovery(this.parts.context, manager, by, officer, {
            account,
            kind: 'RECOVER',
            reason: given.reason,
          }),
        };
      },
    );
  }

  /** Approves, as a second officer: what the account had stops working, and the code is complete. */
  async approve(by: OfficerAct, id: string): Promise<HalfCode> {
    return await this.parts.officers.act(
      by,
      { action: 'recovery.approve', object: id },
      async (manager, officer) => {
        const recovery = await manager.findOneBy(RecoveryRow, { id });
        if (recovery?.status !== 'OPEN' || recovery.expiresAt <= this.#now)
          throw new NotFoundError('There is no such recovery to approve.');
        if (recovery.openedBy === officer)
          return { refused: 'The officer who opened a recovery cannot approve it.' };
        if (recovery.person === officer) return { refused: 'Nobody approves a recovery of themself.' };
        // nobody enrols after it, so that there is no code to complete
        const disables = recovery.kind === 'DISABLE';
        const half = disables ? '' : newHalf();
        const next = disables
          ? { status: 'USED' as const, approvedBy: officer }
          : { status: 'APPROVED' as const, approvedBy: officer, secondHalf: hashOfHalf(half) };
        const taken = await this.parts.context.seals.update(
          manager,
          RecoveryRow,
          { id, status: 'OPEN' },
          next,
        );
        if (taken.affected === 0) throw new NotFoundError('There is no such recovery to approve.');
        if (disables) await shutAccount(this.parts, manager, by, recovery);
        else await this.#shut(manager, by, recovery);
        await recordRecovery(this.parts.context, manager, by, 'recovery.approve', recovery);
        return { done: { recovery: id, half, expiresAt: recovery.expiresAt } };
      },
    );
  }

  /** Gives up what is open or approved and not yet used. */
  async cancel(by: OfficerAct, id: string): Promise<void> {
    await this.parts.officers.act(by, { action: 'recovery.cancel', object: id }, async (manager) => {
      const recovery = await manager.findOneBy(RecoveryRow, { id });
      const done = await this.parts.context.seals.update(
        manager,
        RecoveryRow,
        { id, status: In(['OPEN', 'APPROVED']) },
        { status: 'CANCELLED' },
      );
      if (recovery === null || done.affected === 0) throw new NotFoundError('There is no such recovery.');
      await recordRecovery(this.parts.context, manager, by, 'recovery.cancel', recovery);
      return { done: undefined };
    });
  }

  /**
   * Shuts an account at once; that of an officer only when another one approves. Resolves to what waits for that, or
   * null where it is done. Thrown without a reason: INVALID_INPUT.
   */
  async disable(
    by: OfficerAct,
    given: { readonly user: string; readonly reason: string },
  ): Promise<Omit<HalfCode, 'half'> | null> {
    const user = normalUserName(given.user);
    const { reason } = given;
    const what = { action: 'account.disable', object: user };
    return await this.parts.officers.act(by, what, async (manager, officer) => {
      if (reason.trim() === '') throw new InvalidInputError('Say why.', { field: 'reason' });
      const account = await manager.findOneBy(AccountRow, { userName: user });
      if (account === null) throw new NotFoundError('There is no such account.');
      if (!(await needsSecondOfficer(this.parts, manager, account))) {
        await shutAccount(this.parts, manager, by, { account: account.id, reason });
        return { done: null };
      }
      const { recovery, expiresAt } = await insertRecovery(this.parts.context, manager, by, officer, {
        ...{ account, kind: 'DISABLE', reason },
      });
      return { done: { recovery, expiresAt } };
    });
  }

  /** What waits for a second officer. */
  async waiting(manager: EntityManager): Promise<RecoverySummary[]> {
    return await waitingRecoveries(manager, this.#now);
  }

  get #now(): number {
    return this.parts.context.clock.now();
  }

  /** From the approval on, nothing that was lost opens anything. */
  async #shut(manager: EntityManager, by: OfficerAct, { account, person, kind }: RecoveryRow): Promise<void> {
    const actor = actorOf(by.caller, by.requestId);
    const row = await manager.findOneByOrFail(AccountRow, { id: account });
    // what an OpenID provider vouches for has nothing to enrol here
    const status = row.kind === 'oidc' ? 'ACTIVE' : 'ENROLLING';
    await this.parts.context.seals.update(manager, AccountRow, { id: account }, { status, secretHash: null });
    if (kind === 'RECOVER' && person !== null) {
      await this.parts.factors.removeAll(manager, person, actor);
      await this.parts.sessions.revokeAll(manager, { person }, actor, 'recovery');
    } else {
      await this.parts.sessions.revokeAll(manager, { account }, actor, 'recovery');
    }
    await bumpEpoch(manager);
  }
}
