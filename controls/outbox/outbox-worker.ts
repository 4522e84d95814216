/**
 * Carries out what the outbox holds. A command is marked as being sent, and that is committed, before anything leaves
 * this process; it is sent once; then the system's record is read back. A worker that dies in between leaves a mark
 * whose lease runs out, and the command counts as unknown: it is found out by reading, never by sending again blindly.
 */
import { LessThanOrEqual } from 'typeorm';
import type { Clock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import type { Logger } from '../../platform/log';
import type { Json } from '../audit/audit-entry';
import type { AuditRecorder } from '../audit/audit-recorder';
import type { EntryMac } from '../audit/entry-mac';
import type { CommandSender, OutgoingCommand, ReadBack, SendAnswer } from './command-sender';
import { CommandLedger, type ClaimedCommand, type CommandOutcome } from './command-ledger';
import { commandOf } from './asked';
import { OutboxCommandRow } from './outbox.entity';
import { type UnknownCommand, pauseAfter, reconcile, settle } from './settle';

export interface OutboxWorkerOptions {
  readonly database: Database;
  readonly audit: AuditRecorder;
  readonly mac: EntryMac;
  readonly sender: CommandSender;
  /** Instants that are recorded. */
  readonly clock: Clock;
  /** Time that leases and pauses go by; it MUST run. */
  readonly timer: Clock;
  readonly logger: Logger;
  /** Longest that a sending or a reading may take; a lease outlasts both. */
  readonly deadlineMs: number;
}

export class OutboxWorker {
  readonly #ledger: CommandLedger;
  readonly #leaseMs: number;

  constructor(private readonly options: OutboxWorkerOptions) {
    this.#ledger = new CommandLedger(options);
    this.#leaseMs = 2 * options.deadlineMs + 30_000;
  }

  /** Does the next thing for a system: a lost lease, a command to send, or an unknown one. False when nothing is due. */
  async step(system: string, signal: AbortSignal): Promise<boolean> {
    if (await this.#ledger.expireOne(system)) return true;
    const toSend = await this.#ledger.claimToSend(system, this.#leaseMs);
    if (toSend !== null) {
      await this.#carryOut(toSend, signal);
      return true;
    }
    const unknown = await this.#ledger.claimUnknown(system, this.#leaseMs);
    if (unknown === null) return false;
    await this.#lookAgain(unknown, signal);
    return true;
  }

  /** Does all that is due for a system now. */
  async drain(system: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await this.step(system, signal)));
  }

  async #carryOut(claimed: ClaimedCommand, signal: AbortSignal): Promise<void> {
    const { sender } = this.options;
    const command = outgoing(claimed.row);
    const answer = await sender.send(command, this.#deadline(signal));
    await this.#ledger.note(claimed, 'ANSWER', factsOf(answer));
    const back = await sender.readBack(command, this.#deadline(signal));
    await this.#finish(claimed, settle(answer.said, back.found), answer, back);
  }

  async #lookAgain(claimed: ClaimedCommand, signal: AbortSignal): Promise<void> {
    const { sender } = this.options;
    const { row } = claimed;
    const back = await sender.readBack(outgoing(row), this.#deadline(signal));
    const said = this.#ledger.lastSaid(row);
    const known: UnknownCommand = {
      said,
      sendings: row.attempts,
      honoursKey: sender.honoursIdempotencyKey(row.system),
      superseded: await this.#ledger.isSuperseded(row),
    };
    await this.#finish(claimed, reconcile(known, back.found), null, back);
  }

  async #finish(
    claimed: ClaimedCommand,
    next: ReturnType<typeof reconcile>,
    answer: SendAnswer | null,
    back: ReadBack,
  ): Promise<void> {
    const outcome: CommandOutcome = {
      state: next === 'GIVEN_UP' ? 'UNKNOWN' : next,
      said: answer?.said ?? this.#ledger.lastSaid(claimed.row),
      code: answer?.code ?? null,
      ...(answer?.reason === undefined ? {} : { reason: { ...answer.reason } }),
      found: back.found,
      values: back.values,
      pauseMs: next === 'GIVEN_UP' ? null : pauseAfter(claimed.row.checks),
    };
    const kept = await this.#ledger.settle(claimed, outcome);
    const facts = { command: claimed.row.id, system: claimed.row.system, kind: claimed.row.kind };
    if (!kept)
      this.options.logger.warn(facts, 'the lease of a command ran out before its outcome was stored');
    else if (outcome.state !== 'CONFIRMED')
      this.options.logger.warn(
        { ...facts, state: outcome.state, found: back.found },
        'command not confirmed',
      );
  }

  #deadline(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, AbortSignal.timeout(this.options.deadlineMs)]);
  }
}

/** How many commands wait, how many have an unknown outcome, and since when the oldest of them does (ms). */
export interface OutboxBacklog {
  readonly pending: number;
  readonly unknown: number;
  readonly oldestMs: number;
}

export async function backlogOf(database: Database, now: number): Promise<OutboxBacklog> {
  const rows = await database.reader.find(OutboxCommandRow, {
    select: { id: true, state: true, createdAt: true },
    where: [
      { state: 'PENDING', createdAt: LessThanOrEqual(now) },
      { state: 'SENDING' },
      { state: 'UNKNOWN' },
    ],
    order: { createdAt: 'ASC' },
  });
  return {
    pending: rows.filter(({ state }) => state !== 'UNKNOWN').length,
    unknown: rows.filter(({ state }) => state === 'UNKNOWN').length,
    oldestMs: Math.max(0, now - (rows[0]?.createdAt ?? now)),
  };
}

/** An answer as it is stored. */
function factsOf({ said, code, reason }: SendAnswer): { readonly [name: string]: Json } {
  return { said, code, ...(reason === undefined ? {} : { reason: { ...reason } }) };
}

function outgoing(row: OutboxCommandRow): OutgoingCommand {
  const { system, kind, payload } = commandOf(row);
  return { system, kind, payload, idempotencyKey: row.idempotencyKey, createdAt: row.createdAt };
}
