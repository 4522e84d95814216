/** Who may administer accounts: a security officer, read from the grants at that moment, who just proved who they are. */
import type { EntityManager } from 'typeorm';
import { AccessDeniedError, type ErrorCode, GatewayError } from '../../platform/errors';
import type { Caller } from '../../platform/request';
import type { IdentityContext } from './identity-context';
import { actorOf } from '../audit/audit-entry';
import type { People } from './people';
import { purposeOf } from './purpose';
import { requirePerson } from './step-up';
import type { StepUpTickets } from './step-up-tickets';

export const OFFICER_ROLE = 'security-officer';

/** An act of an officer, with the ticket that they stepped up for it. */
export interface OfficerAct {
  readonly caller: Caller;
  readonly ticket: string;
  readonly requestId: string;
}

export type OfficerResult<T> = { readonly done: T } | { readonly refused: string };

export class Officers {
  constructor(
    private readonly context: IdentityContext,
    private readonly people: People,
    private readonly tickets: StepUpTickets,
  ) {}

  /**
   * Does the work of an officer in one transaction with the ticket's use. A refusal is written down and kept. Thrown
   * when the ticket is not for this: STEP_UP_REQUIRED; when it may not be done: ACCESS_DENIED, saying why.
   */
  async act<T>(
    { caller, ticket, requestId }: OfficerAct,
    what: { readonly action: string; readonly object: string },
    work: (manager: EntityManager, officer: string) => Promise<OfficerResult<T>>,
  ): Promise<T> {
    const officer = requirePerson(caller);
    const purpose = purposeOf(what.action, what.object);
    const result = await this.context.database
      .write(async (manager): Promise<OfficerResult<T>> => {
        const { active, roles } = await this.people.eligibility(manager, officer);
        if (!active || !roles.includes(OFFICER_ROLE))
          return await this.#refused(manager, caller, requestId, what, 'This is for security officers.');
        await this.tickets.consume(manager, { ticket, person: officer, session: caller.session, purpose });
        const outcome = await work(manager, officer);
        return 'refused' in outcome
          ? await this.#refused(manager, caller, requestId, what, outcome.refused)
          : outcome;
      })
      .catch(async (error: unknown) => {
        if (!(error instanceof GatewayError)) throw error;
        const { code, message } = error;
        const why = code === 'STEP_UP_REQUIRED' ? 'There was no ticket for this.' : message;
        await this.context.database.write((manager) =>
          this.#refused(manager, caller, requestId, what, why, code),
        );
        throw error;
      });
    if ('refused' in result) throw new AccessDeniedError(result.refused);
    return result.done;
  }

  /** Thrown when the caller is no officer: ACCESS_DENIED. For what only shows. */
  async require(manager: EntityManager, caller: Caller): Promise<string> {
    const officer = requirePerson(caller);
    const { active, roles } = await this.people.eligibility(manager, officer);
    if (!active || !roles.includes(OFFICER_ROLE)) throw new GatewayError('ACCESS_DENIED');
    return officer;
  }

  async #refused(
    manager: EntityManager,
    caller: Caller,
    requestId: string,
    what: { readonly action: string; readonly object: string },
    refused: string,
    code: ErrorCode = 'ACCESS_DENIED',
  ): Promise<{ refused: string }> {
    await this.context.audit.record(manager, actorOf(caller, requestId), {
      action: what.action,
      outcome: 'REFUSED',
      code,
      reason: refused,
    });
    return { refused };
  }
}
