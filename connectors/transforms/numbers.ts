/** Numbers as exact decimal text; binary floating point is only read, never calculated with. */
import Big from 'big.js';
import { QUANTITY_SCALE } from '../../platform/decimal';
import type { RawValue } from '../contract';
import { Failure, plainNumber, show, textOf, transform, type Step, type StepResult } from './transform';

const PLAIN = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/u;
const SMALL_INTEGER = /^(?:0|-?[1-9]\d{0,8})$/u;
/** 2^53 millionths: beyond this a quantity cannot be summed exactly. */
const LIMIT = new Big(Number.MAX_SAFE_INTEGER).div(10 ** QUANTITY_SCALE);

const notANumber = (value: RawValue) => new Failure('BAD_NUMBER', `not a number: ${show(value)}`);

/** Marks of a locale, as they stand in `style`. */
const STYLES = {
  plain: { group: '', point: '.' },
  en: { group: ',', point: '.' },
  de: { group: '.', point: ',' },
  fr: { group: ' ', point: ',' },
  ch: { group: "'", point: '.' },
} as const;
export type NumberStyle = keyof typeof STYLES;

/** Plain decimal text of a text written in a locale's style; null when it is not a number in that style. */
export function readDecimal(text: string, style: NumberStyle): string | null {
  const trimmed = text.trim();
  if (style === 'plain') return PLAIN.test(trimmed) ? trimmed : exponentToPlain(trimmed);
  const { group, point } = STYLES[style];
  const [whole = '', fraction, ...rest] = trimmed.replace(/[\u00a0\u202f]/gu, ' ').split(point);
  if (rest.length > 0) return null;
  const parts = whole.split(group);
  // 1.23 in German style is no number with a thousands mark, and MUST NOT become 123
  const grouped = parts.length === 1 || parts.slice(1).every((part) => part.length === 3);
  if (!grouped || (parts.length > 1 && !/^[+-]?\d{1,3}$/u.test(parts[0] ?? ''))) return null;
  const plain = fraction === undefined ? parts.join('') : `${parts.join('')}.${fraction}`;
  return PLAIN.test(plain) ? plain : null;
}

function exponentToPlain(text: string): string | null {
  return /^[+-]?\d+(?:\.\d+)?[eE][+-]?\d{1,2}$/u.test(text) ? new Big(text).toFixed() : null;
}

/** The shortest form of plain decimal text: no leading plus or zeros, no trailing zeros, no minus zero. */
export function shortest(plain: string): string {
  if (SMALL_INTEGER.test(plain)) return plain;
  const negative = plain.startsWith('-');
  const digits = negative || plain.startsWith('+') ? plain.slice(1) : plain;
  const point = digits.indexOf('.');
  const whole = (point < 0 ? digits : digits.slice(0, point)).replace(/^0+(?=\d)/u, '') || '0';
  const fraction = point < 0 ? '' : digits.slice(point + 1).replace(/0+$/u, '');
  const short = fraction === '' ? whole : `${whole}.${fraction}`;
  return negative && short !== '0' ? `-${short}` : short;
}

/** Shortest plain text of a value that is a number as it stands; null when it is none. */
function plainOf(value: RawValue): string | null {
  const text = textOf(value);
  const plain = text === null || typeof value === 'boolean' ? null : readDecimal(text, 'plain');
  return plain === null ? null : shortest(plain);
}

function opposite(plain: string): string {
  if (plain === '0') return plain;
  return plain.startsWith('-') ? plain.slice(1) : `-${plain}`;
}

/** A quantity in canonical form, or why it is none: six decimals at most, never rounded in silence. */
export function canonicalQuantity(value: RawValue): string | Failure {
  const text = typeof value === 'string' ? value : textOf(value);
  if (text === null || typeof value === 'boolean') return notANumber(value);
  if (SMALL_INTEGER.test(text)) return text;
  const plain = readDecimal(text, 'plain');
  if (plain === null) return notANumber(value);
  const short = shortest(plain);
  const point = short.indexOf('.');
  if (point >= 0 && short.length - point - 1 > QUANTITY_SCALE)
    return new Failure('BAD_NUMBER', `more than ${QUANTITY_SCALE} decimals: ${show(value)}`);
  return short.length > 9 && new Big(short).abs().gt(LIMIT)
    ? new Failure('BAD_NUMBER', `out of range: ${show(value)}`)
    : short;
}

/** Runs exact arithmetic on a value that is already a plain number. */
export function withBig(value: RawValue, work: (number: Big) => Big): StepResult {
  const plain = plainOf(value);
  return plain === null ? notANumber(value) : work(new Big(plain)).toFixed();
}

/** Runs work on the shortest plain text of a value that is already a number. */
const overPlain =
  (work: (plain: string) => string): Step =>
  (value) => {
    const plain = plainOf(value);
    return plain === null ? notANumber(value) : work(plain);
  };

export const numberTransforms = [
  transform<true | NumberStyle | { readonly style?: NumberStyle; readonly else?: 'reject' | 'null' }>({
    name: 'decimal',
    input: 'scalar',
    output: 'quantity',
    bare: true,
    compile: (options) => {
      const style =
        options === true ? 'plain' : typeof options === 'string' ? options : (options.style ?? 'plain');
      const lenient = typeof options === 'object' && options.else === 'null';
      return (value) => {
        if (typeof value === 'number') return plainNumber(value);
        if (typeof value !== 'string') return notANumber(value);
        if (value.trim() === '') return null;
        const plain = readDecimal(value, style);
        if (plain !== null) return shortest(plain);
        return lenient ? null : notANumber(value);
      };
    },
  }),
  transform<number>({
    name: 'round',
    input: 'scalar',
    output: 'quantity',
    compile: (places) => (value) => withBig(value, (number) => number.round(places, Big.roundHalfEven)),
  }),
  transform<true>({
    name: 'negate',
    input: 'scalar',
    output: 'same',
    bare: true,
    compile: () => {
      const negateNumber = overPlain(opposite);
      return (value, context) => (typeof value === 'boolean' ? !value : negateNumber(value, context));
    },
  }),
  transform<true>({
    name: 'absolute',
    input: 'scalar',
    output: 'quantity',
    bare: true,
    compile: () => overPlain((plain) => (plain.startsWith('-') ? plain.slice(1) : plain)),
  }),
  transform<true>({
    name: 'signOf',
    input: 'scalar',
    output: 'text',
    bare: true,
    compile: () =>
      overPlain((plain) => {
        if (plain === '0') return 'zero';
        return plain.startsWith('-') ? 'minus' : 'plus';
      }),
  }),
];
