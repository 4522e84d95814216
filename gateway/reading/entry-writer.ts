/**
 * Writes audit entries that stand in no other act's transaction. What comes in while one group is being written is
 * the next group: a busy gateway pays for one commit, not for one each.
 */
import type { AuditAct, AuditActor } from '../../controls/audit/audit-entry';
import type { AuditRecorder } from '../../controls/audit/audit-recorder';
import type { Database } from '../../platform/database/database';
import { GatewayError } from '../../platform/errors';
import type { Logger } from '../../platform/log';

/** Where the gateway writes what it did. */
export interface AuditLine {
  /** Resolves once the entry is committed. Rejects when it cannot be: AUDIT_UNAVAILABLE. */
  write(actor: AuditActor, act: AuditAct): Promise<void>;
}

const LARGEST_GROUP = 200;

interface Waiting {
  readonly actor: AuditActor;
  readonly act: AuditAct;
  readonly done: () => void;
  readonly failed: (error: GatewayError) => void;
}

export class EntryWriter implements AuditLine {
  #waiting: Waiting[] = [];
  #busy = false;

  constructor(
    private readonly database: Database,
    private readonly recorder: AuditRecorder,
    private readonly log: Logger,
  ) {}

  async write(actor: AuditActor, act: AuditAct): Promise<void> {
    await new Promise<void>((done, failed) => {
      this.#waiting.push({ actor, act, done, failed });
      if (!this.#busy) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, LARGEST_GROUP);
      if (await this.#commit(group)) continue;
      // one entry that cannot be written must not take the others with it
      for (const one of group) {
        const written = group.length > 1 && (await this.#commit([one]));
        if (!written) one.failed(new GatewayError('AUDIT_UNAVAILABLE'));
      }
    }
    this.#busy = false;
  }

  /** True when the group was committed, and those who wait were told. */
  async #commit(group: readonly Waiting[]): Promise<boolean> {
    try {
      await this.database.write(async (manager) => {
        for (const { actor, act } of group) await this.recorder.record(manager, actor, act);
      });
    } catch (error) {
      this.log.error({ err: error, entries: group.length }, 'audit entries could not be written');
      return false;
    }
    for (const { done } of group) done();
    return true;
  }
}
