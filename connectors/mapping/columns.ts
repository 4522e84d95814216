/** How a mapping's references reach into a raw row: flat columns of a table or file, or paths into JSON. */
import type { RawValue } from '../contract';
import type { Getter } from '../transforms/transform';

/** A column by its very name; dots and blanks belong to the name. */
export function flatGetter(reference: string): Getter {
  return (row) => row[reference] ?? null;
}

/** A path into JSON: `product.productCode`, `lines.0.quantity`. A part that is absent makes the whole null. */
export function pathGetter(reference: string): Getter {
  const steps = reference.split('.');
  const first = steps[0] ?? '';
  if (steps.length === 1) return flatGetter(first);
  return (row) => {
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
  return typeof document === 'object' && document !== null && !Array.isArray(document)
    ? pathGetter(path)(document)
    : null;
}
