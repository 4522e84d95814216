/** What a person does with their own account, and an officer with sessions of others. */
import { AccessDeniedError, GatewayError } from '../../platform/errors';
import type { Caller } from '../../platform/request';
import { actorOf } from '../audit/audit-entry';
import type { CodeFactors, FactorSummary, PendingFactor } from './code-factors';
import type { Credentials } from './credentials';
import { AccountRow, SessionRow } from './identity.entity';
import type { Attempt, IdentityContext } from './identity-context';
import type { OfficerAct, Officers } from './officers';
import { hashPassword, requireGoodPassword } from './password';
import { purposeOf } from './purpose';
import type { Sessions, SessionSummary } from './sessions';
import { writeRefusals } from './refused-acts';
import { requirePerson } from './step-up';
import type { StepUpTickets } from './step-up-tickets';

export interface OwnAccountParts {
  readonly context: IdentityContext;
  readonly credentials: Credentials;
  readonly factors: CodeFactors;
  readonly sessions: Sessions;
  readonly tickets: StepUpTickets;
  readonly officers: Officers;
}

export class OwnAccount {
  constructor(private readonly parts: OwnAccountParts) {}

  /** Changes the caller's own password; their other sessions end. Thrown when the components are wrong: SIGN_IN_REFUSED. */
  async changePassword(
    caller: Caller,
    given: { readonly password: string; readonly code: string; readonly newPassword: string },
    attempt: Attempt,
  ): Promise<void> {
    requirePerson(caller);
    const { context, credentials, sessions } = this.parts;
    const account = await context.database.reader.findOneBy(AccountRow, { id: caller.subject });
    if (account?.kind !== 'password')
      throw new AccessDeniedError('The password of this account is kept elsewhere.');
    requireGoodPassword(given.newPassword, account.userName);
    const secretHash = await hashPassword(given.newPassword);
    const actor = actorOf(caller, attempt.requestId);
    const object = { type: 'account', id: account.id };
    const components = { user: account.userName, password: given.password, code: given.code };
    const judgement = await credentials.judge(components, attempt, {
      account: caller.subject,
      work: async (manager) => {
        await context.seals.update(manager, AccountRow, { id: account.id }, { secretHash });
        const open = await manager.findBy(SessionRow, { account: account.id });
        for (const { id } of open)
          if (id !== caller.session) await sessions.revoke(manager, id, actor, 'the password was changed');
        await context.audit.record(manager, actor, { action: 'account.password', outcome: 'DONE', object });
      },
      refused: async (manager) => {
        const refusal = { outcome: 'REFUSED', code: 'SIGN_IN_REFUSED', object } as const;
        await context.audit.record(manager, actor, { action: 'account.password', ...refusal });
      },
    });
    if (!judgement.proven) throw new GatewayError('SIGN_IN_REFUSED');
  }

  async factors(caller: Caller): Promise<FactorSummary[]> {
    return await this.parts.factors.list(this.parts.context.database.reader, requirePerson(caller));
  }

  /** Begins another factor: an authenticator app, or a hardware token from its seed. Needs a ticket for `factor.add`. */
  async beginFactor(
    caller: Caller,
    ticket: string,
    seed: string | null,
    attempt: Attempt,
  ): Promise<PendingFactor | { factor: string }> {
    const person = requirePerson(caller);
    const account = await this.parts.context.database.reader.findOneByOrFail(AccountRow, {
      id: caller.subject,
    });
    return await this.#withTicket(caller, ticket, 'factor.add', attempt, async (manager) =>
      seed === null
        ? await this.parts.factors.beginTotp(manager, person, account.userName)
        : await this.parts.factors.beginHotp(manager, person, seed),
    );
  }

  async confirmFactor(caller: Caller, factor: string, code: string, attempt: Attempt): Promise<void> {
    const person = requirePerson(caller);
    const { context, factors } = this.parts;
    const actor = actorOf(caller, attempt.requestId);
    const act = { action: 'factor.enrol', object: { type: 'person', id: person } };
    await writeRefusals(context, actor, act, () =>
      context.database.write((manager) => factors.confirm(manager, person, factor, code, actor)),
    );
  }

  /** Needs a ticket for `factor.remove`. */
  async removeFactor(caller: Caller, ticket: string, factor: string, attempt: Attempt): Promise<void> {
    const person = requirePerson(caller);
    await this.#withTicket(caller, ticket, 'factor.remove', attempt, (manager) =>
      this.parts.factors.remove(manager, person, factor, actorOf(caller, attempt.requestId)),
    );
  }

  /** Ends one of the caller's own sessions. */
  async revokeOwnSession(caller: Caller, session: string, requestId: string): Promise<void> {
    const { context, sessions } = this.parts;
    await context.database.write(async (manager) => {
      const row = await manager.findOneBy(SessionRow, { id: session });
      const own =
        row !== null &&
        (row.account === caller.subject || (row.person !== null && row.person === caller.person));
      if (!own) throw new GatewayError('NOT_FOUND');
      await sessions.revoke(manager, session, actorOf(caller, requestId), 'by its person');
    });
  }

  /** Sessions of everybody; the caller of this MUST have been found to be an officer. */
  async allSessions(): Promise<SessionSummary[]> {
    return await this.parts.sessions.list(this.parts.context.database.reader);
  }

  /** Ends a session of somebody else, as an officer. */
  async revokeAnySession(by: OfficerAct, session: string, reason: string): Promise<void> {
    await this.parts.officers.act(by, { action: 'session.revoke', object: session }, async (manager) => {
      await this.parts.sessions.revoke(manager, session, actorOf(by.caller, by.requestId), reason);
      return { done: undefined };
    });
  }

  async #withTicket<T>(
    caller: Caller,
    ticket: string,
    act: string,
    attempt: Attempt,
    work: (manager: Parameters<StepUpTickets['consume']>[0]) => Promise<T>,
  ): Promise<T> {
    const { context, tickets } = this.parts;
    const person = requirePerson(caller);
    const action = act === 'factor.add' ? 'factor.enrol' : act;
    const about = { action, object: { type: 'person', id: person } };
    return await writeRefusals(context, actorOf(caller, attempt.requestId), about, () =>
      context.database.write(async (manager) => {
        const purpose = purposeOf(act, person);
        await tickets.consume(manager, { ticket, person, session: caller.session, purpose });
        return await work(manager);
      }),
    );
  }
}
