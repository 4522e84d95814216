/**
 * The outbox: what a signed act asks of legacy systems is written down in the act's own transaction, so that it is
 * asked if and only if the act happened. A worker carries it out afterwards.
 */
import { type EntityManager, In } from 'typeorm';
import type { Clock } from '../../platform/clock';
import { canonicalJson } from '../../platform/canonical-json';
import type { LocalizedText } from '../../platform/errors';
import { type AuditActor, SYSTEM_ACTOR } from '../audit/audit-entry';
import type { AuditRecorder } from '../audit/audit-recorder';
import { type DigestAlgorithm, digestOf } from '../integrity/digest';
import { timedId } from '../integrity/ids';
import { askedOf, slotOf } from './asked';
import type { CommandKind, CommandState, NewCommand } from './command';
import { OutboxCommandRow } from './outbox.entity';
import { refusalOf } from './refusal';

export interface OutboxOptions {
  readonly clock: Clock;
  readonly audit: AuditRecorder;
  readonly algorithm: DigestAlgorithm;
}

/** A command as it is shown. */
export interface CommandView {
  readonly id: string;
  readonly proposalId: string;
  readonly system: string;
  readonly kind: CommandKind;
  readonly subject: string;
  readonly state: CommandState;
  readonly attempts: number;
  readonly createdAt: number;
  readonly settledAt: number | null;
  /** Why it was refused, in words that may be shown; null for one that was not. */
  readonly refusal: LocalizedText | null;
}

export class Outbox {
  constructor(private readonly options: OutboxOptions) {}

  /**
   * Puts a command into the outbox, with its audit entry. MUST run in the act's transaction. Throws when the proposal
   * has asked for the same already: an act that ran twice fails here. Returns the command's id.
   */
  async enqueue(
    manager: EntityManager,
    proposalId: string,
    command: NewCommand,
    actor: AuditActor = SYSTEM_ACTOR,
  ): Promise<string> {
    const { audit, clock, algorithm } = this.options;
    const now = clock.now();
    const id = timedId(now);
    const entryId = audit.nextId();
    const asked = askedOf(proposalId, command);
    const hash = digestOf(asked, algorithm);
    const ordinal = await manager.countBy(OutboxCommandRow, { proposalId });
    const { system, kind, subject, payload } = command;
    await manager.insert(OutboxCommandRow, {
      ...{ id, proposalId, ordinal, system, kind, subject, hash, entryId },
      idempotencyKey: keyOf(proposalId, command),
      slot: slotOf(command),
      payload: canonicalJson(payload),
      ...{ state: 'PENDING', attempts: 0, checks: 0, createdAt: now, leasedUntil: 0 },
      // due at once, whatever clock the worker goes by
      ...{ nextAt: 0, sentAt: null, settledAt: null, outcome: null },
    });
    await audit.record(
      manager,
      actor,
      {
        action: 'command.queue',
        outcome: 'DONE',
        object: { type: 'lot', id: subject },
        facts: { command: id, proposal: proposalId, system, kind, hash },
      },
      entryId,
    );
    return id;
  }

  /** Commands of proposals, or about subjects, in the order of their acts. */
  async commandsOf(
    manager: EntityManager,
    by: 'proposalId' | 'subject',
    values: readonly string[],
  ): Promise<CommandView[]> {
    if (values.length === 0) return [];
    const rows = await manager.find(OutboxCommandRow, {
      where: { [by]: In([...values]) },
      order: { createdAt: 'ASC', proposalId: 'ASC', ordinal: 'ASC' },
    });
    return rows.map(toView);
  }
}

/** Made of what is asked, so that the same request of the same proposal has the same key and is stored once. */
function keyOf(proposalId: string, command: NewCommand): string {
  const digest = digestOf(askedOf(proposalId, command)).slice('sha256:'.length);
  return `${proposalId.slice(0, 36)}-${digest.slice(0, 32)}`;
}

function toView(row: OutboxCommandRow): CommandView {
  const { id, proposalId, system, subject, attempts, createdAt, settledAt } = row;
  return {
    ...{ id, proposalId, system, subject, attempts, createdAt, settledAt },
    kind: row.kind as CommandKind,
    state: row.state as CommandState,
    refusal: refusalOf(row),
  };
}
