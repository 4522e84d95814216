/**
 * Tickets of a step-up: proof that the person of a session has just shown two components again, for one purpose. A
 * ticket is good once, for two minutes, for that person, session and purpose; only its hash is kept, with a keyed hash
 * of all that it says: whoever may write to the table, but does not have the key, can make no ticket and change none.
 */
import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { type EntityManager, IsNull, MoreThan } from 'typeorm';
import { canonicalJson } from '../../platform/canonical-json';
import { GatewayError } from '../../platform/errors';
import { SYSTEM_ACTOR } from '../audit/audit-entry';
import { digestOf } from '../integrity/digest';
import { RegulatedRecordRow } from '../records/record.entity';
import { AccountRow, PersonRow, SessionRow, StepUpTicketRow } from './identity.entity';
import type { IdentityContext } from './identity-context';

const LIFETIME_MS = 2 * 60_000;
/** Type of the records that used tickets are. */
const TICKET_RECORD = 'usedTicket';

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

type TicketFacts = Pick<StepUpTicketRow, 'person' | 'session' | 'account' | 'methods' | 'at' | 'expiresAt'>;

export class StepUpTickets {
  readonly #key: Buffer;

  /** `secret` is that which the keys of persons are wrapped under; the two uses cannot be told from one another. */
  constructor(
    private readonly context: IdentityContext,
    secret: string,
  ) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'lotgraph step-up tickets', 32));
  }

  async issue(manager: EntityManager, given: NewTicket): Promise<IssuedTicket> {
    const at = this.context.clock.now();
    const ticket = randomBytes(32).toString('base64url');
    const expiresAt = at + LIFETIME_MS;
    const { person, account, session, purpose } = given;
    const row = { person, account, session, methods: JSON.stringify(given.methods), at, expiresAt };
    await manager.insert(StepUpTicketRow, {
      ...{ ...row, ticketHash: digestOf(ticket), usedAt: null },
      purposeHash: this.#markOf(ticket, purpose, row),
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
        ...{ ticketHash, person: use.person, session: use.session },
        ...{ usedAt: IsNull(), expiresAt: MoreThan(now) },
      },
      { usedAt: now },
    );
    const row = (done.affected ?? 0) === 1 ? await manager.findOneBy(StepUpTicketRow, { ticketHash }) : null;
    if (row === null || !this.#isOurs(use, row) || !(await this.#isLive(manager, row, now)))
      throw new GatewayError('STEP_UP_REQUIRED');
    await this.#useUp(manager, row);
    return { methods: JSON.parse(row.methods) as string[], at: row.at };
  }

  /**
   * The use is a record in the trail, so that a ticket that is made unused by SQL is used all the same. Thrown when there
   * is one already: STEP_UP_REQUIRED.
   */
  async #useUp(
    manager: EntityManager,
    { ticketHash, person, account, session }: StepUpTicketRow,
  ): Promise<void> {
    const id = ticketHash.slice(ticketHash.indexOf(':') + 1);
    if (await manager.existsBy(RegulatedRecordRow, { recordType: TICKET_RECORD, recordId: id }))
      throw new GatewayError('STEP_UP_REQUIRED');
    const { audit, records } = this.context;
    const entryId = audit.nextId();
    const record = { type: TICKET_RECORD, id, subject: session, content: { person, account } };
    const seal = await records.append(manager, record, entryId);
    const actor = { ...SYSTEM_ACTOR, account, person, session };
    await audit.record(
      manager,
      actor,
      { action: 'session.ticketUsed', outcome: 'DONE', records: [seal] },
      entryId,
    );
  }

  /** Whether the row stands as it was issued, and for this purpose. */
  #isOurs({ ticket, purpose }: TicketUse, row: StepUpTicketRow): boolean {
    const given = Buffer.from(row.purposeHash);
    const due = Buffer.from(this.#markOf(ticket, purpose, row));
    return given.length === due.length && timingSafeEqual(given, due);
  }

  #markOf(ticket: string, purpose: string, row: TicketFacts): string {
    const { person, session, account, methods, at, expiresAt } = row;
    const said = [ticket, person, session, account, purpose, methods, at, expiresAt];
    return createHmac('sha256', this.#key).update(canonicalJson(said)).digest('base64url');
  }

  async #isLive(manager: EntityManager, row: StepUpTicketRow, now: number): Promise<boolean> {
    const [session, found, human] = [
      await manager.findOneBy(SessionRow, { id: row.session }),
      await manager.findOneBy(AccountRow, { id: row.account }),
      await manager.findOneBy(PersonRow, { id: row.person }),
    ];
    const { seals } = this.context;
    const account = await seals.checked(manager, AccountRow, found);
    const person = await seals.checked(manager, PersonRow, human);
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
