/** How a mapping's references reach into a raw row: flat columns of a table or file, or paths into JSON. */
import type { RawRow, RawValue } from '../contract';
import { parseExactJson } from '../rest/json';
import type { Getter } from '../transforms/transform';
import { splitJsonPath } from './references';

/** A column by its very name; dots and blanks belong to the name. `column->a.b` reaches into JSON in a column. */
export function flatGetter(reference: string): Getter {
  const { column, path } = splitJsonPath(reference);
  if (path === null) return (row) => row[reference] ?? null;
  return (row) => valueAt(jsonIn(row[column] ?? null), path);
}

/** What a column holds as JSON, whether its database says so or keeps a text. Throws where the text is no JSON. */
function jsonIn(value: RawValue): RawValue {
  if (typeof value !== 'string' || value.trim() === '') return typeof value === 'string' ? null : value;
  return parseExactJson(value);
}

/**
 * A path into JSON: `product.productCode`, `lines.0.quantity`. A part that is absent makes the whole null. A name that
 * stands in the row as it is, points included, goes before the path that it spells.
 */
export function pathGetter(reference: string): Getter {
  const steps = reference.split('.');
  const first = steps[0] ?? '';
  if (steps.length === 1) return flatGetter(first);
  return (row) => {
    if (Object.hasOwn(row, reference)) return row[reference] ?? null;
    let value: RawValue | undefined = row[first];
    for (let i = 1; i < steps.length; i += 1) {
      if (typeof value !== 'object' || value === null) return null;
      const step = steps[i] ?? '';
      value = Array.isArray(value)
        ? value[Number(step)]
        : Object.hasOwn(value, step)
          ? value[step]
          : undefined;
    }
    return value ?? null;
  };
}

/** Value at a path of an answer, where the empty path is the answer itself. */
export function valueAt(document: RawValue, path: string): RawValue {
  if (path === '') return document;
  // a list is reached into by its places, as an object is by its names
  return typeof document === 'object' && document !== null ? pathGetter(path)(document as RawRow) : null;
}
