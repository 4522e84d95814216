/**
 * Canonical JSON (RFC 8785): the same value gives the same text, whatever the order of its properties. JavaScript
 * already writes numbers as the standard wants; only properties need an order, and texts their escapes. The library that
 * does this takes several times longer, which millions of rows would feel; a property test holds the short way to it.
 */

/** What JSON.stringify has to look at: quotes, backslashes, control characters, and surrogates that may be alone. */
export const MUST_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

/** Canonical text of a JSON value. Throws when the value is none (undefined, NaN, a cycle). */
export function canonicalJson(value: unknown): string {
  // joined at once: a text that grew piece by piece would be copied whole by whoever reads it first
  const parts: string[] = [];
  write(value, parts);
  if (parts.length === 0) throw new TypeError('not a JSON value');
  return parts.join('');
}

/** Nothing for what JSON leaves out. */
function write(value: unknown, parts: string[]): void {
  switch (typeof value) {
    case 'string':
      parts.push(MUST_ESCAPE.test(value) ? JSON.stringify(value) : `"${value}"`);
      return;
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`JSON has no ${value}`);
      parts.push(String(value));
      return;
    case 'boolean':
      parts.push(value ? 'true' : 'false');
      return;
    case 'object':
      if (value === null) parts.push('null');
      else if (Array.isArray(value)) writeList(value, parts);
      else writeObject(value as Record<string, unknown>, parts);
      return;
    case 'bigint':
      throw new TypeError('JSON has no bigint');
    default:
  }
}

function writeList(list: readonly unknown[], parts: string[]): void {
  parts.push('[');
  for (let i = 0; i < list.length; i += 1) {
    if (i > 0) parts.push(',');
    write(isValue(list[i]) ? list[i] : null, parts);
  }
  parts.push(']');
}

/** With the properties in the order of their UTF-16 code units. */
function writeObject(source: Record<string, unknown>, parts: string[]): void {
  const { names, first, next } = shapeOf(Object.keys(source));
  let labels = first;
  for (let i = 0; i < names.length; i += 1) {
    const value = source[names[i] ?? ''];
    if (!isValue(value)) continue;
    parts.push(labels[i] ?? '');
    write(value, parts);
    labels = next;
  }
  parts.push(labels === first ? '{}' : '}');
}

const isValue = (value: unknown): boolean =>
  value !== undefined && typeof value !== 'function' && typeof value !== 'symbol';

/** The names of an object in their order, and how each begins a property, as the first one or a later one. */
interface Shape {
  readonly given: readonly string[];
  readonly names: readonly string[];
  readonly first: readonly string[];
  readonly next: readonly string[];
}

/** Rows of one table are alike: their names are put in order once, as long as few kinds take turns. */
const MOST_SHAPES = 24;
const shapes: Shape[] = [];
let oldest = 0;

function shapeOf(given: readonly string[]): Shape {
  const known = shapes.find((shape) => sameNames(shape.given, given));
  if (known !== undefined) return known;
  const names = [...given].sort();
  const labels = names.map((name) => `${JSON.stringify(name)}:`);
  const [first, next] = ['{', ','].map((before) => labels.map((label) => before + label));
  const shape: Shape = { given, names, first: first ?? [], next: next ?? [] };
  shapes[oldest] = shape;
  oldest = (oldest + 1) % MOST_SHAPES;
  return shape;
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
