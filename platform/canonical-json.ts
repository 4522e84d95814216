/**
 * Canonical JSON (RFC 8785): the same value gives the same text, whatever the order of its properties. JSON.stringify
 * already writes numbers and strings as the standard wants; only properties need an order. The library that does all
 * of it takes several times longer, which millions of rows would feel; it does what is left over, and a property test
 * holds the short way to it.
 */
import canonicalize from 'canonicalize';

/** Names that an object would not keep in the order in which they are set. */
const UNORDERED = /^(?:0|[1-9]\d*|__proto__)$/;

class NeedsLibrary extends Error {}

/** Canonical text of a JSON value. Throws when the value is none (undefined, NaN, a cycle). */
export function canonicalJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(ordered(value));
  } catch (error) {
    if (!(error instanceof NeedsLibrary)) throw error;
    text = canonicalize(value);
  }
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
}

/** The value with the properties of its objects in the order of their UTF-16 code units. */
function ordered(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`JSON has no ${value}`);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(ordered);
  const source = value as Record<string, unknown>;
  const target: Record<string, unknown> = {};
  for (const key of Object.keys(source).sort()) {
    if (UNORDERED.test(key)) throw new NeedsLibrary();
    target[key] = ordered(source[key]);
  }
  return target;
}
