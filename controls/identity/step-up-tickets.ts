/**
 * Tickets of a step-up: proof that the person of a session has just shown two components again, for one purpose. A
 * ticket is good once, for two minutes, for that person, session and purpose; only its hash is kept.
 */
import { randomBytes } from 'node:crypto';
import { type EntityManager, IsNull, MoreThan } from 'typeorm';
import { GatewayError } from '../../platform/errors';
import { digestOf } from '../integrity/digest';
import { AccountRow, PersonRow, SessionRow, StepUpTicketRow } from './identity.entity';
import type { IdentityContext } from './identity-context';

const LIFETIME_MS = 2 * 60_000;

export interface NewTicket {
  readonly person: string;
  readonly account: string;
  readonly session: string;
  /** What the ticket is for; for a signature, the hash that the signature covers. */
  readonly purpose: string;
  /** What was shown, as in `amr`. */
  readonly methods: readonly string[];
}

export interface IssuedTicket {
  readonly ticket: string;
  readonly expiresAt: number;
}

export interface TicketUse {
  readonly ticket: string;
  readonly person: string;
  readonly session: string;
  readonly purpose: string;
}

/** What a used ticket proves. */
export interface StepUpProof {
  readonly methods: string[];
  /** When it was proved, ms since the epoch. */
  readonly at: number;
}

export class StepUpTickets {
  constructor(private readonly context: IdentityContext) {}

  async issue(manager: EntityManager, given: NewTicket): Promise<IssuedTicket> {
    const at = this.context.clock.now();
    const ticket = randomBytes(32).toString('base64url');
    const expiresAt = at + LIFETIME_MS;
    await manager.insert(StepUpTicketRow, {
      ...{ ticketHash: digestOf(ticket), purposeHash: digestOf(given.purpose), at, expiresAt, usedAt: null },
      ...{ person: given.person, account: given.account, session: given.session },
      methods: JSON.stringify(given.methods),
    });
    return { ticket, expiresAt };
  }

  /**
   * Uses a ticket up in the given transaction: of two that try, one succeeds. Thrown when it is not good for exactly
   * this, or its session or person may not act any more: STEP_UP_REQUIRED, always alike.
   */
  async consume(manager: EntityManager, use: TicketUse): Promise<StepUpProof> {
    const now = this.context.clock.now();
    const ticketHash = digestOf(use.ticket);
    const done = await manager.update(
      StepUpTicketRow,
      {
        ...{ ticketHash, person: use.person, session: use.session, purposeHash: digestOf(use.purpose) },
        ...{ usedAt: IsNull(), expiresAt: MoreThan(now) },
      },
      { usedAt: now },
    );
    const row = (done.affected ?? 0) === 1 ? await manager.findOneBy(StepUpTicketRow, { ticketHash }) : null;
    if (row === null || !(await this.#isLive(manager, row, now))) throw new GatewayError('STEP_UP_REQUIRED');
    return { methods: JSON.parse(row.methods) as string[], at: row.at };
  }

  async #isLive(manager: EntityManager, row: StepUpTicketRow, now: number): Promise<boolean> {
    const [session, account, person] = [
      await manager.findOneBy(SessionRow, { id: row.session }),
      await manager.findOneBy(AccountRow, { id: row.account }),
      await manager.findOneBy(PersonRow, { id: row.person }),
    ];
    return (
      session?.revokedAt === null &&
      session.expiresAt > now &&
      account?.status === 'ACTIVE' &&
      account.kind !== 'service' &&
      account.person === row.person &&
      person?.status === 'ACTIVE'
    );
  }
}
