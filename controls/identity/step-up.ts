/** Proving oneself again, with two components, for one purpose: what every signature needs. */
import { GatewayError } from '../../platform/errors';
import type { Caller } from '../../platform/request';
import { actorOf } from '../audit/audit-entry';
import { digestOf } from '../integrity/digest';
import type { Credentials } from './credentials';
import { AccountRow } from './identity.entity';
import type { Attempt, IdentityContext } from './identity-context';
import type { IssuedTicket, StepUpTickets } from './step-up-tickets';

export interface StepUpParts {
  readonly context: IdentityContext;
  readonly credentials: Credentials;
  readonly tickets: StepUpTickets;
}

export class StepUp {
  constructor(private readonly parts: StepUpParts) {}

  /** A ticket for the caller's own session. Thrown when the components are not theirs: SIGN_IN_REFUSED. */
  async withPassword(
    caller: Caller,
    given: { readonly password: string; readonly code: string; readonly purpose: string },
    attempt: Attempt,
  ): Promise<IssuedTicket> {
    const person = requirePerson(caller);
    const account = await this.parts.context.database.reader.findOneBy(AccountRow, { id: caller.subject });
    const judgement = await this.parts.credentials.judge(
      { user: account?.userName ?? '', password: given.password, code: given.code },
      attempt,
      {
        account: caller.subject,
        work: async (manager, { factor }) => {
          const methods = factor.kind === 'hotp' ? ['pwd', 'otp', 'hwk'] : ['pwd', 'otp'];
          return await this.issue(manager, caller, { person, purpose: given.purpose, methods }, attempt);
        },
        refused: async (manager, { locks }) => {
          const act = { outcome: 'REFUSED', code: 'SIGN_IN_REFUSED' } as const;
          const actor = actorOf(caller, attempt.requestId);
          await this.parts.context.audit.record(manager, actor, { ...act, action: 'session.stepUpRefused' });
          if (locks)
            await this.parts.context.audit.record(manager, actor, { ...act, action: 'session.lockout' });
        },
      },
    );
    if (!judgement.proven) throw new GatewayError('SIGN_IN_REFUSED');
    return judgement.result;
  }

  /** Issues a ticket for what was proved in this transaction, and writes it down. */
  async issue(
    manager: Parameters<StepUpTickets['issue']>[0],
    caller: Caller,
    proof: { readonly person: string; readonly purpose: string; readonly methods: readonly string[] },
    attempt: Attempt,
  ): Promise<IssuedTicket> {
    const { tickets, context } = this.parts;
    const ticket = await tickets.issue(manager, {
      ...proof,
      account: caller.subject,
      session: caller.session,
    });
    await context.audit.record(manager, actorOf(caller, attempt.requestId), {
      action: 'session.stepUp',
      outcome: 'DONE',
      object: { type: 'session', id: caller.session },
      facts: { methods: [...proof.methods], purpose: digestOf(proof.purpose) },
    });
    return ticket;
  }
}

/** Thrown for a service, which signs nothing: ACCESS_DENIED. */
export function requirePerson(caller: Caller): string {
  if (caller.kind === 'person' && caller.person !== null && caller.onBehalfOf === null) return caller.person;
  throw new GatewayError('ACCESS_DENIED', 'Only a person who is known here can do this.');
}
