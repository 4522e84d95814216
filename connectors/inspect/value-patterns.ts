/** What a value looks like: dates by the formats that read them, numbers by their style, everything else by a mask. */
import { dateParser, timeParser } from '../transforms/date-parsing';
import { readDecimal } from '../transforms/numbers';

interface Shape {
  readonly pattern: string;
  /** A cheap look before the parser, which is not. */
  readonly looks: RegExp;
  readonly fits: (text: string) => boolean;
}

const FIRST_YEAR = '1950';
const LAST_YEAR = '2100';

const inRange = (date: string | null) => date !== null && date >= FIRST_YEAR && date < LAST_YEAR;

/** Epochs of these years only: any number of ten digits would be one otherwise. */
const EPOCH_FROM = Date.UTC(2000, 0, 1);
const EPOCH_TO = Date.UTC(2060, 0, 1);

function date(format: string, looks: RegExp): Shape {
  const parse = dateParser(format);
  return { pattern: `date:${format}`, looks, fits: (text) => inRange(parse(text)) };
}

function instant(format: string, looks: RegExp): Shape {
  const parse = timeParser(format);
  const isEpoch = format.startsWith('epoch');
  const from = isEpoch ? EPOCH_FROM : Date.UTC(1950, 0, 1);
  const to = isEpoch ? EPOCH_TO : Date.UTC(2100, 0, 1);
  return {
    pattern: `instant:${format}`,
    looks,
    fits: (text) => {
      const wall = parse(text)?.wall;
      return wall !== undefined && wall >= from && wall < to;
    },
  };
}

const SHAPES: readonly Shape[] = [
  date('yyyy-MM-dd', /^\d{4}-\d\d-\d\d$/u),
  instant('ISO', /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/u),
  date('yyyyMMdd', /^(?:19|20)\d{6}$/u),
  date('yyyy/MM/dd', /^\d{4}\/\d\d\/\d\d$/u),
  date('yyyy/M/d', /^\d{4}\/\d{1,2}\/\d{1,2}$/u),
  date('yyyy.MM.dd', /^\d{4}\.\d\d\.\d\d$/u),
  date('MM/dd/yyyy', /^\d\d\/\d\d\/\d{4}$/u),
  date('dd/MM/yyyy', /^\d\d\/\d\d\/\d{4}$/u),
  date('M/d/yyyy', /^\d{1,2}\/\d{1,2}\/\d{4}$/u),
  date('dd.MM.yyyy', /^\d\d\.\d\d\.\d{4}$/u),
  date('dd-MM-yyyy', /^\d\d-\d\d-\d{4}$/u),
  date('dd-MMM-yyyy', /^\d\d-[A-Za-z]{3}-\d{4}$/u),
  date("yyyy'年'M'月'd'日'", /^\d{4}年\d{1,2}月\d{1,2}日$/u),
  date('yyyy-MM', /^\d{4}-\d\d$/u),
  date('MM/yyyy', /^\d\d\/\d{4}$/u),
  instant('yyyyMMddHHmmss', /^(?:19|20)\d{12}$/u),
  instant('yyyy/MM/dd HH:mm:ss', /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d$/u),
  instant('yyyy/M/d H:mm:ss', /^\d{4}\/\d{1,2}\/\d{1,2} \d{1,2}:\d\d:\d\d$/u),
  instant('yyyy/M/d H:mm', /^\d{4}\/\d{1,2}\/\d{1,2} \d{1,2}:\d\d$/u),
  instant('MM/dd/yyyy HH:mm:ss', /^\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d$/u),
  instant('dd.MM.yyyy HH:mm:ss', /^\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d$/u),
  instant('dd.MM.yyyy HH:mm', /^\d\d\.\d\d\.\d{4} \d\d:\d\d$/u),
  instant('msDate', /^\/Date\(/u),
  instant('epochMillis', /^\d{12,13}$/u),
  instant('epochSeconds', /^\d{9,10}$/u),
];

const ZERO_DATE = /^(?:0000[-/.]00[-/.]00|00[-/.]00[-/.]0000|0{8}$|0001-01-01|00010101$)/u;
/** Not impossible dates, but ones that systems write for "none". */
export const STAND_IN_DATES =
  /^(?:0001-01-01|1753-01-01|1899-12-30|1900-01-0[01]|9999-12-31|99991231|1900010[01])/u;
const TIME_OF_DAY = /^\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?$/u;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/iu;
const BOOLEAN = /^(?:[01]|[YyNn]|true|false|yes|no|是|否)$/iu;
const LONGEST_MASK = 24;

/** Every shape that a text fits; a text that fits none has its mask. Blank text has no shape. */
export function patternsOf(given: string): string[] {
  const text = given.trim();
  if (text === '') return [];
  const found: string[] = [];
  if (ZERO_DATE.test(text)) found.push('zeroDate');
  else for (const shape of SHAPES) if (shape.looks.test(text) && shape.fits(text)) found.push(shape.pattern);
  if (TIME_OF_DAY.test(text)) found.push('time');
  if (BOOLEAN.test(text)) found.push('boolean');
  if (/^-?\d+$/u.test(text)) found.push('integer');
  else if (readDecimal(text, 'plain') !== null) found.push('decimal');
  else {
    for (const style of ['de', 'en'] as const)
      if (readDecimal(text, style) !== null) found.push(`decimal:${style}`);
  }
  if (/^-\d/u.test(text) && found.some((one) => one === 'integer' || one === 'decimal'))
    found.push('negative');
  if (UUID.test(text)) found.push('uuid');
  if (found.length === 0) found.push(maskOf(text));
  return found;
}

/** The mask of a text: `LT2401-17` is `A+9+-9+`. */
export function maskOf(text: string): string {
  const mask = text
    .replace(/\p{Script=Han}+/gu, '\u0001')
    .replace(/\p{Nd}+/gu, '\u0002')
    .replace(/\p{Lu}+/gu, '\u0003')
    .replace(/\p{Ll}+/gu, '\u0004')
    .replaceAll('\u0001', '中+')
    .replaceAll('\u0002', '9+')
    .replaceAll('\u0003', 'A+')
    .replaceAll('\u0004', 'a+');
  return mask.length > LONGEST_MASK ? `${mask.slice(0, LONGEST_MASK)}…` : mask;
}
