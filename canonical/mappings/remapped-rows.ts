/** Kept rows as a draft would map them. Reads only. */
import type { EntityManager } from 'typeorm';
import type { CanonicalRecord, RawRow, Stream } from '../../connectors/contract';
import { attributeFieldsOf } from '../../platform/dictionary/attributes';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { type RecordType, recordTypeDefinition } from '../../schema/records/record-types';
import { mapOne } from '../sync/batch-mapper';
import { KEY_CHANGED, NOT_MAPPED, REJECTED, lacks } from './passes';

/** A stream of a draft: what maps, without what reads. */
export type DraftStream = Pick<Stream, 'name' | 'recordType' | 'reading' | 'map'>;

export interface StoredRow {
  readonly pk: number;
  readonly native_key: string;
  readonly entity_pk: number | null;
  readonly void_reason: string | null;
  readonly raw: string;
  readonly canonical: string;
}

/** What a row would be: a record that counts, or none. */
export interface After {
  readonly same: boolean;
  readonly record: CanonicalRecord | null;
  readonly recordType: RecordType | null;
  readonly rejected: boolean;
  /** Of a reject: what could not be mapped, and why. */
  readonly field: string;
  readonly message: string;
}

const NONE: After = { same: false, record: null, recordType: null, rejected: false, field: '', message: '' };
const TAKEN_OUT: readonly (string | null)[] = [NOT_MAPPED, REJECTED, KEY_CHANGED];

/** `WAITING`: the row lacks what the draft asks of it. */
export function afterOf(stream: DraftStream | null, stored: StoredRow): After | 'WAITING' {
  // a record under an old key is carried on under its new one
  if (stored.void_reason === KEY_CHANGED) return { ...NONE, same: true };
  if (stream === null) return { ...NONE, same: TAKEN_OUT.includes(stored.void_reason) };
  const raw = JSON.parse(stored.raw) as RawRow;
  if (lacks(stream, raw)) return 'WAITING';
  const mapped = mapOne(stream, raw, stored.raw);
  const { recordType } = stream;
  if ('code' in mapped) {
    const { field, message } = mapped;
    return { ...NONE, recordType, rejected: stored.void_reason !== REJECTED, same: true, field, message };
  }
  const same =
    mapped.key === stored.native_key &&
    mapped.voidReason === stored.void_reason &&
    mapped.canonical === stored.canonical;
  return { ...NONE, same, recordType, record: mapped.voidReason === null ? mapped.record : null };
}

/** A page of current versions in the order of their keys. */
export async function recordsPage(
  reader: EntityManager,
  streamPk: number,
  after: string,
  limit: number,
): Promise<StoredRow[]> {
  return await reader.query<StoredRow[]>(
    `SELECT r.pk, r.native_key, r.entity_pk, r.void_reason, v.raw, v.canonical
       FROM source_record r LEFT JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version
      WHERE r.stream_pk = ? AND r.native_key > ? ORDER BY r.native_key LIMIT ${limit}`,
    [streamPk, after],
  );
}

export async function rejectsPage(
  reader: EntityManager,
  streamPk: number,
  after: string,
  limit: number,
): Promise<{ row_key: string; raw: string }[]> {
  return await reader.query<{ row_key: string; raw: string }[]>(
    `SELECT row_key, raw FROM rejected_row WHERE stream_pk = ? AND row_key > ? AND resolved_at IS NULL
      ORDER BY row_key LIMIT ${limit}`,
    [streamPk, after],
  );
}

/** Fields of a record type, with its attributes. */
export function fieldsOf(type: RecordType, dictionary: Dictionary): string[] {
  return [
    ...Object.keys(recordTypeDefinition(type).fields),
    ...Object.keys(attributeFieldsOf(dictionary)(type)),
  ];
}

export const textOf = (value: CanonicalRecord[string] | undefined): string | null =>
  value === null || value === undefined ? null : String(value);
