/**
 * Templates of commands. They put values into a JSON document or a path as data and nothing else: a value never becomes
 * a part of the path's structure, a second parameter or JSON of its own making.
 */
import type { RawValue } from '../contract';
import type { Template } from '../mapping/document';
import { textOf } from '../transforms/transform';

export type TemplateValues = Readonly<Record<string, RawValue>>;
/** What `{name?}` gives when there is no such value: the property or element is left out. */
export const OMITTED = Symbol('omitted');
export type FillJson = (values: TemplateValues) => RawValue | typeof OMITTED;
export type FillText = (values: TemplateValues) => string;

/** Thrown when a template cannot take a value: a number that is none, a segment that is empty or climbs. */
export class TemplateError extends Error {}

/** Reports a mistake; `at` is where in the template. */
export type ReportMistake = (message: string, at: readonly (string | number)[]) => void;

const PLACEHOLDER = /\{([^{}]*)\}/gu;
const WHOLE = /^\{([^{}]*)\}$/u;
const NAME = /^([a-z][A-Za-z0-9]*)(\?)?(:number)?$/u;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/u;
/** Digits that a JSON number carries through a double without loss. */
const EXACT_DIGITS = 15;

/** Compiles a JSON template over the named values. */
export function compileTemplate(
  template: Template,
  known: ReadonlySet<string>,
  report: ReportMistake,
): FillJson {
  if (typeof template === 'string') return compileText(template, known, report);
  if (Array.isArray(template)) {
    const parts = template.map((part, i) => compileTemplate(part, known, (m, at) => report(m, [i, ...at])));
    return (values) => parts.map((fill) => fill(values)).filter((value) => value !== OMITTED);
  }
  if (typeof template !== 'object' || template === null) return () => template;
  const parts = Object.entries(template).map(([name, part]) => {
    const fill = compileTemplate(part, known, (m, at) => report(m, [name, ...at]));
    return [name, fill] as const;
  });
  return (values) => {
    const filled = parts.map(([name, fill]) => [name, fill(values)] as const);
    return Object.fromEntries(filled.filter((one): one is [string, RawValue] => one[1] !== OMITTED));
  };
}

/** Compiles a path: each value becomes one encoded piece of a segment. */
export function compilePath(path: string, known: ReadonlySet<string>, report: ReportMistake): FillText {
  checkNames(path, known, report);
  if (/^\w+:|^\/\//u.test(path)) report('write a path without a host', []);
  return (values) =>
    path
      .split('/')
      .map((segment) => fillSegment(segment, values))
      .join('/');
}

function fillSegment(segment: string, values: TemplateValues): string {
  if (!segment.includes('{')) return segment;
  const filled = segment.replace(PLACEHOLDER, (_, name: string) => requireText(values, name));
  // an address would resolve these as a step up, whatever they are encoded as
  if (filled === '' || filled === '.' || filled === '..')
    throw new TemplateError('a value is no path segment');
  return segment.replace(PLACEHOLDER, (_, name: string) => encodeURIComponent(requireText(values, name)));
}

function compileText(text: string, known: ReadonlySet<string>, report: ReportMistake): FillJson {
  checkNames(text, known, report);
  const whole = WHOLE.exec(text)?.[1];
  if (whole === undefined)
    return (values) => text.replace(PLACEHOLDER, (_, name: string) => requireText(values, name));
  const [, name = '', optional, asNumber] = NAME.exec(whole) ?? [];
  return (values) => {
    const value = values[name] ?? null;
    if (value === null && optional !== undefined) return OMITTED;
    if (value === null) throw new TemplateError(`${name} is missing`);
    return asNumber === undefined ? value : toNumber(value);
  };
}

function checkNames(text: string, known: ReadonlySet<string>, report: ReportMistake): void {
  for (const [, inner = ''] of text.matchAll(PLACEHOLDER)) {
    const name = NAME.exec(inner)?.[1];
    if (name === undefined)
      report(`"{${inner}}" is no placeholder; write {name}, {name?} or {name:number}`, []);
    else if (!known.has(name)) report(`"${name}" is not a value of this command`, []);
  }
}

function requireText(values: TemplateValues, inner: string): string {
  const text = textOf(values[NAME.exec(inner)?.[1] ?? ''] ?? null);
  if (text === null) throw new TemplateError(`${inner} is missing`);
  return text;
}

function toNumber(value: RawValue): number {
  const text = textOf(value) ?? '';
  if (!NUMBER.test(text) || text.replace(/\D/gu, '').length > EXACT_DIGITS)
    throw new TemplateError('a value is no number that JSON carries exactly');
  return Number(text);
}
