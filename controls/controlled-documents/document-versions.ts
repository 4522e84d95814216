/** Versions of a controlled document as they stand in the database: regulated records that hold the text that was signed. */
import type { EntityManager } from 'typeorm';
import { GatewayError } from '../../platform/errors';
import { RegulatedRecordRow } from '../records/record.entity';
import type { NewRecord } from '../records/record-store';
import { requireSealed } from '../records/sealed-records';
import { type DocumentId, type DocumentTexts, versionOf } from './document-kind';

export const DOCUMENT_RECORD = 'controlledDocument';
export const PUBLISH_ACTION = 'controlledDocument.publish';

/** What was published, when, by whom and why. */
export interface DocumentVersion {
  /** From 1; the highest is in force. */
  readonly number: number;
  /** Hash of the texts, with its algorithm. */
  readonly version: string;
  readonly texts: DocumentTexts;
  readonly reason: string;
  /** Account; `system` for what came with the product. */
  readonly publishedBy: string;
  /** Ms since the epoch. */
  readonly publishedAt: number;
}

/** Field of the change that every publication writes into the trail. */
export const numberField = (id: DocumentId): string => `${id}.number`;

interface Content {
  readonly version: string;
  readonly previous: string | null;
  readonly reason: string;
  readonly by: string;
  readonly texts: DocumentTexts;
}

export function documentRecord(id: DocumentId, content: Omit<Content, 'version'>): NewRecord {
  const version = versionOf(id, content.texts);
  return {
    ...{ type: DOCUMENT_RECORD, id, subject: id },
    content: { ...content, version, texts: { ...content.texts } },
  };
}

/**
 * Number of the version in force; 0 when none was ever published. Whoever takes the newest away puts an older one in
 * force, and the trail still says that it was published. Thrown when a version is gone: RECORD_UNTRUSTED.
 */
export async function newestNumber(manager: EntityManager, id: DocumentId): Promise<number> {
  // the trail is read first: a version that is published between the two is no loss
  const [told] = await manager.query<{ n: number | string }[]>(
    `SELECT COUNT(*) AS n FROM audit_change c JOIN audit_index i ON i.seq = c.seq
      WHERE c.field = ? AND i.outcome = 'DONE' AND i.act IN ('${PUBLISH_ACTION}', 'signOff.execute')`,
    [numberField(id)],
  );
  const [row] = await manager.query<{ n: number | string; newest: number | string | null }[]>(
    'SELECT COUNT(*) AS n, MAX(version) AS newest FROM regulated_record WHERE record_type = ? AND record_id = ?',
    [DOCUMENT_RECORD, id],
  );
  const [count, newest] = [Number(row?.n ?? 0), Number(row?.newest ?? 0)];
  if (count !== newest || newest < Number(told?.n ?? 0)) throw untrusted(id, newest);
  return newest;
}

/** Thrown when the version is none that the product published: RECORD_UNTRUSTED. Null when there is none. */
export async function findVersion(
  manager: EntityManager,
  id: DocumentId,
  number: number,
): Promise<DocumentVersion | null> {
  const row = await manager.findOneBy(RegulatedRecordRow, {
    ...{ recordType: DOCUMENT_RECORD, recordId: id, version: number },
  });
  if (row === null) return null;
  await requireSealed(manager, [row]);
  return toVersion(id, row);
}

/** So many versions before a number, newest first. Thrown when one is none of the product: RECORD_UNTRUSTED. */
export async function versionsBefore(
  manager: EntityManager,
  id: DocumentId,
  before: number | null,
  limit: number,
): Promise<DocumentVersion[]> {
  const query = manager
    .createQueryBuilder(RegulatedRecordRow, 'r')
    .where('r.record_type = :type AND r.record_id = :id', { type: DOCUMENT_RECORD, id });
  if (before !== null) query.andWhere('r.version < :before', { before });
  const rows = await query.orderBy('r.version', 'DESC').limit(limit).getMany();
  await requireSealed(manager, rows);
  return rows.map((row) => toVersion(id, row));
}

function toVersion(id: DocumentId, row: RegulatedRecordRow): DocumentVersion {
  const { version, reason, by, texts } = JSON.parse(row.content) as Content;
  if (versionOf(id, texts) !== version) throw untrusted(id, row.version);
  return { number: row.version, version, texts, reason, publishedBy: by, publishedAt: row.at };
}

const untrusted = (id: DocumentId, number: number): GatewayError =>
  new GatewayError('RECORD_UNTRUSTED', undefined, { record: DOCUMENT_RECORD, id, version: number });
