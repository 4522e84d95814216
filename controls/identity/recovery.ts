/**
 * New accounts, and accounts whose person lost a factor or the password. One officer opens, another approves, neither
 * is the person concerned, and each sees one half of the enrolment code; the person needs both, and sets password and
 * factor themself. So no administrator alone can become somebody else.
 */
import { type EntityManager, In } from 'typeorm';
import { InvalidInputError, type LocalizedText, NotFoundError } from '../../platform/errors';
import { actorOf } from '../audit/audit-entry';
import { timedId } from '../integrity/ids';
import type { CodeFactors } from './code-factors';
import { hashOfHalf, newHalf } from './enrolment-code';
import { AccountRow, PersonRow, RecoveryRow } from './identity.entity';
import { bumpEpoch, type IdentityContext } from './identity-context';
import { externalKey } from './known-callers';
import { needsSecondOfficer, shutAccount } from './disabling';
import type { Grants } from './grants';
import type { OfficerAct, Officers } from './officers';
import { normalUserName } from './people';
import type { Sessions } from './sessions';

/** Roles that a service may have beside its own: none that decides about anything. */
export const SERVICE_SCOPES: ReadonlySet<string> = new Set(['analyst', 'warehouse-operator']);

const LIFETIME_MS = 24 * 60 * 60_000;

export interface NewAccount {
  readonly user: string;
  readonly name: LocalizedText;
  readonly kind: 'password' | 'ldap' | 'oidc';
  /** Issuer and subject at the OpenID provider, for an `oidc` account. */
  readonly external?: { readonly issuer: string; readonly subject: string } | undefined;
  /** Person who gets a second account; a new person where it is not said. */
  readonly person?: string | undefined;
  readonly reason: string;
}

export interface NewService {
  readonly user: string;
  readonly expiresAt: number;
  /** True when it may say for which person it acts. */
  readonly mayActFor: boolean;
  /** What it may do beside reading the vocabulary: roles of SERVICE_SCOPES. */
  readonly scopes: readonly string[];
  readonly reason: string;
}

/** What the officer who opened, or approved, may see. */
export interface HalfCode {
  readonly recovery: string;
  /** The first half for the one who opens, the second for the one who approves; shown this once. Empty where nobody enrols. */
  readonly half: string;
  readonly expiresAt: number;
}

export interface RecoverySummary {
  readonly id: string;
  readonly kind: 'CREATE' | 'RECOVER' | 'DISABLE';
  readonly user: string;
  /** Whose account it is; null for a service. */
  readonly person: {
    readonly id: string;
    readonly name: LocalizedText;
    /** True when the person has other accounts already: whoever gets the code acts in their name. */
    readonly hasOtherAccounts: boolean;
  } | null;
  readonly reason: string;
  readonly openedBy: string;
  readonly expiresAt: number;
}

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
          done: await this.#insert(manager, by, officer, { account, kind: 'RECOVER', reason: given.reason }),
        };
      },
    );
  }

  /** Opens a new account for a person. Thrown when the name is taken: INVALID_INPUT. */
  async create(by: OfficerAct, given: NewAccount): Promise<HalfCode> {
    const user = requireUserName(given.user);
    return await this.parts.officers.act(
      by,
      { action: 'account.create', object: user },
      async (manager, officer) => {
        if (given.person === officer) return { refused: 'Nobody opens an account for themself.' };
        await requireFree(manager, user);
        const person = given.person ?? (await this.#insertPerson(manager, given.name));
        if (!(await manager.existsBy(PersonRow, { id: person })))
          throw new NotFoundError('There is no such person.');
        const { kind, external } = given;
        if (kind === 'oidc' && external === undefined)
          throw new InvalidInputError('Name the subject at the OpenID provider.', { field: 'subject' });
        const key = external === undefined ? null : externalKey(external.issuer, external.subject);
        const account = await this.#insertAccount(manager, {
          person,
          kind,
          userName: user,
          externalKey: key,
        });
        return {
          done: await this.#insert(manager, by, officer, { account, kind: 'CREATE', reason: given.reason }),
        };
      },
    );
  }

  /** Opens a new service account. */
  async createService(by: OfficerAct, given: NewService): Promise<HalfCode> {
    const user = requireUserName(given.user);
    if (given.expiresAt <= this.#now)
      throw new InvalidInputError('The expiry lies in the past.', { field: 'expiresAt' });
    if (!given.scopes.every((scope) => SERVICE_SCOPES.has(scope)))
      throw new InvalidInputError(`A service may have ${[...SERVICE_SCOPES].join(', ')}.`, {
        field: 'scopes',
      });
    return await this.parts.officers.act(
      by,
      { action: 'account.create', object: user },
      async (manager, officer) => {
        await requireFree(manager, user);
        const { expiresAt, mayActFor, scopes, reason } = given;
        const account = await this.#insertAccount(manager, {
          ...{ person: null, kind: 'service' as const, userName: user, expiresAt, mayActFor },
          serviceRoles: JSON.stringify(['service', ...scopes]),
        });
        return { done: await this.#insert(manager, by, officer, { account, kind: 'CREATE', reason }) };
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
        await this.#record(manager, by, 'recovery.approve', recovery);
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
      await this.#record(manager, by, 'recovery.cancel', recovery);
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
      const { recovery, expiresAt } = await this.#insert(manager, by, officer, {
        ...{ account, kind: 'DISABLE', reason },
      });
      return { done: { recovery, expiresAt } };
    });
  }

  /** What waits for a second officer. */
  async waiting(manager: EntityManager): Promise<RecoverySummary[]> {
    const rows = await manager.find(RecoveryRow, {
      where: { status: 'OPEN' },
      order: { id: 'ASC' },
      take: 200,
    });
    const accounts = await manager.findBy(AccountRow, { id: In(rows.map(({ account }) => account)) });
    const names = new Map(accounts.map((account) => [account.id, account.userName]));
    const people = await peopleOf(manager, rows);
    return rows
      .filter(({ expiresAt }) => expiresAt > this.#now)
      .map(({ id, kind, account, person, reason, openedBy, expiresAt }) => ({
        ...{ id, kind, reason, openedBy, expiresAt },
        user: names.get(account) ?? account,
        person: people.get(person ?? '') ?? null,
      }));
  }

  get #now(): number {
    return this.parts.context.clock.now();
  }

  async #insert(
    manager: EntityManager,
    by: OfficerAct,
    officer: string,
    given: { account: AccountRow; kind: RecoveryRow['kind']; reason: string },
  ): Promise<HalfCode> {
    const { account, kind, reason } = given;
    if (reason.trim() === '') throw new InvalidInputError('Say why.', { field: 'reason' });
    const half = newHalf();
    const now = this.#now;
    const recovery: RecoveryRow = {
      ...{ id: timedId(now), kind, account: account.id, person: account.person, reason, status: 'OPEN' },
      ...{ openedBy: officer, approvedBy: null, firstHalf: hashOfHalf(half), secondHalf: null },
      ...{ createdAt: now, expiresAt: now + LIFETIME_MS },
    };
    // one way back at a time: what was open before is given up
    await this.parts.context.seals.update(
      manager,
      RecoveryRow,
      { account: account.id, status: In(['OPEN', 'APPROVED']) },
      { status: 'CANCELLED' },
    );
    await this.parts.context.seals.insert(manager, RecoveryRow, recovery);
    await this.#record(manager, by, kind === 'CREATE' ? 'account.create' : 'recovery.open', recovery);
    return { recovery: recovery.id, half, expiresAt: recovery.expiresAt };
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

  async #insertPerson(manager: EntityManager, name: LocalizedText): Promise<string> {
    if (name.en.trim() === '' || name.zh.trim() === '')
      throw new InvalidInputError('A person needs a name in English and Chinese.', { field: 'name' });
    const id = timedId(this.#now);
    const createdAt = this.#now;
    await this.parts.context.seals.insert(manager, PersonRow, {
      id,
      nameEn: name.en,
      nameZh: name.zh,
      status: 'ACTIVE',
      createdAt,
    });
    return id;
  }

  async #insertAccount(
    manager: EntityManager,
    given: Pick<AccountRow, 'person' | 'kind' | 'userName'> & Partial<AccountRow>,
  ): Promise<AccountRow> {
    const account: AccountRow = {
      ...{ id: timedId(this.#now), secretHash: null, externalKey: null, status: 'ENROLLING' },
      ...{ serviceRoles: null, mayActFor: false, expiresAt: null, createdAt: this.#now },
      ...given,
    };
    await this.parts.context.seals.insert(manager, AccountRow, account);
    return account;
  }

  async #record(
    manager: EntityManager,
    by: OfficerAct,
    action: string,
    recovery: RecoveryRow,
  ): Promise<void> {
    await this.parts.context.audit.record(manager, actorOf(by.caller, by.requestId), {
      action,
      outcome: 'DONE',
      object: { type: 'account', id: recovery.account },
      reason: recovery.reason,
      facts: { recovery: recovery.id, kind: recovery.kind, person: recovery.person },
    });
  }
}

/** Who the recoveries are about, by the person's id. */
async function peopleOf(
  manager: EntityManager,
  recoveries: readonly RecoveryRow[],
): Promise<ReadonlyMap<string, NonNullable<RecoverySummary['person']>>> {
  const ids = recoveries.flatMap(({ person }) => person ?? []);
  const people = await manager.findBy(PersonRow, { id: In(ids) });
  const accounts = await manager.findBy(AccountRow, { person: In(ids) });
  const countOf = (person: string): number => accounts.filter((account) => account.person === person).length;
  return new Map(
    people.map(({ id, nameEn, nameZh }) => [
      id,
      { id, name: { en: nameEn, zh: nameZh }, hasOtherAccounts: countOf(id) > 1 },
    ]),
  );
}

/** Thrown when the name cannot be one: INVALID_INPUT. */
function requireUserName(user: string): string {
  const name = normalUserName(user);
  if (/^[\p{L}\p{N}][\p{L}\p{N}._@-]{1,63}$/u.test(name)) return name;
  throw new InvalidInputError('A user name has 2 to 64 letters, digits, dots, dashes or at signs.', {
    field: 'user',
  });
}

async function requireFree(manager: EntityManager, userName: string): Promise<void> {
  if (await manager.existsBy(AccountRow, { userName }))
    throw new InvalidInputError('That user name was given before; names are never given again.', {
      field: 'user',
    });
}
