/** Date and instant transforms: a chain of formats, a policy for zero dates, the zone of wall times. */
import type { RawValue } from '../contract';
import { dateParser, formatProblem, instantIn, timeParser, type ParsedTime } from './date-parsing';
import { instantText } from './instant-text';
import {
  Failure,
  show,
  textOf,
  transform,
  type CompileContext,
  type RowContext,
  type StepResult,
} from './transform';
import { isZone, uncertainIn } from './zones';

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
/** The beginning of the calendar is what OData services and .NET write for no date; zones move it into the year 0. */
const FIRST_DAYS = /^(?:0001-01-01|0000-)/u;
/**
 * What a column of days holds that was never filled, in whatever zone: OLE Automation counts from 1899-12-30, SQL Server
 * from 1900-01-01.
 */
const DAYS_OF_NOTHING = { from: '1899-12-29', until: '1900-01-03' };
/** A day as it is commonly written, without a time. */
const DAY_ALONE = /^(?:\d{8}|\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?)$/u;
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

/** Whether a day or instant stands for none. */
const isNothing = (found: string): boolean =>
  FIRST_DAYS.test(found) || (found >= DAYS_OF_NOTHING.from && found < DAYS_OF_NOTHING.until);

/** A year of which nobody can have a record is mistyped: `0026` for 2026. */
const mistyped = (text: string): Failure =>
  new Failure('BAD_DATE', `a year before ${EARLIEST}: ${show(text)}`);

/** What a text says; null where no format fits it, a failure where several do and it would say different things. */
type Reader<T> = (text: string) => T | null | Failure;

/** Years in which what a legacy system records can lie: a format that finds another one has misread. */
const EARLIEST = '1900';
const LATEST = '2199';
const isLikely = (day: string): boolean => day >= EARLIEST && day.slice(0, 4) <= LATEST;

/** Reads by all formats: a text that fits two of them alike is nobody's to guess. */
function oneReading<T>(
  formats: readonly string[],
  parsers: readonly ((text: string) => T | null)[],
  shown: (value: T) => string,
): Reader<T> {
  const [only] = parsers;
  if (parsers.length === 1 && only !== undefined) return only;
  return (text) => {
    let found: T | null = null;
    for (const parse of parsers) {
      const next = parse(text);
      if (next === null) continue;
      if (found === null || !isLikely(shown(found))) found = next;
      else if (isLikely(shown(next)) && shown(next) !== shown(found))
        return new Failure('BAD_DATE', `fits ${formats.join(' and ')} alike: ${show(text)}`);
    }
    return found;
  };
}

/** Reads wall times and offsets as instants; one that clocks skip or show twice is noted. */
function instantsOf(
  formats: readonly string[],
  zone: string,
): (text: string, row: RowContext) => number | null | Failure {
  const read = oneReading(formats, formats.map(timeParser), shownTime);
  const toInstant = instantIn(zone);
  const isUncertain = uncertainIn(zone);
  return (text, row) => {
    const parsed = read(text);
    if (parsed === null || parsed instanceof Failure) return parsed;
    if (parsed.offset === null && isUncertain(parsed.wall))
      row.notes.push({ rule: 'CLOCK_CHANGE', field: row.field, raw: text });
    return toInstant(parsed);
  };
}

const shownTime = ({ wall, offset }: ParsedTime): string => `${new Date(wall).toISOString()} ${offset ?? ''}`;

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
      const readDay = oneReading(formats, formats.map(dateParser), (found) => found);
      const instants = inZone === undefined ? null : instantsOf(formats, context.timeZone);
      const day = inZone === undefined ? null : dayIn(inZone);
      const read = (text: string, row: RowContext): string | null | Failure => {
        if (instants === null || day === null) return readDay(text);
        const instant = instants(text, row);
        return typeof instant === 'number' ? day(instant) : instant;
      };
      return (value, row) => {
        const text = joined(value);
        if (text === null || text === '') return null;
        const found = read(text, row);
        if (found instanceof Failure) return found;
        if (found !== null && !isNothing(found)) return found < EARLIEST ? mistyped(text) : found;
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
        const instant = read(text, row);
        if (instant instanceof Failure) return instant;
        const found = instant === null ? null : instantText(instant);
        if (found !== null && !isNothing(found)) return found < EARLIEST ? mistyped(text) : found;
        if (found !== null || ZERO_DATE.test(text)) return zeroDate(text, policy, row);
        const why = DAY_ALONE.test(text)
          ? "a day without a time; name the one that counts, from: [column, { value: '00:00' }]"
          : `not a point in time as ${formats.join(' or ')}`;
        return new Failure('BAD_DATE', `${why}: ${show(text)}`);
      };
    },
  }),
];
