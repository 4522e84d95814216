/**
 * Reading dates and times as written: ISO and SQL shapes by a pattern, any other format by luxon behind a
 * cache. What a text says is checked against the calendar; nothing is rolled over into the next month.
 */
import { DateTime } from 'luxon';
import { boundedCache } from '../../platform/bounded-cache';
import { wallTimeIn } from './zones';

/** Date part, time of day, and offset of a text; `offset` is minutes, null where the text names none. */
export interface ParsedTime {
  /** Wall time as if it were UTC, ms. */
  readonly wall: number;
  readonly offset: number | null;
}

export type TimeParser = (text: string) => ParsedTime | null;

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d\d:?\d\d|[+-]\d\d)?$/u;
const ISO_DATE = /^(\d{4})-(\d\d)-(\d\d)$/u;
const CACHED_TEXTS = 50_000;
const MINUTE = 60_000;

/** Names that stand for a shape instead of a luxon format. */
export const NAMED_FORMATS = ['ISO', 'epochMillis', 'epochSeconds', 'msDate'] as const;

/** Wall time of calendar parts; null when there is no such day. */
function wallOf(year: number, month: number, day: number, msOfDay: number): number | null {
  if (month < 1 || month > 12 || day < 1) return null;
  if (day > 28 && day > new Date(utcDay(year, month, 0)).getUTCDate()) return null;
  return utcDay(year, month - 1, day) + msOfDay;
}

/** `Date.UTC` takes the years 0 to 99 for 1900 to 1999, which would make a real day of what stands for none. */
function utcDay(year: number, monthIndex: number, day: number): number {
  return year > 99 ? Date.UTC(year, monthIndex, day) : new Date(0).setUTCFullYear(year, monthIndex, day);
}

function offsetOf(text: string): number | null {
  if (text === 'Z') return 0;
  const digits = text.slice(1).replace(':', '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || '0');
  if (minutes > 18 * 60) return null;
  return text.startsWith('-') ? -minutes : minutes;
}

/** Most texts have one shape, and taking a match apart costs several times what reading its digits does. */
export const parseIso: TimeParser = (text) => parsePlain(text) ?? parseByPattern(text);

const ZERO = 0x30;
/** `2026-01-31 08:30:00`, and with milliseconds. */
const TO_SECONDS = 19;
const TO_MILLISECONDS = 23;
/** Where it has which separators; the date and the time may be parted by a blank or a T. */
const DASH = 0x2d;
const COLON = 0x3a;

/** Reads a time to the second or millisecond that names no offset; null of any other text. */
function parsePlain(text: string): ParsedTime | null {
  const { length } = text;
  if (length !== TO_SECONDS && (length !== TO_MILLISECONDS || text[TO_SECONDS] !== '.')) return null;
  const isParted = text[10] === ' ' || text[10] === 'T';
  const hasDashes = text.charCodeAt(4) === DASH && text.charCodeAt(7) === DASH;
  if (!isParted || !hasDashes || text.charCodeAt(13) !== COLON || text.charCodeAt(16) !== COLON) return null;
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = digits(text, 17, TO_SECONDS);
  const ms = length === TO_SECONDS ? 0 : digits(text, TO_SECONDS + 1, length);
  // what is not a number is in no range
  if (!(hour <= 23 && minute <= 59 && second <= 59 && ms <= 999)) return null;
  const ofDay = ((hour * 60 + minute) * 60 + second) * 1000 + ms;
  const wall = wallOf(digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10), ofDay);
  return wall === null || Number.isNaN(wall) ? null : { wall, offset: null };
}

/** The number that a stretch of digits makes; NaN where anything else stands in it. */
function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

const parseByPattern: TimeParser = (text) => {
  const match = ISO.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second = '0', fraction, zone] = match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const ms = fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'));
  const ofDay = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000 + ms;
  const wall = wallOf(Number(year), Number(month), Number(day), ofDay);
  const offset = zone === undefined ? null : offsetOf(zone);
  return wall === null || (zone !== undefined && offset === null) ? null : { wall, offset };
};

function epoch(pattern: RegExp, factor: number): TimeParser {
  return (text) => {
    const digits = pattern.exec(text)?.[1];
    const wall = digits === undefined ? Number.NaN : Math.trunc(Number(digits) * factor);
    return Math.abs(wall) < 8.64e15 ? { wall, offset: 0 } : null;
  };
}

/** Luxon's parser of one format. Texts repeat (dates do), so answers are kept, bounded. */
function luxonParser(format: string): TimeParser {
  const known = boundedCache<string, { readonly parsed: ParsedTime | null }>(CACHED_TEXTS);
  return (text) => {
    const seen = known.get(text);
    if (seen !== undefined) return seen.parsed;
    const read = DateTime.fromFormat(text, format, { setZone: true, zone: 'utc', locale: 'en-US' });
    const namesZone = /Z|z/u.test(format.replace(/'[^']*'/gu, ''));
    const parsed = read.isValid
      ? {
          wall: read.toMillis() + (namesZone ? read.offset * MINUTE : 0),
          offset: namesZone ? read.offset : null,
        }
      : null;
    known.set(text, { parsed });
    return parsed;
  };
}

export function timeParser(format: string): TimeParser {
  if (format === 'ISO') return parseIso;
  if (format === 'epochMillis') return epoch(/^(-?\d{1,16})$/u, 1);
  if (format === 'epochSeconds') return epoch(/^(-?\d{1,13}(?:\.\d+)?)$/u, 1000);
  if (format === 'msDate') return epoch(/^\/Date\((-?\d{1,16})(?:[+-]\d{4})?\)\/$/u, 1);
  return luxonParser(format);
}

/** A calendar date as text, from a parser of dates; a format without a day gives `YYYY-MM`. */
export function dateParser(format: string): (text: string) => string | null {
  if (format === 'ISO' || format === 'yyyy-MM-dd') {
    return (text) => {
      const match = ISO_DATE.exec(text);
      if (match === null) return format === 'ISO' ? dateOf(parseIso(text), 10) : null;
      return wallOf(Number(match[1]), Number(match[2]), Number(match[3]), 0) === null ? null : text;
    };
  }
  const parse = timeParser(format);
  const length = namesDay(format) ? 10 : 7;
  return (text) => dateOf(parse(text), length);
}

function dateOf(parsed: ParsedTime | null, length: number): string | null {
  return parsed === null ? null : new Date(parsed.wall).toISOString().slice(0, length);
}

/** True when the format tells the day: by day of month, by ordinal day, or because it is a whole shape. */
export function namesDay(format: string): boolean {
  return (
    (NAMED_FORMATS as readonly string[]).includes(format) || /[do]/u.test(format.replace(/'[^']*'/gu, ''))
  );
}

/** The instant that a parsed time names, where a text without an offset is wall time of `zone`. */
export function instantIn(zone: string): (parsed: ParsedTime) => number {
  const toInstant = wallTimeIn(zone);
  return ({ wall, offset }) => (offset === null ? toInstant(wall) : wall - offset * MINUTE);
}

/** What is wrong with a format, if anything: an unreadable one would reject every row. */
export function formatProblem(format: string, needsTime: boolean): { message: string; hint: string } | null {
  if ((NAMED_FORMATS as readonly string[]).includes(format)) return null;
  const tokens = format.replace(/'[^']*'/gu, '');
  if (/YY|DD/u.test(tokens))
    return { message: `"${format}" is not a format`, hint: 'years are yyyy, days are dd' };
  if (!tokens.includes('y')) return { message: `"${format}" names no year`, hint: 'add yyyy' };
  if (!/[MLo]/u.test(tokens)) {
    return { message: `"${format}" names no month`, hint: 'months are MM; mm are minutes' };
  }
  if (needsTime && !/[Hh]/u.test(tokens)) {
    return {
      message: `"${format}" names no time of day`,
      hint: "an instant needs one: for days alone add HH:mm here, and the time that counts to the columns, from: [column, { value: '00:00' }]",
    };
  }
  const sample = DateTime.fromISO('2031-11-23T14:35:46.000Z', { zone: 'utc', locale: 'en-US' }).toFormat(
    format,
  );
  return DateTime.fromFormat(sample, format, { locale: 'en-US' }).isValid
    ? null
    : { message: `"${format}" cannot be read back`, hint: 'see the format table of the mapping reference' };
}
