/** Columns that may hold a field, with why: names, comments, values, and what foreign keys point to. */
import { recordTypeDefinition, type FieldKind, type RecordType } from '../../schema/records/record-types';
import type { ColumnProfile } from '../inspect/source-profile';
import type { Classified } from './classify';
import { matchName } from './name-match';
import type { ReachedColumn } from './reachable';
import type { Synonyms } from './synonyms';
import { fitOf } from './value-fit';
import { percentOf } from './yaml-text';

export interface Candidate extends ReachedColumn {
  /** 0 to 1. */
  readonly confidence: number;
  readonly evidence: readonly string[];
}

/** A column further away is less likely meant. */
const PER_JOIN = 0.85;
/** A declared foreign key to the table of what is named says more than most names. */
const DECLARED = 0.75;
/** One that was found by its name and values is less sure. */
const INFERRED = 0.95;
/** Below this a column is not even told as an alternative. */
const LEAST_CONFIDENCE = 0.4;

/** Kinds of fields that name an entity, and the field of that entity which is its code. */
const ENTITY_OF: Partial<Record<FieldKind, readonly [RecordType, string]>> = {
  item: ['item', 'code'],
  site: ['site', 'code'],
  location: ['location', 'code'],
  party: ['party', 'code'],
  lotNumber: ['lot', 'lotNumber'],
};

export type ClassifiedByName = ReadonlyMap<string, Classified>;

/** Candidates of a field, the likeliest first. */
export function candidatesFor(
  recordType: RecordType,
  field: string,
  kind: FieldKind,
  reached: readonly ReachedColumn[],
  classes: ClassifiedByName,
  synonyms: Synonyms,
): Candidate[] {
  const words = synonyms.field(recordType, field);
  const entity = ENTITY_OF[kind];
  const found = reached
    .flatMap((one): Candidate[] => {
      const target = one.joins.length === 0 ? null : (classes.get(one.resource.name)?.recordType ?? null);
      // the code of an entity stands in the entity's own table, and what points there is no code
      if (entity !== undefined && target === entity[0] && recordType !== target) {
        return throughEntity(one, entity, words, synonyms);
      }
      // the words of a master are about the master: the note of a lot is no title of its result
      if (kind === 'text' && field !== 'uom' && target !== null && isEntity(target)) return [];
      const match = matchName(one.column.name, one.column.comment, words);
      if (match === null) return [];
      const { factor: fit, evidence } = fitOf(kind, one.column);
      const factor = fit * languageOf(field, one.column);
      const pointer = entity !== undefined && isSurrogate(one) ? 0.45 : 1;
      const near = PER_JOIN ** one.joins.length * sureness(one) * filled(one);
      const confidence = match.score * factor * pointer * near;
      const why = [match.evidence, ...(evidence === null ? [] : [evidence]), ...fillingOf(one)];
      return [{ ...one, confidence, evidence: pointer < 1 ? [...why, 'but it only points to a row'] : why }];
    })
    .filter(({ confidence }) => confidence >= LEAST_CONFIDENCE)
    .sort((a, b) => b.confidence - a.confidence);
  const isOwnCode = entity !== undefined && entity[0] === recordType && entity[1] === field;
  return isOwnCode && (found[0]?.confidence ?? 0) < 0.6 ? [...keyAsCode(reached), ...found] : found;
}

/** Chinese names have a field of their own. */
function languageOf(field: string, column: ColumnProfile): number {
  const chinese = column.patterns.some(({ pattern, share }) => pattern.includes('中') && share > 0.2);
  if (field.endsWith('Zh')) return chinese ? 1 : 0;
  return chinese && (field === 'name' || field === 'title') ? 0.6 : 1;
}

/** Some systems name their masters by the primary key itself. */
function keyAsCode(reached: readonly ReachedColumn[]): Candidate[] {
  const key = reached.filter(({ column, joins }) => joins.length === 0 && column.keyPart > 0);
  const [only] = key;
  if (key.length !== 1 || only === undefined || isSurrogate(only)) return [];
  return [{ ...only, confidence: 0.6, evidence: ['the primary key, which is no counted number'] }];
}

function throughEntity(
  one: ReachedColumn,
  [type, field]: readonly [RecordType, string],
  words: ReturnType<Synonyms['field']>,
  synonyms: Synonyms,
): Candidate[] {
  const own = matchName(one.column.name, one.column.comment, synonyms.field(type, field));
  const join = one.joins.at(-1);
  if (own === null || join === undefined) return [];
  const kind = recordTypeDefinition(type).fields[field]?.kind ?? 'text';
  if (fitOf(kind, one.column).factor < 1 || isSurrogate(one)) return [];
  const pointer = Object.values(join.on)[0] ?? '';
  const named = matchName(pointer.replace(/^.*\./u, ''), null, words)?.score ?? 0.5;
  const far = one.joins.length > 1 ? PER_JOIN : 1;
  const confidence = Math.max(named, DECLARED) * own.score * far * sureness(one) * filled(one);
  const evidence = [`${pointer} points to ${join.table}`, own.evidence, ...fillingOf(one)];
  return [{ ...one, confidence, evidence }];
}

const sureness = ({ joins }: ReachedColumn) =>
  INFERRED ** joins.filter(({ inferred }) => inferred !== undefined).length;

const isEntity = (type: RecordType) => recordTypeDefinition(type).kind === 'entity';

/** A column that almost no row fills is seldom where a system keeps something. */
const filled = ({ column: { nullRate } }: ReachedColumn) =>
  nullRate !== null && nullRate > 0.9 && nullRate < 1 ? 0.7 : 1;

/** Rows without a value are worth a word: where the field is needed, they are rejected. */
const fillingOf = ({ column: { nullRate } }: ReachedColumn): string[] =>
  (nullRate ?? 0) > 0 ? [`${percentOf(nullRate ?? 0)} without a value`] : [];

/** A number that the database counts up, or a pointer to one: nobody in the business knows it. */
function isSurrogate({ column }: ReachedColumn): boolean {
  const counted = column.keyPart > 0 && /INT|SERIAL|IDENTITY/u.test(column.type);
  return counted || (column.references !== null && /INT|UUID|CHAR\(3[68]\)/u.test(column.type));
}
