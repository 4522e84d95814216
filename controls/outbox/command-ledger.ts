/**
 * The rows of the outbox and the steps between their states. Every change is conditional on the state that it starts
 * from and on the sending that it belongs to, so that two workers, or a worker whose lease ran out, cannot both win.
 */
import type { EntityManager } from 'typeorm';
import type { Clock } from '../../platform/clock';
import { canonicalJson } from '../../platform/canonical-json';
import type { Database } from '../../platform/database/database';
import { AuditEntryRow } from '../audit/audit-entry.entity';
import { type AuditOutcome, type Json, SYSTEM_ACTOR } from '../audit/audit-entry';
import type { AuditRecorder } from '../audit/audit-recorder';
import type { EntryMac } from '../audit/entry-mac';
import { digestOfJson, matchesDigest } from '../integrity/digest';
import { timedId } from '../integrity/ids';
import type { CommandState } from './command';
import type { Found, Said } from './command-sender';
import { isWhereTrailLeftIt, stepsOf } from './command-trail';
import { askedOf, commandOf } from './asked';
import { OutboxAttemptRow, OutboxCommandRow } from './outbox.entity';

export interface ClaimedCommand {
  /** The row as the claim left it. */
  readonly row: OutboxCommandRow;
}

export interface CommandOutcome {
  readonly state: CommandState;
  readonly said: Said | null;
  readonly code: string | null;
  /** Why it was refused, in the languages of the product. */
  readonly reason?: { readonly en: string; readonly zh: string };
  readonly found: Found;
  readonly values: { readonly [path: string]: Json };
  /** Pause before the next step; null when there is none. */
  readonly pauseMs: number | null;
}

type Step = 'SEND' | 'ANSWER' | 'READ_BACK' | 'LEASE_LOST';

export interface CommandLedgerOptions {
  readonly database: Database;
  readonly audit: AuditRecorder;
  /** Tells entries of acts from those that were slipped in. */
  readonly mac: EntryMac;
  readonly clock: Clock;
  readonly timer: Clock;
}

const AUDIT_OUTCOMES: Readonly<Record<CommandState, AuditOutcome>> = {
  ...{ PENDING: 'FAILED', SENDING: 'FAILED', UNKNOWN: 'FAILED' },
  ...{ CONFIRMED: 'DONE', REFUSED: 'REFUSED' },
};

export class CommandLedger {
  constructor(private readonly options: CommandLedgerOptions) {}

  /** Marks a command whose worker died as unknown. False when there is none. */
  async expireOne(system: string): Promise<boolean> {
    const { database, timer } = this.options;
    return await database.write(async (manager) => {
      const row = await manager
        .createQueryBuilder(OutboxCommandRow, 'c')
        .where('c.system = :system AND c.state = :state', { system, state: 'SENDING' })
        .andWhere('c.leased_until <= :now', { now: timer.now() })
        .orderBy('c.created_at', 'ASC')
        .getOne();
      if (row === null) return false;
      const changed = await this.#change(manager, row, {
        state: 'UNKNOWN',
        checks: 0,
        nextAt: 0,
        leasedUntil: 0,
      });
      if (!changed) return true;
      await this.#step(manager, row, 'LEASE_LOST', {});
      await this.#audit(manager, row, 'command.outcome', 'UNKNOWN', { found: 'NOT_READABLE' });
      return true;
    });
  }

  /** Takes the next command that is due, marks it as being sent and commits. Null when none is. */
  async claimToSend(system: string, leaseMs: number): Promise<ClaimedCommand | null> {
    const { database, timer, clock } = this.options;
    return await database.write(async (manager) => {
      const row = await nextToSend(manager, system, timer.now());
      if (row === null) return null;
      if (!(await isAsSigned(manager, this.options.mac, row)) || !(await isWhereTrailLeftIt(manager, row))) {
        await this.#refuseAltered(manager, row);
        return null;
      }
      const claim = {
        ...{ state: 'SENDING', attempts: row.attempts + 1, sentAt: clock.now() },
        leasedUntil: timer.now() + leaseMs,
        outcome: null,
      };
      if (!(await this.#change(manager, row, claim))) return null;
      const claimed = Object.assign(new OutboxCommandRow(), row, claim);
      await this.#step(manager, claimed, 'SEND', {});
      await this.#audit(manager, claimed, 'command.send', 'CONFIRMED', {});
      return { row: claimed };
    });
  }

  /** Takes the next command whose outcome is unknown and due to be looked at. Null when there is none. */
  async claimUnknown(system: string, leaseMs: number): Promise<ClaimedCommand | null> {
    const { database, timer } = this.options;
    return await database.write(async (manager) => {
      const now = timer.now();
      const row = await manager
        .createQueryBuilder(OutboxCommandRow, 'c')
        .where('c.system = :system AND c.state = :state', { system, state: 'UNKNOWN' })
        .andWhere('c.next_at <= :now AND c.leased_until <= :now', { now })
        .orderBy('c.next_at', 'ASC')
        .getOne();
      if (row === null) return null;
      if (!(await isAsSigned(manager, this.options.mac, row)) || !(await isWhereTrailLeftIt(manager, row))) {
        await this.#refuseAltered(manager, row);
        return null;
      }
      const claim = { leasedUntil: now + leaseMs };
      return (await this.#change(manager, row, claim))
        ? { row: Object.assign(new OutboxCommandRow(), row, claim) }
        : null;
    });
  }

  /** Notes a step that changes no state. */
  async note({ row }: ClaimedCommand, step: Step, facts: { readonly [name: string]: Json }): Promise<void> {
    await this.options.database.write(async (manager) => {
      await this.#step(manager, row, step, facts);
      if (step === 'ANSWER')
        await this.#change(manager, row, { outcome: canonicalJson({ ...outcomeOf(row), ...facts }) });
    });
  }

  /** Stores what became of a claimed command. False when the claim was lost meanwhile: nothing is stored then. */
  async settle({ row }: ClaimedCommand, outcome: CommandOutcome): Promise<boolean> {
    const { database, timer, clock } = this.options;
    const { state, pauseMs, values, ...facts } = outcome;
    const final = state === 'CONFIRMED' || state === 'REFUSED';
    return await database.write(async (manager) => {
      const stored = await this.#change(manager, row, {
        state,
        leasedUntil: 0,
        // what did not reach the system does not count as a sending
        attempts: facts.said === 'NOT_TAKEN' && state === 'PENDING' ? row.attempts - 1 : row.attempts,
        checks: state === row.state || state === 'PENDING' ? row.checks + 1 : 0,
        nextAt: final || pauseMs === null ? null : timer.now() + pauseMs,
        settledAt: final ? clock.now() : null,
        outcome: canonicalJson({
          ...outcomeOf(row),
          ...facts,
          code: facts.code ?? outcomeOf(row)['code'] ?? null,
        }),
      });
      if (!stored) return false;
      // the values are business data: the trail, which others may read, holds only a hash of what was noted
      const step = await this.#step(manager, row, 'READ_BACK', { state, found: facts.found, values });
      if (state !== row.state) await this.#audit(manager, row, 'command.outcome', state, { ...facts, step });
      return true;
    });
  }

  /** What the system said to the last sending; null when no answer was stored. */
  lastSaid(row: OutboxCommandRow): Said | null {
    return (outcomeOf(row)['said'] ?? null) as Said | null;
  }

  /** Whether a later act asked for something in the same place. */
  async isSuperseded(row: OutboxCommandRow): Promise<boolean> {
    const later = await this.options.database.reader
      .createQueryBuilder(OutboxCommandRow, 'c')
      .where('c.slot = :slot AND c.proposal_id <> :proposal', { slot: row.slot, proposal: row.proposalId })
      .andWhere('c.created_at > :at', { at: row.createdAt })
      .getCount();
    return later > 0;
  }

  /** Changes the row if it still stands where it was read; an UPDATE that finds it elsewhere changes nothing. */
  async #change(
    manager: EntityManager,
    row: OutboxCommandRow,
    values: Partial<OutboxCommandRow>,
  ): Promise<boolean> {
    const { id, state, attempts, leasedUntil } = row;
    const done = await manager.update(OutboxCommandRow, { id, state, attempts, leasedUntil }, values);
    return (done.affected ?? 0) > 0;
  }

  async #refuseAltered(manager: EntityManager, row: OutboxCommandRow): Promise<void> {
    const outcome = canonicalJson({ said: null, code: 'COMMAND_ALTERED' });
    const values = { state: 'REFUSED', nextAt: null, settledAt: this.options.clock.now(), outcome };
    if (!(await this.#change(manager, row, values))) return;
    await this.#step(manager, row, 'READ_BACK', { code: 'COMMAND_ALTERED' });
    await this.#audit(manager, row, 'command.outcome', 'REFUSED', { code: 'COMMAND_ALTERED' });
  }

  /** Returns a hash of the step; its id, which is random in part, keeps few possible values from being tried out. */
  async #step(
    manager: EntityManager,
    row: OutboxCommandRow,
    step: Step,
    facts: { readonly [name: string]: Json },
  ): Promise<string> {
    const at = this.options.clock.now();
    const { id: commandId, attempts: attempt } = row;
    const id = timedId(this.options.timer.now());
    await manager.insert(OutboxAttemptRow, {
      ...{ id, commandId, attempt, step, at, facts: canonicalJson(facts) },
    });
    return digestOfJson({ id, facts });
  }

  async #audit(
    manager: EntityManager,
    row: OutboxCommandRow,
    action: 'command.send' | 'command.outcome',
    state: CommandState,
    facts: { readonly [name: string]: Json },
  ): Promise<void> {
    const { id, proposalId, system, kind, subject, attempts, hash } = row;
    const turn = ((await stepsOf(manager, row)).at(-1)?.turn ?? 0) + 1;
    await this.options.audit.record(manager, SYSTEM_ACTOR, {
      action,
      outcome: AUDIT_OUTCOMES[state],
      object: { type: 'lot', id: subject },
      code: state === 'CONFIRMED' ? undefined : codeOf(state, facts),
      facts: {
        ...{ command: id, proposal: proposalId, system, kind, attempt: attempts, hash, turn },
        ...(action === 'command.outcome' ? { state, ...facts } : {}),
      },
    });
  }
}

function codeOf(state: CommandState, facts: { readonly [name: string]: Json }): string {
  return facts['code'] === 'COMMAND_ALTERED' ? 'COMMAND_ALTERED' : `COMMAND_${state}`;
}

function outcomeOf(row: OutboxCommandRow): { readonly [name: string]: Json } {
  return row.outcome === null ? {} : (JSON.parse(row.outcome) as { readonly [name: string]: Json });
}

/** The oldest command that is due and for which no older one of its slot waits or is under way. */
async function nextToSend(
  manager: EntityManager,
  system: string,
  now: number,
): Promise<OutboxCommandRow | null> {
  return await manager
    .createQueryBuilder(OutboxCommandRow, 'c')
    .where('c.system = :system AND c.state = :pending AND c.next_at <= :now', {
      system,
      pending: 'PENDING',
      now,
    })
    .andWhere(
      `NOT EXISTS (SELECT 1 FROM outbox_command o WHERE o.slot = c.slot AND o.state IN ('PENDING', 'SENDING')
        AND (o.created_at < c.created_at OR (o.created_at = c.created_at AND o.id < c.id)))`,
    )
    .orderBy('c.created_at', 'ASC')
    .addOrderBy('c.ordinal', 'ASC')
    .addOrderBy('c.id', 'ASC')
    .limit(1)
    .getOne();
}

/** Whether the row still asks for what the audit entry of its act says; only an entry that we wrote ourselves counts. */
async function isAsSigned(manager: EntityManager, mac: EntryMac, row: OutboxCommandRow): Promise<boolean> {
  const entry = await manager.findOneBy(AuditEntryRow, { id: row.entryId });
  if (entry === null || !mac.isOwn(entry.body)) return false;
  const body = JSON.parse(entry.body) as { facts?: { hash?: unknown; command?: unknown } };
  if (body.facts?.hash !== row.hash || body.facts.command !== row.id) return false;
  return matchesDigest(askedOf(row.proposalId, commandOf(row)), row.hash);
}
