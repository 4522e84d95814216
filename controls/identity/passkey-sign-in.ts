/** Signing in, stepping up and enrolling with a passkey. */
import { GatewayError } from '../../platform/errors';
import type { Caller } from '../../platform/request';
import { actorOf } from '../audit/audit-entry';
import type { Enrolling, Enrolment } from './enrolment';
import { AccountRow, PersonRow } from './identity.entity';
import type { Attempt, IdentityContext } from './identity-context';
import type { PasskeyOptions, Passkeys } from './passkeys';
import { normalUserName } from './people';
import { purposeOf } from './purpose';
import { writeRefusals } from './refused-acts';
import { actorOfSession, type SignedIn, type SignIn } from './sign-in';
import { requirePerson, type StepUp } from './step-up';
import type { IssuedTicket, StepUpTickets } from './step-up-tickets';

/** Having the key, and being verified by it. */
const METHODS = ['hwk', 'user'] as const;

export interface PasskeySignInParts {
  readonly context: IdentityContext;
  readonly passkeys: Passkeys;
  readonly signIn: SignIn;
  readonly stepUp: StepUp;
  readonly tickets: StepUpTickets;
  readonly enrolment: Enrolment;
}

export class PasskeySignIn {
  constructor(private readonly parts: PasskeySignInParts) {}

  /** A challenge for a user name, whether anybody has it or not. */
  async options(user: string): Promise<PasskeyOptions> {
    const account = await this.#account(user);
    const person = account?.person ?? `nobody ${normalUserName(user)}`;
    return await this.parts.passkeys.proveOptions({
      ...{ use: 'signIn', person, session: '', purpose: normalUserName(user) },
    });
  }

  /** Thrown when the answer does not hold, or the account may not sign in: SIGN_IN_REFUSED. */
  async signIn(flow: string, response: unknown, attempt: Attempt): Promise<SignedIn> {
    const { passkeys, signIn, context } = this.parts;
    const proven = await passkeys
      .check(flow, response, { use: 'signIn', session: '' })
      .catch(async (error: unknown) => {
        await context.database.write((manager) =>
          signIn.refuse(manager, 'passkey', attempt, { account: null, locks: false }),
        );
        throw error;
      });
    const opened = await context.database.write(async (manager) => {
      await passkeys.consume(manager, proven);
      const account = await manager.findOneBy(AccountRow, {
        userName: proven.flow.purpose,
        status: 'ACTIVE',
      });
      const { person } = proven.flow;
      const active = await manager.existsBy(PersonRow, { id: person, status: 'ACTIVE' });
      if (account?.person !== person || !active || account.kind === 'oidc')
        throw new GatewayError('SIGN_IN_REFUSED');
      return await signIn.openFor(manager, { account, amr: METHODS }, attempt);
    });
    return await signIn.tokensOf(opened);
  }

  async stepUpOptions(caller: Caller, purpose: string): Promise<PasskeyOptions> {
    const person = requirePerson(caller);
    return await this.parts.passkeys.proveOptions({
      use: 'stepUp',
      person,
      session: caller.session,
      purpose,
    });
  }

  /** A ticket for the purpose that the challenge was given out for. */
  async stepUp(caller: Caller, flow: string, response: unknown, attempt: Attempt): Promise<IssuedTicket> {
    const { passkeys, stepUp, context } = this.parts;
    const person = requirePerson(caller);
    const proven = await passkeys.check(flow, response, { use: 'stepUp', session: caller.session });
    if (proven.flow.person !== person) throw new GatewayError('SIGN_IN_REFUSED');
    return await context.database.write(async (manager) => {
      await passkeys.consume(manager, proven);
      return await stepUp.issue(
        manager,
        caller,
        { person, purpose: proven.flow.purpose, methods: METHODS },
        attempt,
      );
    });
  }

  async enrolOptions({ person, account, session }: Enrolling): Promise<PasskeyOptions> {
    const who = { person: person.id, userName: account.userName, name: person.nameZh };
    return await this.parts.passkeys.enrolOptions(who, session.id);
  }

  /** Enrols the first factor as a passkey, and opens the account. */
  async enrol(who: Enrolling, flow: string, response: unknown, attempt: Attempt): Promise<SignedIn> {
    const { passkeys, enrolment } = this.parts;
    const key = await passkeys.checkEnrolment(flow, response, who.session.id);
    if (key.flow.person !== who.person.id) throw new GatewayError('SIGN_IN_REFUSED');
    return await enrolment.finish(who, attempt, METHODS, async (manager) => {
      await passkeys.add(manager, key, actorOfSession(who.session, attempt));
    });
  }

  /** Options for another factor of somebody who is signed in. */
  async addOptions(caller: Caller): Promise<PasskeyOptions> {
    const person = requirePerson(caller);
    const who = { person, userName: caller.name, name: caller.name };
    return await this.parts.passkeys.enrolOptions(who, caller.session);
  }

  /** Adds a passkey beside the other factors; needs a ticket for `factor.add`. */
  async add(
    caller: Caller,
    given: { readonly ticket: string; readonly flow: string; readonly response: unknown },
    attempt: Attempt,
  ): Promise<void> {
    const { passkeys, context, tickets } = this.parts;
    const person = requirePerson(caller);
    const actor = actorOf(caller, attempt.requestId);
    const act = { action: 'factor.enrol', object: { type: 'person', id: person } };
    await writeRefusals(context, actor, act, async () => {
      const key = await passkeys.checkEnrolment(given.flow, given.response, caller.session);
      if (key.flow.person !== person) throw new GatewayError('SIGN_IN_REFUSED');
      await context.database.write(async (manager) => {
        const purpose = purposeOf('factor.add', person);
        await tickets.consume(manager, { ticket: given.ticket, person, session: caller.session, purpose });
        await passkeys.add(manager, key, actor);
      });
    });
  }

  async #account(user: string): Promise<AccountRow | null> {
    return await this.parts.context.database.reader.findOneBy(AccountRow, { userName: normalUserName(user) });
  }
}
