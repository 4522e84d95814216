/** The hash that a version of a regulated record must have; verifiers compute it again. Pure. */
import { canonicalJson } from '../../platform/canonical-json';
import { type DigestAlgorithm, digestOf } from '../integrity/digest';

export interface HashedRecord {
  readonly recordType: string;
  readonly recordId: string;
  readonly version: number;
  readonly subject: string;
  /** Canonical JSON. */
  readonly content: string;
  /** Ms since the epoch. */
  readonly at: number;
}

export function hashOfRecord(record: HashedRecord, algorithm: DigestAlgorithm): string {
  const { recordType, recordId, version, subject, content, at } = record;
  return digestOf(canonicalJson([recordType, recordId, version, subject, content, at]), algorithm);
}
