/** Public keys that ever signed for this deployment; rows are only ever inserted. */
import { Entity, PrimaryColumn } from 'typeorm';
import { InstantMs, LongText, Text } from '../../platform/database/columns';

@Entity('integrity_key')
export class IntegrityKeyRow {
  /** Fingerprint of the public key. */
  @PrimaryColumn({ type: 'varchar', length: 64, name: 'key_id' }) keyId!: string;
  /** `audit` or `signOff`. */
  @Text('purpose', 16) purpose!: string;
  @Text('algorithm', 16) algorithm!: string;
  /** PEM. */
  @LongText('public_key') publicKey!: string;
  @InstantMs('first_used_at') firstUsedAt!: number;
}
