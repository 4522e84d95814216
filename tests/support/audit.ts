/** An audit line that keeps what is written, for tests of what stands before the database. */
import type { AuditAct, AuditActor } from '../../controls/audit/audit-entry';
import type { AuditLine } from '../../gateway/reading/entry-writer';
import { GatewayError } from '../../platform/errors';

export interface WrittenEntry extends AuditAct {
  readonly actor: AuditActor;
}

export class MemoryAudit implements AuditLine {
  readonly entries: WrittenEntry[] = [];
  /** While true, nothing can be written. */
  down = false;

  write(actor: AuditActor, act: AuditAct): Promise<void> {
    if (this.down) return Promise.reject(new GatewayError('AUDIT_UNAVAILABLE'));
    this.entries.push({ actor, ...act });
    return Promise.resolve();
  }

  /** Entries of one action. */
  of(action: string): WrittenEntry[] {
    return this.entries.filter((entry) => entry.action === action);
  }
}
