/**
 * Canonical JSON (RFC 8785): the same value gives the same text, whatever the order of its properties. JavaScript
 * already writes numbers as the standard wants; only properties need an order, and texts their escapes. The library that
 * does this takes several times longer, which millions of rows would feel; a property test holds the short way to it.
 */

/** What JSON.stringify has to look at: quotes, backslashes, control characters, and surrogates that may be alone. */
const MUST_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

/** Canonical text of a JSON value. Throws when the value is none (undefined, NaN, a cycle). */
export function canonicalJson(value: unknown): string {
  const text = textOf(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
}

/** Undefined for what JSON leaves out. */
function textOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return MUST_ESCAPE.test(value) ? JSON.stringify(value) : `"${value}"`;
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`JSON has no ${value}`);
      return String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? textOfList(value) : textOfObject(value as Record<string, unknown>);
    case 'bigint':
      throw new TypeError('JSON has no bigint');
    default:
      return undefined;
  }
}

function textOfList(list: readonly unknown[]): string {
  let text = '[';
  for (let i = 0; i < list.length; i += 1) text += (i === 0 ? '' : ',') + (textOf(list[i]) ?? 'null');
  return `${text}]`;
}

/** With the properties in the order of their UTF-16 code units. */
function textOfObject(source: Record<string, unknown>): string {
  const { names, labels } = shapeOf(Object.keys(source));
  let text = '';
  for (let i = 0; i < names.length; i += 1) {
    const part = textOf(source[names[i] ?? '']);
    if (part !== undefined) text += (text === '' ? '' : ',') + (labels[i] ?? '') + part;
  }
  return `{${text}}`;
}

/** The names of an object in their order, and how each begins a property. */
interface Shape {
  readonly given: readonly string[];
  readonly names: readonly string[];
  readonly labels: readonly string[];
}

/** Rows of one table are alike: their names are put in order once, as long as few kinds take turns. */
const MOST_SHAPES = 24;
const shapes: Shape[] = [];
let oldest = 0;

function shapeOf(given: readonly string[]): Shape {
  const known = shapes.find((shape) => sameNames(shape.given, given));
  if (known !== undefined) return known;
  const names = [...given].sort();
  const shape = { given, names, labels: names.map((name) => `${JSON.stringify(name)}:`) };
  shapes[oldest] = shape;
  oldest = (oldest + 1) % MOST_SHAPES;
  return shape;
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
