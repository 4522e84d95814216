/** The person's side of a new or recovered account: the code, a password of their own, a factor of their own. */
import { randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { GatewayError } from '../../platform/errors';
import { digestOf } from '../integrity/digest';
import type { CodeFactors, PendingFactor } from './code-factors';
import type { Directory } from './credentials';
import { hashesOfCode } from './enrolment-code';
import { AccountRow, PersonRow, RecoveryRow, SessionRow } from './identity.entity';
import { type Attempt, bumpEpoch, type IdentityContext } from './identity-context';
import { hashPassword, requireGoodPassword } from './password';
import { normalUserName } from './people';
import type { Sessions } from './sessions';
import { actorOfSession, type SignedIn, type SignIn } from './sign-in';
import type { Throttle } from './throttle';

const ENROL_MS = 30 * 60_000;

export interface EnrolmentParts {
  readonly context: IdentityContext;
  readonly throttle: Throttle;
  readonly factors: CodeFactors;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly directory: Directory | null;
}

/** A session that may do nothing but enrol, and who it is for. */
export interface Enrolling {
  readonly session: SessionRow;
  readonly account: AccountRow;
  readonly person: PersonRow;
}

export class Enrolment {
  constructor(private readonly parts: EnrolmentParts) {}

  /** Uses the enrolment code up and sets the password. Thrown when the code is wrong: SIGN_IN_REFUSED. */
  async begin(
    given: { readonly user: string; readonly code: string; readonly password: string },
    attempt: Attempt,
  ): Promise<SignedIn> {
    const userName = normalUserName(given.user);
    const { signIn, context } = this.parts;
    const account = await context.database.reader.findOneBy(AccountRow, { userName });
    if (account?.kind !== 'ldap') requireGoodPassword(given.password, userName);
    const secretHash = account?.kind === 'ldap' ? null : await hashPassword(given.password);
    const known =
      account?.kind !== 'ldap' || (await this.parts.directory?.verify(userName, given.password)) != null;
    const opened = await this.#withCode(userName, given.code, attempt, async (manager, fresh) => {
      if (!known || fresh.person === null) return null;
      await context.seals.update(manager, AccountRow, { id: fresh.id }, { secretHash });
      const how = { amr: ['enrolment'], stage: 'ENROL', lifetimeMs: ENROL_MS, refreshable: false } as const;
      return await signIn.openFor(manager, { account: fresh, ...how }, attempt);
    });
    return await signIn.tokensOf(opened, ENROL_MS);
  }

  /** Uses a service's enrolment code up; returns its secret, which is kept nowhere. */
  async claimService(
    given: { readonly user: string; readonly code: string },
    attempt: Attempt,
  ): Promise<{ clientId: string; clientSecret: string }> {
    const userName = normalUserName(given.user);
    const clientSecret = randomBytes(32).toString('base64url');
    const secretHash = await hashPassword(clientSecret);
    return await this.#withCode(userName, given.code, attempt, async (manager, account) => {
      if (account.kind !== 'service') return null;
      await this.parts.context.seals.update(
        manager,
        AccountRow,
        { id: account.id },
        { secretHash, status: 'ACTIVE' },
      );
      await bumpEpoch(manager);
      await this.#record(manager, account, attempt);
      return { clientId: userName, clientSecret };
    });
  }

  /** The holder of an enrolling session. Thrown when it is none, or has ended: UNAUTHENTICATED. */
  async enrolling(session: string): Promise<Enrolling> {
    const { reader } = this.parts.context.database;
    const row = await reader.findOneBy(SessionRow, { id: session, stage: 'ENROL' });
    const open = row?.revokedAt === null && row.expiresAt > this.parts.context.clock.now() ? row : null;
    const { seals } = this.parts.context;
    const known = open === null ? null : await reader.findOneBy(AccountRow, { id: open.account });
    const account = await seals.checked(reader, AccountRow, known);
    const human = account === null ? null : await reader.findOneBy(PersonRow, { id: account.person ?? '' });
    const person = await seals.checked(reader, PersonRow, human);
    if (open === null || account?.status !== 'ENROLLING' || person?.status !== 'ACTIVE')
      throw new GatewayError('UNAUTHENTICATED');
    return { session: open, account, person };
  }

  async beginTotp({ account, person }: Enrolling): Promise<PendingFactor> {
    return await this.parts.context.database.write((manager) =>
      this.parts.factors.beginTotp(manager, person.id, account.userName),
    );
  }

  async beginHotp({ person }: Enrolling, seed: string): Promise<{ factor: string }> {
    return await this.parts.context.database.write((manager) =>
      this.parts.factors.beginHotp(manager, person.id, seed),
    );
  }

  /** Confirms the first factor with a code of it, and opens the account. */
  async finishWithCode(who: Enrolling, factor: string, code: string, attempt: Attempt): Promise<SignedIn> {
    return await this.finish(who, attempt, ['pwd', 'otp'], async (manager) => {
      const actor = actorOfSession(who.session, attempt);
      await this.parts.factors.confirm(manager, who.person.id, factor, code, actor);
    });
  }

  /** Opens the account once `prove` has enrolled a factor in the same transaction. */
  async finish(
    who: Enrolling,
    attempt: Attempt,
    amr: readonly string[],
    prove: (manager: EntityManager) => Promise<void>,
  ): Promise<SignedIn> {
    const { context, sessions, signIn } = this.parts;
    const opened = await context.database.write(async (manager) => {
      await prove(manager);
      const { id } = who.account;
      const done = await context.seals.update(
        manager,
        AccountRow,
        { id, status: 'ENROLLING' },
        { status: 'ACTIVE' },
      );
      if (done.affected === 0) throw new GatewayError('UNAUTHENTICATED');
      await sessions.end(manager, who.session.id);
      await bumpEpoch(manager);
      await this.#record(manager, who.account, attempt);
      return await signIn.openFor(manager, { account: who.account, amr }, attempt);
    });
    return await signIn.tokensOf(opened);
  }

  /** Judges an enrolment code with the same care as a password. */
  async #withCode<T>(
    userName: string,
    code: string,
    attempt: Attempt,
    work: (manager: EntityManager, account: AccountRow) => Promise<T | null>,
  ): Promise<T> {
    const { context, throttle, signIn } = this.parts;
    const admission = await context.database.write((manager) =>
      throttle.admit(manager, userName, attempt.address),
    );
    const result = await context.database.write(async (manager) => {
      const account = await manager.findOneBy(AccountRow, { userName });
      const used = admission.admitted && account !== null && (await this.#use(manager, account, code));
      const done = used ? await work(manager, account) : null;
      if (done === null) await signIn.refuse(manager, userName, attempt, { account, locks: admission.locks });
      else await throttle.clear(manager, userName, attempt.address);
      return done;
    });
    if (result === null) throw new GatewayError('SIGN_IN_REFUSED');
    return result;
  }

  async #use(manager: EntityManager, account: AccountRow, code: string): Promise<boolean> {
    const hashes = hashesOfCode(code) ?? { first: digestOf(''), second: digestOf('') };
    const { seals } = this.parts.context;
    const found = await manager.findOneBy(RecoveryRow, {
      ...{ account: account.id, status: 'APPROVED', firstHalf: hashes.first, secondHalf: hashes.second },
    });
    // a code that SQL made good opens nothing, nor does one for an account that SQL changed
    const recovery = await seals.checked(manager, RecoveryRow, found);
    if (found !== null && recovery === null) await seals.tell(manager, RecoveryRow, found.id);
    if ((await seals.checked(manager, AccountRow, account)) === null) return false;
    if (recovery === null || recovery.expiresAt <= this.parts.context.clock.now()) return false;
    const done = await seals.update(
      manager,
      RecoveryRow,
      { id: recovery.id, status: 'APPROVED' },
      { status: 'USED' },
    );
    return done.affected === 1;
  }

  async #record(manager: EntityManager, account: AccountRow, attempt: Attempt): Promise<void> {
    await this.parts.context.audit.record(
      manager,
      {
        ...{ account: account.id, person: account.person, onBehalfOf: null, client: attempt.client },
        ...{ session: null, requestId: attempt.requestId, personal: { userName: account.userName } },
      },
      { action: 'account.enrol', outcome: 'DONE', object: { type: 'account', id: account.id } },
    );
  }
}
