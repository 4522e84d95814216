/**
 * Attributes: terms that have no field of their own in the graph. A term file and a line of a mapping are all that such
 * a value needs; it is kept, permitted, filtered and explained like any field of its entity.
 */
import { type FieldDefinition, type RecordType, RECORD_TYPES } from '../../schema/records/record-types';
import type { Dictionary, Term } from './dictionary';

/** Field name → what it holds, of the attributes of one record type. */
export type AttributeFields = (recordType: RecordType) => Readonly<Record<string, FieldDefinition>>;

/** What the longest text of an attribute may have, in characters: it is indexed. */
export const MOST_ATTRIBUTE_TEXT = 140;
const MOST_ATTRIBUTE_ID = 120;

const NONE: Readonly<Record<string, FieldDefinition>> = Object.freeze({});
export const NO_ATTRIBUTES: AttributeFields = () => NONE;

/** Kinds of values that an attribute can hold, by the type of its term. */
const KINDS = {
  text: 'text',
  code: 'code',
  date: 'date',
  instant: 'instant',
  quantity: 'quantity',
  integer: 'integer',
  boolean: 'boolean',
} as const;

type AttributeKind = (typeof KINDS)[keyof typeof KINDS];

const isAttributeType = (type: string): type is keyof typeof KINDS => Object.hasOwn(KINDS, type);

/** What the term's values are; null when the term is no attribute. */
export function attributeKind(term: Term): AttributeKind | null {
  return term.attribute && isAttributeType(term.type) ? KINDS[term.type] : null;
}

/** Id of the record type that a term belongs to, and the field that it is. */
export function splitTerm(id: string): { readonly recordType: string; readonly field: string } {
  const dot = id.indexOf('.');
  return dot === -1
    ? { recordType: id, field: '' }
    : { recordType: id.slice(0, dot), field: id.slice(dot + 1) };
}

/** Attributes of a record type that are in use, by id. */
export function attributeTerms(dictionary: Dictionary, recordType: string): Term[] {
  return dictionary
    .attributes()
    .filter((term) => term.status !== 'retired' && splitTerm(term.id).recordType === recordType);
}

const remembered = new WeakMap<Dictionary, AttributeFields>();

/** The attributes of a dictionary as mappings are compiled against them. */
export function attributeFieldsOf(dictionary: Dictionary): AttributeFields {
  const fields = remembered.get(dictionary) ?? readFields(dictionary);
  remembered.set(dictionary, fields);
  return fields;
}

function readFields(dictionary: Dictionary): AttributeFields {
  const known = new Map<string, Readonly<Record<string, FieldDefinition>>>();
  return (recordType) => {
    let fields = known.get(recordType);
    if (fields === undefined) {
      fields = Object.freeze(
        Object.fromEntries(
          attributeTerms(dictionary, recordType).map((term) => [
            splitTerm(term.id).field,
            definitionOf(term),
          ]),
        ),
      );
      known.set(recordType, fields);
    }
    return fields;
  };
}

function definitionOf(term: Term): FieldDefinition {
  const kind = attributeKind(term) ?? 'text';
  return kind === 'code' ? { kind, values: term.values.map(({ code }) => code) } : { kind };
}

/** What is wrong with a term that says that it is an attribute; empty when it can be one. */
export function attributeProblems(term: Term): string[] {
  if (!term.attribute) return [];
  const { recordType, field } = splitTerm(term.id);
  const definition = Object.hasOwn(RECORD_TYPES, recordType)
    ? RECORD_TYPES[recordType as RecordType]
    : undefined;
  const problems: string[] = [];
  if (definition?.kind !== 'entity')
    problems.push(`an attribute belongs to an entity (${ENTITY_NAMES.join(', ')}); "${recordType}" is none`);
  else if (Object.hasOwn(definition.fields, field))
    problems.push(
      `"${field}" is a field of ${recordType} already; only a term without a field is an attribute`,
    );
  if (term.id.length > MOST_ATTRIBUTE_ID) problems.push(`an id has at most ${MOST_ATTRIBUTE_ID} characters`);
  if (field.includes('.') || field === '') problems.push('an attribute is named <entity>.<name>');
  if (!isAttributeType(term.type))
    problems.push(`an attribute is of type ${Object.keys(KINDS).join(', ')}, not ${term.type}`);
  if (term.type === 'code' && term.values.length === 0) problems.push('a code needs its permissible values');
  return problems;
}

const ENTITY_NAMES = Object.entries(RECORD_TYPES)
  .filter(([, { kind }]) => kind === 'entity')
  .map(([name]) => name);
