/** Drafts the value of one field from the column that fits best; what is not certain is a TODO, never a guess. */
import type { FieldDefinition, RecordType } from '../../schema/records/record-types';
import type { Candidate } from './candidates';
import { dateStep, draftDate, instantStep } from './draft-dates';
import type { Synonyms } from './synonyms';
import { shareOf } from './value-fit';
import { percentOf, scalar } from './yaml-text';

export interface CodeDraft {
  readonly name: string;
  readonly entries: readonly (readonly [code: string, target: string])[];
  readonly todos: readonly string[];
  readonly unknown: 'reject' | 'keep';
}

export interface ValueDraft {
  /** YAML flow text of the value; null where it could not be drafted without guessing. */
  readonly spec: string | null;
  readonly remarks: readonly string[];
  readonly todos: readonly string[];
  readonly codes: CodeDraft | null;
}

export interface DraftContext {
  readonly zone: string;
  readonly synonyms: Synonyms;
  /** Column of the time of day beside a date, where there is one. */
  readonly timeOfDay: Candidate | null;
  readonly tableName: string;
  readonly recordType: RecordType;
}

const plain = (spec: string | null, more: Partial<ValueDraft> = {}): ValueDraft => ({
  spec,
  remarks: [],
  todos: [],
  codes: null,
  ...more,
});

export function draftValue(
  field: string,
  definition: FieldDefinition,
  { column, reference }: Candidate,
  context: DraftContext,
): ValueDraft {
  const from = scalar(reference);
  switch (definition.kind) {
    case 'date': {
      const { formats, remarks, todos } = draftDate(column);
      if (formats === null) return plain(null, { remarks, todos });
      return plain(`{ from: ${from}, apply: [${dateStep(formats, context.zone)}] }`, { remarks, todos });
    }
    case 'instant':
      return draftInstant(from, column, context);
    case 'quantity':
    case 'integer':
      return draftNumber(from, column);
    case 'boolean':
      return plain(`{ from: ${from}, apply: [boolean] }`, {
        todos: [`which way round is it: ${seen(column)}?`],
      });
    case 'code':
      return draftCode(field, definition, from, column, context);
    default:
      return plain(from);
  }
}

const seen = ({ samples }: Candidate['column']) =>
  samples
    .slice(0, 6)
    .map((text) => JSON.stringify(text))
    .join(', ');

function draftInstant(from: string, column: Candidate['column'], { timeOfDay }: DraftContext): ValueDraft {
  const { formats, hasTime, remarks, todos } = draftDate(column);
  if (formats === null) return plain(null, { remarks, todos });
  if (hasTime || formats.length === 0) {
    const step = instantStep(formats.length === 0 ? ['ISO'] : formats, null);
    return plain(`{ from: ${from}, apply: [${step}] }`, { remarks, todos });
  }
  if (timeOfDay !== null) {
    const step = instantStep(formats, 'HH:mm:ss');
    return plain(`{ from: [${from}, ${scalar(timeOfDay.reference)}], apply: [${step}] }`, { remarks, todos });
  }
  const why = 'the column has no time of day: midnight is taken';
  return plain(`{ from: [${from}, { value: "00:00:00" }], apply: [${instantStep(formats, 'HH:mm:ss')}] }`, {
    remarks,
    todos: [...todos, why],
  });
}

function draftNumber(from: string, column: Candidate['column']): ValueDraft {
  const own = Math.max(
    shareOf(column, (one) => one === 'integer' || one === 'decimal'),
    shareOf(column, (one) => one === 'integer') + shareOf(column, (one) => one === 'decimal'),
  );
  const style = (['de', 'en'] as const).find(
    (one) => shareOf(column, (pattern) => pattern === `decimal:${one}`) > 0,
  );
  if (style === undefined) {
    const rest = own < 0.999 && column.patterns.length > 0 ? [`${percentOf(1 - own)} are no numbers`] : [];
    return plain(from, { todos: rest });
  }
  return plain(`{ from: ${from}, apply: [{ decimal: ${style} }] }`, {
    todos: [`numbers seem written as in "${style}": ${seen(column)}`],
  });
}

/** Families of words where one field means different things by record type; all others are called as their field. */
const FAMILIES: Readonly<Record<string, string>> = { 'document.state': 'documentState' };

function draftCode(
  field: string,
  { values = [] }: FieldDefinition,
  from: string,
  column: Candidate['column'],
  { synonyms, tableName, recordType }: DraftContext,
): ValueDraft {
  const family = FAMILIES[`${recordType}.${field}`] ?? field;
  const entries: [string, string][] = [];
  const todos: string[] = [];
  for (const text of column.samples) {
    const target = values.find((value) => value.toLowerCase() === text.trim().toLowerCase());
    const found = target ?? synonyms.code(family, text);
    if (found !== null && values.includes(found)) entries.push([text.trim(), found]);
    else todos.push(`${JSON.stringify(text)} was seen: ${values.join(', ')}?`);
  }
  if ((column.distinct ?? 0) > column.samples.length) todos.push('there are more codes than are shown here');
  if (entries.length === 0)
    return plain(null, { todos: [`no code of ${column.name} was recognised: ${seen(column)}`] });
  const name = `${tableName}${field.charAt(0).toUpperCase()}${field.slice(1)}`;
  const unknown = values.includes('UNKNOWN') ? 'keep' : 'reject';
  return plain(`{ from: ${from}, apply: [trim, { lookup: ${name} }] }`, {
    codes: { name, entries, todos, unknown },
    remarks: [`${entries.length} of ${column.samples.length} codes recognised`],
  });
}
