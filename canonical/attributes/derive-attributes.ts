/**
 * Golden values of attributes, derived with their entity by the same precedence as its fields. Pure but for the last
 * step, so that what checks golden values derives them exactly as what wrote them did.
 */
import type { EntityManager } from 'typeorm';
import { type BulkRow, bulkDelete, bulkInsert } from '../../platform/database/bulk';
import { attributeFieldsOf } from '../../platform/dictionary/attributes';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import type { FieldDefinition, RecordType } from '../../schema/records/record-types';
import { type Contribution, disagrees, winner } from '../merge';
import { dateOf, microsOf, textOf } from '../sync/values';

/** A value as it is stored. */
export interface DerivedAttribute {
  readonly term: string;
  readonly recordPk: number;
  readonly text: string;
  readonly micros: number | null;
  readonly conflict: boolean;
}

const COLUMNS = ['entity_pk', 'term', 'record_pk', 'value_text', 'value_micros', 'conflict'];

/** The attributes that an entity's records state, each by the most believed system that has a value. */
export function attributesOf(
  dictionary: Dictionary,
  type: RecordType,
  contributions: readonly Contribution[],
): DerivedAttribute[] {
  return Object.entries(attributeFieldsOf(dictionary)(type)).flatMap(([field, definition]) => {
    const won = winner(contributions, dictionary.precedence(type, field), field);
    const text = won === null ? null : canonicalText(won.record, field, definition);
    if (won === null || text === null) return [];
    const isNumber = definition.kind === 'quantity' || definition.kind === 'integer';
    return [
      {
        term: `${type}.${field}`,
        recordPk: won.recordPk,
        text,
        micros: isNumber ? microsOf(won.record, field) : null,
        conflict: disagrees(contributions, field, sameForm(field, definition)),
      },
    ];
  });
}

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

/** The form in which two systems' words on an attribute are compared; undefined where each stands as it is. */
export function sameForm(field: string, { kind }: FieldDefinition): ((value: string) => string) | undefined {
  return kind === 'date' ? (value) => dateOf({ [field]: value }, field)?.date ?? value : undefined;
}

function canonicalText(
  record: Contribution['record'],
  field: string,
  { kind }: FieldDefinition,
): string | null {
  return kind === 'date' ? (dateOf(record, field)?.date ?? null) : textOf(record, field);
}
