/**
 * Writes audit entries inside the transaction of the act that they are about: no entry, no act. MUST be called with
 * the manager of that transaction; what fails here fails the act.
 */
import type { EntityManager } from 'typeorm';
import type { Clock } from '../../platform/clock';
import { canonicalJson } from '../../platform/canonical-json';
import { insertRows } from '../../platform/database/bulk';
import { type DigestAlgorithm, digestOf } from '../integrity/digest';
import { timedId } from '../integrity/ids';
import type { AuditAct, AuditActor } from './audit-entry';
import type { AuditEntryRow } from './audit-entry.entity';
import type { EntryMac } from './entry-mac';
import type { PersonalData } from './personal-data';

/** Layout of the body; a new layout gets a new number. */
const BODY_VERSION = 1;

export interface AuditRecorderOptions {
  readonly clock: Clock;
  readonly personal: PersonalData;
  readonly algorithm: DigestAlgorithm;
  /** Marks entries as written by the product; without it a check cannot tell them from those of an administrator. */
  readonly mac?: EntryMac;
}

export class AuditRecorder {
  constructor(private readonly options: AuditRecorderOptions) {}

  /** An id for an entry that records which refer to it are written before it. */
  nextId(): string {
    return timedId(this.options.clock.now());
  }

  /** Inserts the entry, under `id` where records already refer to it; returns its id. */
  async record(
    manager: EntityManager,
    actor: AuditActor,
    act: AuditAct,
    id: string = this.nextId(),
  ): Promise<string> {
    await storeEntries(manager, [await this.prepare(manager, actor, act, id)]);
    return id;
  }

  /** The entry as it will stand, not yet stored. */
  async prepare(
    manager: EntityManager,
    actor: AuditActor,
    act: AuditAct,
    id: string = this.nextId(),
  ): Promise<PreparedEntry> {
    const at = this.options.clock.now();
    const plain = canonicalJson({
      v: BODY_VERSION,
      id,
      at: new Date(at).toISOString(),
      actor: await this.#actor(manager, actor),
      action: act.action,
      outcome: act.outcome,
      object: act.object ?? null,
      changes: act.changes ?? [],
      reason: act.reason ?? null,
      code: act.code ?? null,
      policyVersion: act.policyVersion ?? null,
      records: act.records ?? [],
      facts: act.facts ?? {},
    });
    const body = this.options.mac?.mark(plain) ?? plain;
    return { id, at, body, hash: digestOf(body, this.options.algorithm) };
  }

  async #actor(manager: EntityManager, actor: AuditActor): Promise<object> {
    const { personal, ...rest } = actor;
    const subject = actor.person ?? actor.account;
    const sealed =
      Object.keys(personal).length === 0
        ? null
        : await this.options.personal.seal(manager, subject, personal);
    return { ...rest, personal: sealed };
  }
}

/** An entry with its body and hash. */
export type PreparedEntry = Readonly<AuditEntryRow>;

/** Stores entries and queues them for their place in the order, in the transaction of their act. */
export async function storeEntries(manager: EntityManager, entries: readonly PreparedEntry[]): Promise<void> {
  await insertRows(
    manager,
    'audit_entry',
    ['id', 'at', 'body', 'hash'],
    entries.map(({ id, at, body, hash }) => [id, at, body, hash]),
  );
  // the queue, and not a search for `id > last`, finds them: an act that commits late is not passed over
  await insertRows(
    manager,
    'audit_pending',
    ['entry_id', 'at'],
    entries.map(({ id, at }) => [id, at]),
  );
}
