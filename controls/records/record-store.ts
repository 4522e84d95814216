/**
 * Regulated records of our own: dispositions, holds, expiry decisions, adjustments, policies, mappings, signatures.
 * Each version is written once and carries the hash that the audit entry of its act holds, so that a row that is
 * altered, deleted or slipped in by SQL is found and named.
 */
import { type EntityManager, In } from 'typeorm';
import type { Clock } from '../../platform/clock';
import { canonicalJson } from '../../platform/canonical-json';
import type { Json, RecordSeal } from '../audit/audit-entry';
import type { DigestAlgorithm } from '../integrity/digest';
import { RegulatedRecordRow } from './record.entity';
import { hashOfRecord } from './record-hash';
import { requireSealed, sealedOf } from './sealed-records';

export interface NewRecord {
  readonly type: string;
  readonly id: string;
  /** Public id of what the record is about. */
  readonly subject: string;
  readonly content: Json;
}

/** A version of a record as it is read. */
export interface RegulatedRecord {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly subject: string;
  readonly content: Json;
  readonly hash: string;
  readonly entryId: string;
  /** Ms since the epoch. */
  readonly at: number;
}

export class RecordStore {
  constructor(
    private readonly clock: Clock,
    private readonly algorithm: DigestAlgorithm,
  ) {}

  /**
   * Inserts the next version. The caller MUST put the returned seal into the audit entry `entryId` of the same
   * transaction. Two writers of one version collide on the key, and the later one fails.
   */
  async append(manager: EntityManager, record: NewRecord, entryId: string): Promise<RecordSeal> {
    const { type, id, subject } = record;
    const latest = await manager.findOne(RegulatedRecordRow, {
      where: { recordType: type, recordId: id },
      order: { version: 'DESC' },
    });
    const version = (latest?.version ?? 0) + 1;
    const at = this.clock.now();
    const content = canonicalJson(record.content);
    const hash = hashOfRecord(
      { recordType: type, recordId: id, version, subject, content, at },
      this.algorithm,
    );
    await manager.insert(RegulatedRecordRow, {
      ...{ recordType: type, recordId: id, version, subject, content, hash, entryId, at },
    });
    return { type, id, version, hash };
  }

  /** Current versions of all records of a type about the given subjects, oldest first. Thrown: RECORD_UNTRUSTED. */
  async currentAbout(
    manager: EntityManager,
    type: string,
    subjects: readonly string[],
  ): Promise<RegulatedRecord[]> {
    if (subjects.length === 0) return [];
    const rows = await manager.find(RegulatedRecordRow, {
      where: { recordType: type, subject: In([...subjects]) },
      order: { at: 'ASC', recordId: 'ASC', version: 'ASC' },
    });
    await requireSealed(manager, rows);
    const newest = new Map(rows.map((row) => [row.recordId, row.version]));
    return rows.filter((row) => newest.get(row.recordId) === row.version).map(toRecord);
  }

  /** Every version of a record, oldest first. Thrown when one was not written by the product: RECORD_UNTRUSTED. */
  async historyOf(manager: EntityManager, type: string, id: string): Promise<RegulatedRecord[]> {
    const rows = await versionsOf(manager, type, id);
    await requireSealed(manager, rows);
    return rows.map(toRecord);
  }

  /** The same; null when one was not written by the product. */
  async sealedHistoryOf(manager: EntityManager, type: string, id: string): Promise<RegulatedRecord[] | null> {
    const rows = await versionsOf(manager, type, id);
    return (await sealedOf(manager, rows)).length === rows.length ? rows.map(toRecord) : null;
  }
}

async function versionsOf(manager: EntityManager, type: string, id: string): Promise<RegulatedRecordRow[]> {
  return await manager.find(RegulatedRecordRow, {
    where: { recordType: type, recordId: id },
    order: { version: 'ASC' },
  });
}

function toRecord(row: RegulatedRecordRow): RegulatedRecord {
  const { recordType: type, recordId: id, version, subject, hash, entryId, at } = row;
  return { type, id, version, subject, content: JSON.parse(row.content) as Json, hash, entryId, at };
}
