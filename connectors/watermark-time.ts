/** Arithmetic on watermarks that are local times: overlaps, clock changes, and stamps from the future. */
import type { RawValue } from './contract';
import { millisecondsOf, type WatermarkSpec } from './mapping/document';
import { instantIn, parseIso, timeParser, type ParsedTime, type TimeParser } from './transforms/date-parsing';
import { clockSetBack } from './transforms/zones';

export const DEFAULT_OVERLAP_MS = 120_000;
/** Around a clock change, wall times of this long may repeat. */
const CHANGE_WINDOW_MS = 3 * 3_600_000;

const DAY = /^\d{4}-\d{2}-\d{2}$/u;

/** A time, or a date that stands for the beginning of its day. */
const parseMark = (text: string): ParsedTime | null => parseIso(DAY.test(text) ? `${text}T00:00:00` : text);

/**
 * Where reading starts again: the mark less its overlap, and less the hour that comes twice when clocks go back.
 * A mark that is not a time is given back unchanged.
 */
export function startFrom(mark: string | number, spec: WatermarkSpec, zone: string): string | number {
  if (spec.kind === 'number') {
    return Number(mark) - (typeof spec.overlap === 'number' ? spec.overlap : 0);
  }
  const text = String(mark);
  const parsed = parseMark(text);
  if (parsed === null) return mark;
  const overlap = millisecondsOf(
    typeof spec.overlap === 'string' ? spec.overlap : undefined,
    DEFAULT_OVERLAP_MS,
  );
  if (parsed.offset !== null) return shaped(parsed.wall - overlap, text);
  const instant = instantIn(spec.zone ?? zone)(parsed);
  return shaped(parsed.wall - overlap - clockSetBack(spec.zone ?? zone, instant, CHANGE_WINDOW_MS), text);
}

/** A stamp that lies ahead of now would hide every change until then, so a mark never goes past now. */
export function notAhead(mark: RawValue, spec: WatermarkSpec, zone: string, now: number): RawValue {
  if (typeof mark !== 'string' || spec.kind === 'number') return mark;
  const parsed = parseMark(mark);
  if (parsed === null) return mark;
  const ahead = instantIn(spec.zone ?? zone)(parsed) - now;
  return ahead > 0 ? shaped(parsed.wall - ahead, mark) : mark;
}

const parsers = new Map<string, TimeParser>();

/** Parsers keep what they have read, so there is one for each format. */
function parserOf(format: string): TimeParser {
  const found = parsers.get(format) ?? timeParser(format);
  parsers.set(format, found);
  return found;
}

/** A change time as an instant; null when the text is none. */
export function instantOf(value: RawValue, spec: WatermarkSpec, zone: string): number | null {
  if (value === null || typeof value === 'object') return null;
  for (const format of spec.formats ?? ['ISO']) {
    const parsed = parserOf(format)(String(value));
    if (parsed !== null) return instantIn(spec.zone ?? zone)(parsed);
  }
  const day = spec.formats === undefined && DAY.test(String(value)) ? parseMark(String(value)) : null;
  return day === null ? null : instantIn(spec.zone ?? zone)(day);
}

/** A wall time to the second (of a date, its day), with the separator and the offset of `like`, so that both compare as text. */
function shaped(wall: number, like: string): string {
  const text = new Date(Math.floor(wall / 1000) * 1000).toISOString().slice(0, 19);
  if (DAY.test(like)) return text.slice(0, 10);
  const offset = /(?:Z|[+-]\d\d(?::?\d\d)?)$/u.exec(like.slice(19))?.[0] ?? '';
  return (like[10] === ' ' ? text.replace('T', ' ') : text) + offset;
}
