/** Signs sign-offs with the deployment's key for them, and checks with every key that ever was one. */
import type { EntityManager } from 'typeorm';
import type { Clock } from '../../platform/clock';
import { checkSignature } from '../integrity/signature';
import type { AuditRecorder } from '../audit/audit-recorder';
import type { SigningKeys } from '../integrity/signing-keys';
import type { SignatureKeys } from './ports';

export class SignOffKeys implements SignatureKeys {
  constructor(
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
    private readonly audit: Pick<AuditRecorder, 'record'>,
  ) {}

  async sign(manager: EntityManager, hash: string): Promise<string> {
    await this.keys.announce(manager, 'signOff', this.clock.now(), this.audit);
    return this.keys.for('signOff').sign(hash);
  }

  async verify(manager: EntityManager, hash: string, signature: string): Promise<boolean> {
    const keys = await this.keys.announced(manager, 'signOff');
    return checkSignature(hash, signature, keys) === 'VALID';
  }
}
