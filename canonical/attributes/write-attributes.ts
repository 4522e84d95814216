/** Writes the golden values of attributes; what they are is derived apart from it. */
import type { EntityManager } from 'typeorm';
import { type BulkRow, bulkDelete, bulkInsert } from '../../platform/database/bulk';
import { attributeFieldsOf } from '../../platform/dictionary/attributes';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import type { RecordType } from '../../schema/records/record-types';
import type { Contribution } from '../merge';
import { attributesOf } from './derive-attributes';

export const ATTRIBUTE_COLUMNS = ['entity_pk', 'term', 'record_pk', 'value_text', 'value_micros', 'conflict'];

/** Replaces the attributes of entities; costs nothing where the type has none. */
export async function deriveAttributes(
  manager: EntityManager,
  dictionary: Dictionary,
  type: RecordType,
  pks: readonly number[],
  contributions: ReadonlyMap<number, readonly Contribution[]>,
): Promise<void> {
  if (!hasAttributes(dictionary, type)) return;
  await bulkDelete(manager, 'attribute_value', 'entity_pk', pks);
  const rows = attributeRows(dictionary, type, pks, contributions);
  await bulkInsert(manager, 'attribute_value', ATTRIBUTE_COLUMNS, rows);
}

const hasAttributes = (dictionary: Dictionary, type: RecordType): boolean =>
  Object.keys(attributeFieldsOf(dictionary)(type)).length > 0;

/** Rows of `ATTRIBUTE_COLUMNS`; none where the type has no attributes. */
export function attributeRows(
  dictionary: Dictionary,
  type: RecordType,
  pks: readonly number[],
  contributions: ReadonlyMap<number, readonly Contribution[]>,
): BulkRow[] {
  if (!hasAttributes(dictionary, type)) return [];
  return pks.flatMap((pk) =>
    attributesOf(dictionary, type, contributions.get(pk) ?? []).map(
      ({ term, recordPk, text, micros, conflict }): BulkRow => [
        ...[pk, term, recordPk, text, micros],
        conflict ? 1 : 0,
      ],
    ),
  );
}
