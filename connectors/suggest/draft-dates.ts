/** Formats of a column of dates, from the shapes of its values; what fits two formats alike is not decided. */
import type { ColumnProfile } from '../inspect/source-profile';
import { STAND_IN_DATES } from '../inspect/value-patterns';
import { percentOf, scalar } from './yaml-text';

export interface DraftedDate {
  /** Options of the step, as YAML; empty: the step needs none. Null where the formats could not be decided. */
  readonly formats: readonly string[] | null;
  readonly hasTime: boolean;
  readonly remarks: readonly string[];
  readonly todos: readonly string[];
}

/** Looser formats that read whatever the stricter one reads. */
const LOOSER: Readonly<Record<string, string>> = {
  'yyyy/M/d': 'yyyy/MM/dd',
  'M/d/yyyy': 'MM/dd/yyyy',
  'yyyy/M/d H:mm:ss': 'yyyy/MM/dd HH:mm:ss',
};
/** Formats that many texts fit alike: which is meant only the source's people know. */
const TWINS: Readonly<Record<string, string>> = { 'MM/dd/yyyy': 'dd/MM/yyyy', 'dd/MM/yyyy': 'MM/dd/yyyy' };

export function draftDate(column: ColumnProfile): DraftedDate {
  const todos: string[] = [];
  const remarks: string[] = [];
  const shares = new Map<string, number>();
  for (const { pattern, share } of column.patterns) {
    const format = /^(?:date|instant):(.+)$/u.exec(pattern)?.[1];
    if (format !== undefined && !format.startsWith('epoch')) shares.set(format, share);
    if (pattern === 'zeroDate') remarks.push(`${percentOf(share)} zero dates, read as no value`);
  }
  for (const [looser, stricter] of Object.entries(LOOSER)) {
    const [loose, strict] = [shares.get(looser) ?? 0, shares.get(stricter) ?? 0];
    if (strict > 0 && loose > strict) shares.delete(stricter);
    else if (strict > 0) shares.delete(looser);
  }
  const sorted = [...shares].sort((a, b) => b[1] - a[1]);
  const kept: string[] = [];
  let covered = column.patterns.find(({ pattern }) => pattern === 'zeroDate')?.share ?? 0;
  for (const [format, share] of sorted) {
    const twin = TWINS[format];
    if (twin !== undefined && shares.get(twin) === share) {
      todos.push(`every value fits both ${format} and ${twin}: ask which is meant`);
      return { formats: null, hasTime: false, remarks, todos };
    }
    if (twin !== undefined && kept.includes(twin)) continue;
    if (covered + share > 1.001) continue;
    kept.push(format);
    covered += share;
  }
  if (covered < 0.999 && column.patterns.length > 0)
    todos.push(`${percentOf(1 - covered)} of the values are no such dates and will be rejected`);
  const standIns = column.samples.filter((text) => STAND_IN_DATES.test(text));
  if (standIns.length > 0) todos.push(`${standIns[0] ?? ''} may stand for no date: ask`);
  const hasTime = sorted.some(([format]) =>
    column.patterns.some(({ pattern }) => pattern === `instant:${format}`),
  );
  return { formats: kept, hasTime, remarks, todos };
}

const isIso = (format: string) => format === 'yyyy-MM-dd' || format === 'ISO';

/** The step that reads a calendar date. */
export function dateStep(formats: readonly string[], zone: string): string {
  if (formats.every(isIso)) return 'date';
  const inZone = formats.some((format) => format === 'msDate') ? `, inZone: ${zone}` : '';
  const list = `[${formats.map((format) => (isIso(format) ? 'ISO' : scalar(format))).join(', ')}]`;
  return inZone === '' ? `{ date: ${list} }` : `{ date: { formats: ${list}${inZone} } }`;
}

/** The step that reads a point in time; `timeFormat` is what follows a date that stands in a column of its own. */
export function instantStep(formats: readonly string[], timeFormat: string | null): string {
  const whole = formats.map((format) => (timeFormat === null ? format : `${format} ${timeFormat}`));
  const isPlain = timeFormat === null ? formats.every((one) => one === 'ISO') : formats.every(isIso);
  return isPlain ? 'instant' : `{ instant: [${whole.map(scalar).join(', ')}] }`;
}
