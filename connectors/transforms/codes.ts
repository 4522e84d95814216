/** Code lookups with a stated policy for codes that the table does not know, and yes/no values. */
import type { RawValue } from '../contract';
import {
  Failure,
  overText,
  show,
  textOf,
  transform,
  type CodeTable,
  type RowContext,
  type StepResult,
} from './transform';

const TRUE_TEXTS = ['1', 'true', 'yes', 'y', 't', 'on', '是'];
const FALSE_TEXTS = ['0', 'false', 'no', 'n', 'f', 'off', '否'];

/** Makes the lookup of one table: known codes are translated, unknown ones meet the table's policy. */
function lookupIn(table: CodeTable, name: string): (text: string, context: RowContext) => StepResult {
  const fold = (text: string) => (table.ignoreCase === true ? text.toLowerCase() : text);
  const entries = new Map(Object.entries(table.entries).map(([from, to]) => [fold(from), to]));
  const { unknown } = table;
  return (text, context) => {
    const known = entries.get(fold(text));
    if (known !== undefined) return known;
    if (unknown === 'reject')
      return new Failure('UNKNOWN_CODE', `code table ${name} does not know ${show(text)}`);
    context.notes.push({ rule: 'UNKNOWN_CODE', field: context.field, raw: text });
    return unknown === 'keep' ? 'UNKNOWN' : unknown.as;
  };
}

export const codeTransforms = [
  transform<string>({
    name: 'lookup',
    input: 'scalar',
    output: 'text',
    compile: (name, context) => {
      const table = context.codeTable(name);
      if (table !== null) return overText(lookupIn(table, name));
      context.problem(`there is no code table "${name}"`, 'declare it under codes:');
      return () => null;
    },
  }),
  transform<true | { readonly true?: readonly string[]; readonly false?: readonly string[] }>({
    name: 'boolean',
    input: 'scalar',
    output: 'boolean',
    bare: true,
    compile: (options) => {
      const lists = options === true ? {} : options;
      const yes = new Set(lists.true ?? TRUE_TEXTS);
      const no = new Set(lists.false ?? FALSE_TEXTS);
      return (value: RawValue) => {
        if (typeof value === 'boolean') return value;
        const text = textOf(value);
        if (text === null) return new Failure('BAD_TEXT', `expected yes or no, found ${show(value)}`);
        const folded = yes.has(text) || no.has(text) ? text : text.trim().toLowerCase();
        if (folded === '') return null;
        if (yes.has(folded)) return true;
        return no.has(folded) ? false : new Failure('UNKNOWN_CODE', `neither yes nor no: ${show(value)}`);
      };
    },
  }),
];
