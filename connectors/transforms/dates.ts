/** Date and instant transforms: a chain of formats, a policy for zero dates, the zone of wall times. */
import type { RawValue } from '../contract';
import { dateParser, formatProblem, instantIn, timeParser } from './date-parsing';
import {
  Failure,
  show,
  textOf,
  transform,
  type CompileContext,
  type RowContext,
  type StepResult,
} from './transform';
import { isZone } from './zones';

type ZeroDate = 'null' | 'reject';

interface DateOptions {
  readonly formats?: readonly string[];
  readonly zeroDate?: ZeroDate;
  /** What a day of 00 in a real month means: the month, or a mistake. */
  readonly zeroDay?: 'month' | 'reject';
  /** Reads an instant and gives its day in this zone. */
  readonly inZone?: string;
}

interface InstantOptions {
  readonly formats?: readonly string[];
  readonly zeroDate?: ZeroDate;
  readonly zone?: string;
}

type Shorthand<O> = true | string | readonly string[] | O;

const ZERO_DATE = /^(?:\d{4}[-/.]00[-/.]\d\d|00[-/.]00[-/.]\d{4}|0{8})/u;
/** The beginning of the calendar is what OData services and .NET write for no date; zones move it a day. */
const FIRST_DAYS = /^(?:0001-01-01|0000-12-31)/u;
const ZERO_DAY = /^(\d{4})-?(\d\d)-?00(?!\d)/u;

const full = <O extends { readonly formats?: readonly string[] }>(options: Shorthand<O>): O => {
  if (options === true) return {} as O;
  if (typeof options === 'string') return { formats: [options] } as unknown as O;
  return (Array.isArray(options) ? { formats: options } : options) as O;
};

function zeroDate(text: string, policy: ZeroDate, context: RowContext): StepResult {
  if (policy === 'reject') return new Failure('BAD_DATE', `a zero date: ${show(text)}`);
  context.notes.push({ rule: 'ZERO_DATE', field: context.field, raw: text });
  return null;
}

function checkFormats(formats: readonly string[], needsTime: boolean, context: CompileContext): boolean {
  const problems = formats.map((format) => formatProblem(format, needsTime));
  for (const problem of problems) if (problem !== null) context.problem(problem.message, problem.hint);
  return problems.every((problem) => problem === null);
}

function checkZone(zone: string, context: CompileContext): boolean {
  if (isZone(zone)) return true;
  context.problem(`"${zone}" is not a time zone`, 'use an IANA name such as Asia/Shanghai');
  return false;
}

/** Text of one value, or of a date and a time in two columns; null when the first part is missing. */
function joined(value: RawValue): string | null {
  if (!Array.isArray(value)) return textOf(value)?.trim() ?? null;
  const parts = value.map((part) => textOf(part)?.trim() ?? '');
  return (parts[0] ?? '') === '' ? null : parts.filter((part) => part !== '').join(' ');
}

/** A parser of wall times and offsets for each format, tried in their order. */
function instantsOf(formats: readonly string[], zone: string): (text: string) => number | null {
  const parsers = formats.map(timeParser);
  const toInstant = instantIn(zone);
  return (text) => {
    for (const parse of parsers) {
      const parsed = parse(text);
      if (parsed !== null) return toInstant(parsed);
    }
    return null;
  };
}

const dayIn = (zone: string) => {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  return (instant: number) => format.format(instant);
};

const NEVER = () => null;

export const dateTransforms = [
  transform<Shorthand<DateOptions>>({
    name: 'date',
    input: 'any',
    output: 'date',
    bare: true,
    compile: (given, context) => {
      const { formats = ['ISO'], zeroDate: policy = 'null', zeroDay = 'reject', inZone } = full(given);
      const usable = checkFormats(formats, inZone !== undefined, context);
      if (!usable || (inZone !== undefined && !checkZone(inZone, context))) return NEVER;
      const parsers = formats.map(dateParser);
      const instants = inZone === undefined ? null : instantsOf(formats, context.timeZone);
      const day = inZone === undefined ? null : dayIn(inZone);
      const read = (text: string): string | null => {
        if (instants !== null && day !== null) {
          const instant = instants(text);
          return instant === null ? null : day(instant);
        }
        for (const parse of parsers) {
          const found = parse(text);
          if (found !== null) return found;
        }
        return null;
      };
      return (value, row) => {
        const text = joined(value);
        if (text === null || text === '') return null;
        const found = read(text);
        if (found !== null && !FIRST_DAYS.test(found)) return found;
        if (found !== null || ZERO_DATE.test(text)) return zeroDate(text, policy, row);
        const month = ZERO_DAY.exec(text);
        if (month !== null && zeroDay === 'month') return `${month[1] ?? ''}-${month[2] ?? ''}`;
        return new Failure('BAD_DATE', `not a date as ${formats.join(' or ')}: ${show(text)}`);
      };
    },
  }),
  transform<Shorthand<InstantOptions>>({
    name: 'instant',
    input: 'any',
    output: 'instant',
    bare: true,
    compile: (given, context) => {
      const { formats = ['ISO'], zeroDate: policy = 'null', zone = context.timeZone } = full(given);
      const usable = checkFormats(formats, true, context);
      if (!checkZone(zone, context) || !usable) return NEVER;
      const read = instantsOf(formats, zone);
      return (value, row) => {
        const text = joined(value);
        if (text === null || text === '') return null;
        const instant = read(text);
        if (instant !== null) return new Date(instant).toISOString();
        if (ZERO_DATE.test(text)) return zeroDate(text, policy, row);
        return new Failure('BAD_DATE', `not a point in time as ${formats.join(' or ')}: ${show(text)}`);
      };
    },
  }),
];
