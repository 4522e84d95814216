/** Writes the golden values of attributes; what they are is derived apart from it. */
import type { EntityManager } from 'typeorm';
import { type BulkRow, bulkDelete, bulkInsert } from '../../platform/database/bulk';
import { attributeFieldsOf } from '../../platform/dictionary/attributes';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import type { RecordType } from '../../schema/records/record-types';
import type { Contribution } from '../merge';
import { attributesOf } from './derive-attributes';

const COLUMNS = ['entity_pk', 'term', 'record_pk', 'value_text', 'value_micros', 'conflict'];

/** Replaces the attributes of entities; costs nothing where the type has none. */
export async function deriveAttributes(
  manager: EntityManager,
  dictionary: Dictionary,
  type: RecordType,
  pks: readonly number[],
  contributions: ReadonlyMap<number, readonly Contribution[]>,
): Promise<void> {
  if (Object.keys(attributeFieldsOf(dictionary)(type)).length === 0) return;
  const rows = pks.flatMap((pk) =>
    attributesOf(dictionary, type, contributions.get(pk) ?? []).map(
      ({ term, recordPk, text, micros, conflict }): BulkRow => [
        ...[pk, term, recordPk, text, micros],
        conflict ? 1 : 0,
      ],
    ),
  );
  await bulkDelete(manager, 'attribute_value', 'entity_pk', pks);
  await bulkInsert(manager, 'attribute_value', COLUMNS, rows);
}
