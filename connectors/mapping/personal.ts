/**
 * Columns with words about a person. They are sealed before a row is mapped, so a mapping may hand them on as they
 * stand to a field for persons, and do nothing else with them: what is sealed cannot be compared, cut or joined.
 */
import type { FieldDefinition } from '../../schema/records/record-types';
import type { PersonalColumn, RawRow, RawValue } from '../contract';
import { below, type CompileContext, type Getter } from '../transforms/transform';
import { columnsOf } from './conditions';
import type { FieldSpec, StepSpec, StreamSpec } from './document';

export function compilePersonal(
  spec: StreamSpec,
  fields: Readonly<Record<string, FieldDefinition>>,
  flat: boolean,
  context: CompileContext,
): readonly PersonalColumn[] {
  const declared = spec.personal ?? [];
  const columns = declared.map(({ column }) => column);
  checkUses(spec, fields, columns, context);
  return declared.map(({ column, subject }, i) => {
    const at = below(context, 'personal', i);
    if (column.includes('->'))
      at.problem('a part of a column cannot be kept apart from it', 'name the whole column', ['column']);
    if (columns.indexOf(column) !== i) at.problem(`"${column}" is declared twice`, undefined, ['column']);
    return personalColumn(
      column,
      at.column(column, ['column']),
      subject === undefined ? null : at.column(subject, ['subject']),
      flat,
    );
  });
}

function personalColumn(
  column: string,
  words: Getter,
  subject: Getter | null,
  flat: boolean,
): PersonalColumn {
  return {
    column,
    read: (row) => {
      const found = textAt(words(row));
      if (found === null) return null;
      return { words: found, subject: (subject === null ? null : textAt(subject(row))) ?? found };
    },
    write: (row, text) =>
      flat || Object.hasOwn(row, column)
        ? { ...row, [column]: text }
        : (withValue(row, column.split('.'), text) as RawRow),
  };
}

/** A text as it stands, anything else as JSON; null where nothing is said. */
function textAt(value: RawValue): string | null {
  if (value === null || (typeof value === 'string' && value.trim() === '')) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A copy with `text` at the path, which leads somewhere. */
function withValue(value: RawValue | RawRow, [step, ...rest]: readonly string[], text: string): RawValue {
  if (step === undefined) return text;
  if (Array.isArray(value))
    return value.map((one, i) => (i === Number(step) ? withValue(one, rest, text) : one));
  const object = value as RawRow;
  return { ...object, [step]: withValue(object[step] ?? null, rest, text) };
}

/** A reference to the column itself, into it, or to something that holds it. */
const touches = (reference: string, column: string): boolean =>
  reference === column ||
  reference.startsWith(`${column}.`) ||
  reference.startsWith(`${column}->`) ||
  column.startsWith(`${reference}.`);

function checkUses(
  spec: StreamSpec,
  fields: Readonly<Record<string, FieldDefinition>>,
  columns: readonly string[],
  context: CompileContext,
): void {
  const isPersonal = (reference: string) => columns.some((column) => touches(reference, column));
  for (const [name, value] of Object.entries(spec.fields)) {
    const use = useIn(value, isPersonal);
    if (use === 'none') continue;
    if (use === 'changed')
      context.problem('a column of personal: is handed on as it stands', 'leave only coalesce', [
        ...['fields', name],
      ]);
    else if (fields[name]?.personal !== true)
      context.problem(
        `${name} is no field for a person's name`,
        'map it to a field for persons, or to none',
        [...['fields', name]],
      );
  }
  for (const [place, value] of Object.entries(spec)) {
    if (!DECIDES_NOTHING.has(place) && textsIn(value).some(isPersonal))
      context.problem('a column of personal: decides nothing about a row', undefined, [place]);
  }
}

/** Parts of a stream that do not decide, or that are looked at by themselves. */
const DECIDES_NOTHING: ReadonlySet<string> = new Set([
  ...['recordType', 'description', 'source', 'fields', 'personal'],
]);

/** Every text of a part, columns among them: rather a word too many than a column too few. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

type Use = 'none' | 'asItStands' | 'changed';

function useIn(value: FieldSpec, isPersonal: (reference: string) => boolean): Use {
  if (typeof value === 'string') return isPersonal(value) ? 'asItStands' : 'none';
  const { from, cases, else: otherwise, apply } = value;
  const conditions = (cases ?? []).flatMap(({ when }) => columnsOf(when));
  if (conditions.some(isPersonal)) return 'changed';
  const parts = [[from ?? []].flat(), cases ?? [], otherwise === undefined ? [] : [otherwise]].flat();
  const uses = parts.map((part) => useIn(part, isPersonal));
  if (uses.includes('changed')) return 'changed';
  if (!uses.includes('asItStands')) return 'none';
  return (apply ?? []).every(isCoalesce) ? 'asItStands' : 'changed';
}

const isCoalesce = (step: StepSpec): boolean =>
  step === 'coalesce' || (typeof step === 'object' && Object.keys(step).join() === 'coalesce');
