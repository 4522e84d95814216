/** Transforms over several columns, and the one that takes a text apart. */
import type { RawValue } from '../contract';
import { Failure, overText, textOf, transform, type Step } from './transform';

const isBlank = (value: RawValue): boolean =>
  value === null || (typeof value === 'string' && value.trim() === '');

/** A column alone counts as a list of one, so that a chain reads the same for one column and for several. */
const asList = (value: RawValue): RawValue[] => (Array.isArray(value) ? value : [value]);

function joinBy(separator: string, missing: 'null' | 'skip'): Step {
  return (value) => {
    let result: string | null = null;
    for (const part of asList(value)) {
      if (isBlank(part)) {
        if (missing === 'null') return null;
        continue;
      }
      const text = textOf(part);
      if (text === null) return new Failure('BAD_TEXT', 'a list or an object cannot be joined to a text');
      result = result === null ? text : result + separator + text;
    }
    return result;
  };
}

export const combineTransforms = [
  transform<string | { readonly separator: string; readonly missing?: 'null' | 'skip' }>({
    name: 'concat',
    input: 'list',
    output: 'text',
    compile: (options) =>
      typeof options === 'string'
        ? joinBy(options, 'null')
        : joinBy(options.separator, options.missing ?? 'null'),
  }),
  transform<true>({
    name: 'coalesce',
    input: 'list',
    output: 'any',
    bare: true,
    compile: () => (value) => asList(value).find((part) => !isBlank(part)) ?? null,
  }),
  transform<string | number | boolean>({
    name: 'default',
    input: 'any',
    output: 'same',
    takesNull: true,
    compile: (fallback) => (value) => (isBlank(value) ? fallback : value),
  }),
  transform<{ readonly separator: string; readonly take: number }>({
    name: 'split',
    input: 'scalar',
    output: 'text',
    compile: ({ separator, take }) =>
      overText((text) => {
        const part = text.split(separator).at(take)?.trim();
        return part === undefined || part === '' ? null : part;
      }),
  }),
];
