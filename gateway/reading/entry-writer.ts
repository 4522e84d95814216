/** Where the gateway writes down what it did or refused, outside any act's transaction. */
import type { AuditAct, AuditActor } from '../../controls/audit/audit-entry';
import type { AuditWriter } from '../../controls/audit/audit-writer';
import { GatewayError } from '../../platform/errors';
import type { Logger } from '../../platform/log';

export interface AuditLine {
  /** Resolves once the entry is committed. Rejects when it cannot be: AUDIT_UNAVAILABLE. */
  write(actor: AuditActor, act: AuditAct): Promise<void>;
}

export class EntryWriter implements AuditLine {
  constructor(
    private readonly writer: AuditWriter,
    private readonly log: Logger,
  ) {}

  async write(actor: AuditActor, act: AuditAct): Promise<void> {
    try {
      await this.writer.write([{ actor, act }]);
    } catch (error) {
      this.log.error({ err: error, action: act.action }, 'an audit entry could not be written');
      throw new GatewayError('AUDIT_UNAVAILABLE', undefined, {}, error);
    }
  }
}
