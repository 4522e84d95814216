/**
 * Conditions as `$filter`. Gateways are known to reject brackets, so alternatives are spread out: `and` binds closer
 * than `or`, and a list of alternatives, each a list of facts, needs none. The service is asked for all that may fit, and
 * never for less: what it might understand otherwise than the mapping does is left to the rows themselves.
 */
import type { Condition } from '../mapping/document';
import type { ODataProperty, ODataType } from './metadata';

/** One alternative: facts that all hold. */
type Facts = readonly string[];
/** Alternatives of which one holds; null says nothing about what may be left out. */
export type Alternatives = readonly Facts[] | null;

/** Alternatives of one filter: more would make an address that servers refuse. */
export const MOST_ALTERNATIVES = 40;
const WHOLE = /^-?(?:0|[1-9]\d*)$/u;
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;
const SMALL_INTEGERS = new Set(['Edm.Byte', 'Edm.SByte', 'Edm.Int16', 'Edm.Int32']);

/** What the service may be asked of these conditions, which all hold. */
export function alternativesOf(
  conditions: readonly Condition[],
  type: ODataType,
  version: 2 | 4,
): Alternatives {
  return both(conditions.map((condition) => alternatives(condition, type, version)));
}

function alternatives(condition: Condition, type: ODataType, version: 2 | 4): Alternatives {
  if ('all' in condition) return alternativesOf(condition.all, type, version);
  if ('any' in condition) return either(condition.any.map((part) => alternatives(part, type, version)));
  // a service drops rows without a value from "is not", and a mapping keeps them
  if ('not' in condition) return null;
  const property = type.properties.get(condition.column);
  if (property?.filterable !== true) return null;
  if ('equals' in condition) return equalsOneOf(property, [String(condition.equals)], version);
  if ('in' in condition) return equalsOneOf(property, condition.in.map(String), version);
  if ('startsWith' in condition && property.type === 'Edm.String')
    return [[`startswith(${property.name},${quoted(condition.startsWith)})`]];
  return null;
}

function equalsOneOf(property: ODataProperty, values: readonly string[], version: 2 | 4): Alternatives {
  const literals = values.map((value) => literalOf(property.type, value, version));
  if (literals.some((literal) => literal === null)) return null;
  return bounded(literals.map((literal) => [`${property.name} eq ${literal ?? ''}`]));
}

/** Whether a set can be asked for what equals a text in this property. */
export const comparesExactly = ({ type, filterable }: ODataProperty): boolean =>
  filterable &&
  (type === 'Edm.String' || type === 'Edm.Guid' || type === 'Edm.Int64' || SMALL_INTEGERS.has(type));

/** A literal whose equality is that of texts; null for types whose values have several spellings. */
function literalOf(type: string, value: string, version: 2 | 4): string | null {
  if (type === 'Edm.String') return quoted(value);
  if (type === 'Edm.Boolean') return value === 'true' || value === 'false' ? value : null;
  if (type === 'Edm.Guid' && GUID.test(value)) return version === 2 ? `guid'${value}'` : value;
  if (!WHOLE.test(value)) return null;
  if (SMALL_INTEGERS.has(type)) return value;
  return type === 'Edm.Int64' ? value + (version === 2 ? 'L' : '') : null;
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** The property at or after an instant, given as the wall time or instant that its type holds. */
export function sinceFact(property: ODataProperty, time: SinceTime, version: 2 | 4): string {
  return `${property.name} ge ${timeLiteral(property.type, time, version)}`;
}

export interface SinceTime {
  /** `2026-05-01T00:00:00Z`, with milliseconds only where there are some. */
  readonly instant: string;
  /** The same as a clock on the wall of the system shows it, without an offset. */
  readonly wall: string;
}

/** Types whose values a service can compare with an instant. */
export const TIME_TYPES: ReadonlySet<string> = new Set(['Edm.DateTime', 'Edm.DateTimeOffset', 'Edm.Date']);

function timeLiteral(type: string, { instant, wall }: SinceTime, version: 2 | 4): string {
  if (type === 'Edm.Date') return wall.slice(0, 10);
  if (type === 'Edm.DateTime') return `datetime'${wall}'`;
  return version === 2 ? `datetimeoffset'${instant}'` : instant;
}

/** Alternatives that fit all of several: each of one with each of the others. */
export function both(parts: readonly Alternatives[]): Alternatives {
  return parts.reduce<Alternatives>((left, right) => {
    if (left === null || right === null) return left ?? right;
    // the narrower of the two alone still asks for all that may fit
    if (left.length * right.length > MOST_ALTERNATIVES) return left.length <= right.length ? left : right;
    return left.flatMap((facts) => right.map((more) => [...facts, ...more]));
  }, null);
}

function either(parts: readonly Alternatives[]): Alternatives {
  const known = parts.filter((part) => part !== null);
  return known.length < parts.length ? null : bounded(known.flat());
}

const bounded = (found: readonly Facts[]): Alternatives => (found.length > MOST_ALTERNATIVES ? null : found);

/** Text of `$filter`; null when nothing is asked. */
export function filterText(found: Alternatives): string | null {
  if (found === null || found.length === 0) return null;
  return found.map((facts) => facts.join(' and ')).join(' or ');
}
