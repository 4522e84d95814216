/**
 * Golden values of attributes, derived with their entity by the same precedence as its fields. Pure, so that
 * what checks golden values derives them exactly as what wrote them did, and loads nothing that writes.
 */
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
