/** Drafts one stream: its fields from the columns that fit best, its key, watermark, void rules and sign. */
import { recordTypeDefinition, type RecordType } from '../../schema/records/record-types';
import type { ResourceProfile } from '../inspect/source-profile';
import { candidatesFor, type Candidate, type ClassifiedByName } from './candidates';
import type { Classified } from './classify';
import { draftSign, type SignDraft } from './draft-sign';
import { draftValue, type CodeDraft, type ValueDraft } from './draft-field';
import { rowsWith, sideValue } from './draft-sides';
import { keyOf } from './draft-key';
import { partsOfName } from './name-match';
import { reachedColumns, type JoinDraft } from './reachable';
import { rowSides } from './sides';
import type { Synonyms } from './synonyms';
import { shareOf } from './value-fit';

export interface DraftedField {
  readonly name: string;
  readonly required: boolean;
  /** Null: left out, and the TODOs say why. */
  readonly spec: string | null;
  readonly confidence: number | null;
  readonly evidence: readonly string[];
  readonly todos: readonly string[];
  readonly alternatives: readonly Candidate[];
}

/** One reading of a table that is read several times. */
export interface DraftedPart {
  readonly name: string;
  readonly joins: readonly JoinDraft[];
  readonly set: Readonly<Record<string, string>>;
}

export interface DraftedStream {
  readonly name: string;
  readonly resource: ResourceProfile;
  readonly classified: Classified;
  readonly joins: readonly JoinDraft[];
  /** Where each row of the table stands for several records: what tells each of them. None for one record a row. */
  readonly parts: readonly DraftedPart[];
  /** Condition as YAML flow text, on the rows that are of the stream's kind at all; null: all are. */
  readonly where: string | null;
  /** YAML of the key; null where nothing tells the rows apart. */
  readonly key: string | null;
  /** Columns for `unique:`, where the source declares no primary key. */
  readonly unique: readonly string[];
  readonly watermark: Candidate | null;
  readonly voids: readonly { readonly column: string; readonly value: string; readonly evidence: string }[];
  readonly sign: SignDraft | null;
  readonly fields: readonly DraftedField[];
  readonly codes: readonly CodeDraft[];
  /** Own columns that name people: the copy keeps them under a key of the person. */
  readonly personal: readonly string[];
  readonly todos: readonly string[];
  /** What has to be answered before the stream may be more than a comment; null: nothing. */
  readonly question: string | null;
}

/** A candidate from here on is taken; a weaker one is told only. */
const LEAST_TAKEN = 0.55;
/** Two candidates this near each other are a question. */
const NEAR = 0.05;
const MOST_ALTERNATIVES = 3;
export const UNDATED = 'no column says when a row changed: all is read each time';

export interface StreamContext {
  readonly zone: string;
  readonly synonyms: Synonyms;
  readonly byName: ReadonlyMap<string, ResourceProfile>;
  readonly classes: ClassifiedByName;
}

export function draftStream(
  name: string,
  resource: ResourceProfile,
  classified: Classified,
  context: StreamContext,
): DraftedStream {
  const { synonyms, classes } = context;
  const type = classified.recordType;
  const reached = reachedColumns(resource, context.byName);
  const find: Find = (field, kind) => candidatesFor(type, field, kind, reached, classes, synonyms);
  const wanted = Object.entries(recordTypeDefinition(type).fields).filter(
    ([field]) => type !== 'movement' || (field !== 'quantity' && field !== 'level'),
  );
  const found = new Map(wanted.map(([field, { kind }]) => [field, find(field, kind)]));
  const quantity = type === 'movement' ? find('quantity', 'quantity') : [];
  const chosen = assign(
    found,
    new Set(wanted.filter(([, { required }]) => required).map(([field]) => field)),
  );
  const made = type === 'transformation' ? manufactureOf(resource, find, synonyms) : null;
  if (made?.sides?.by === 'code') chosen.set('role', made.sides.candidate);
  const timeOfDay = find('timeOfDay', 'text').find(
    ({ column }) => shareOf(column, (one) => one === 'time') > 0.5,
  );
  const shared = (field: string) =>
    [...chosen].some(([other, one]) => other !== field && one.reference === chosen.get(field)?.reference);
  const drafts = wanted.map(([field, definition]) => {
    const candidate = chosen.get(field);
    const told = field === 'role' && made !== null ? sideValue(made.sides) : null;
    const value =
      told ??
      (candidate === undefined
        ? constantFor(field, classified, resource)
        : draftValue(field, definition, candidate, {
            ...context,
            timeOfDay: timeOfDay ?? null,
            tableName: name,
            recordType: type,
          }));
    const twice = shared(field) ? [`${candidate?.reference ?? ''} serves another field too`] : [];
    const asked = { ...value, todos: [...value.todos, ...twice] };
    return draftedField(field, definition.required === true, candidate, found.get(field) ?? [], asked);
  });
  const sign =
    type === 'movement'
      ? draftSign(quantity[0], find('direction', 'code')[0], chosen.get('movementKind'), synonyms)
      : null;
  const own = (one: Candidate) => one.joins.length === 0;
  const keyed = keyOf(resource, [chosen.get('item'), chosen.get('lotNumber')]);
  const watermark =
    find('changedAt', 'instant').find((one) => own(one) && one.confidence >= LEAST_TAKEN) ?? null;
  const used = [
    ...drafts.flatMap(({ candidate, field }) =>
      field.spec === null || candidate === undefined ? [] : [candidate],
    ),
    ...(sign?.used ?? []),
    ...(made?.wheres ?? []).map((where) => where.used),
  ];
  return {
    ...{ name, resource, classified, ...keyed, watermark, sign, parts: [], question: null },
    where:
      made === null || made.wheres.length === 0
        ? null
        : made.wheres.map(({ condition }) => condition).join(', '),
    joins: joinsOf([...used, ...(timeOfDay === undefined ? [] : [timeOfDay])]),
    voids: find('deleted', 'boolean').filter(own).flatMap(voidRule),
    fields: drafts.map(({ field }) => field),
    codes: drafts.flatMap(({ value, field }) =>
      value.codes === null || field.spec === null ? [] : [value.codes],
    ),
    personal: wanted.flatMap(([field, { personal }]) => {
      const one = personal === true ? chosen.get(field) : undefined;
      return one !== undefined && own(one) ? [one.reference] : [];
    }),
    todos: [
      ...keyed.keyTodos,
      ...(made?.wheres ?? []).flatMap((where) => where.todos),
      ...(watermark === null ? [UNDATED] : []),
    ],
  };
}

type Find = (field: string, kind: Parameters<typeof candidatesFor>[2]) => Candidate[];

/** Which side its lines are on, and which of them are of manufacture. */
function manufactureOf(resource: ResourceProfile, find: Find, synonyms: Synonyms) {
  const sides = rowSides(resource, find('role', 'code'), synonyms);
  const coded = sides?.by === 'code' ? sides.candidate : undefined;
  const process = find('process', 'code').find((one) => one.reference !== coded?.reference);
  const wheres = [rowsWith(coded, 'role', synonyms), rowsWith(process, 'manufacture', synonyms)];
  return { sides, wheres: wheres.filter((one) => one !== null) };
}

/** Gives each column to the field that it fits best; a column serves two fields only where nothing else does. */
function assign(
  found: ReadonlyMap<string, readonly Candidate[]>,
  required: ReadonlySet<string>,
): Map<string, Candidate> {
  const pairs = [...found]
    .flatMap(([field, candidates]) => candidates.map((candidate) => ({ field, candidate })))
    .filter(({ candidate }) => candidate.confidence >= LEAST_TAKEN)
    .sort((a, b) => b.candidate.confidence - a.candidate.confidence);
  const chosen = new Map<string, Candidate>();
  const taken = new Set<string>();
  for (const { field, candidate } of pairs) {
    if (chosen.has(field) || taken.has(candidate.reference)) continue;
    chosen.set(field, candidate);
    taken.add(candidate.reference);
  }
  for (const { field, candidate } of pairs) {
    if (!chosen.has(field) && required.has(field)) chosen.set(field, candidate);
  }
  return chosen;
}

function draftedField(
  name: string,
  required: boolean,
  candidate: Candidate | undefined,
  found: readonly Candidate[],
  value: ValueDraft,
) {
  const alternatives = found
    .filter(({ reference }) => reference !== candidate?.reference)
    .slice(0, MOST_ALTERNATIVES);
  const next = alternatives[0];
  const todos = [...value.todos];
  if (candidate !== undefined && next !== undefined && candidate.confidence - next.confidence < NEAR)
    todos.push(`${candidate.reference} or ${next.reference}?`);
  if (candidate === undefined && value.spec === null) {
    if (next !== undefined) todos.push(`maybe ${next.reference}, which is not certain enough`);
    else if (required) todos.push('no column was found');
  }
  const field: DraftedField = {
    ...{ name, required, spec: value.spec, todos, alternatives },
    confidence: candidate?.confidence ?? null,
    evidence: [...(candidate?.evidence ?? []), ...value.remarks],
  };
  return { field, candidate, value };
}

/** What a table's own name says of every row of it: the role of the parties that it lists, the type of its documents. */
function constantFor(
  field: string,
  { recordType }: Classified,
  { name, comment }: ResourceProfile,
): ValueDraft {
  const none: ValueDraft = { spec: null, remarks: [], todos: [], codes: null };
  if (recordType === 'document') {
    const value = field === 'documentType' ? 'WORK_ORDER' : field === 'stage' ? 'PRODUCTION' : null;
    const remarks = ['the name of the table says an order of manufacture'];
    return value === null ? none : { ...none, spec: `{ value: ${value} }`, remarks };
  }
  if (field !== 'role') return none;
  const words = [...partsOfName(name), ...partsOfName(comment ?? ''), comment ?? '', name]
    .join(' ')
    .toLowerCase();
  const role = ROLES.find(([pattern]) => pattern.test(words))?.[1];
  if (role === undefined) return none;
  const remarks = [`the name of the table says ${role.toLowerCase()}`];
  return { ...none, spec: `{ value: ${role} }`, remarks };
}

const ROLES = [
  [/supplier|vendor|供应商|\bgys/u, 'SUPPLIER'],
  [/customer|client|客户|\bkh/u, 'CUSTOMER'],
  [/manufacturer|maker|厂家/u, 'MANUFACTURER'],
] as const;

function joinsOf(used: readonly Candidate[]): JoinDraft[] {
  const joins = new Map<string, JoinDraft>();
  for (const join of used.flatMap((candidate) => candidate.joins)) joins.set(join.as, join);
  return [...joins.values()];
}

/** The value of a flag that its name is about: of a column `del_flag` the 1, Y or true. */
function voidRule({ column, evidence, confidence }: Candidate) {
  if (confidence < LEAST_TAKEN) return [];
  const value = ['1', 'Y', 'y', 'true', '是'].find((one) => column.samples.includes(one));
  const other = column.samples.some((one) => ['0', 'N', 'n', 'false', '否'].includes(one));
  if (value === undefined && !other) return [];
  return [{ column: column.name, value: value ?? '1', evidence: evidence.join('; ') }];
}

export const streamName = (type: RecordType, taken: ReadonlySet<string>): string => {
  const plural = type.endsWith('y') ? `${type.slice(0, -1)}ies` : `${type}s`;
  let name = plural;
  for (let i = 2; taken.has(name); i += 1) name = `${plural}${i}`;
  return name;
};
