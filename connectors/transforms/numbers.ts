/** Numbers as exact decimal text; binary floating point is only read, never calculated with. */
import Big from 'big.js';
import { QUANTITY_SCALE } from '../../platform/decimal';
import type { RawValue } from '../contract';
import { Failure, plainNumber, show, textOf, transform, type StepResult } from './transform';

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
  return SMALL_INTEGER.test(plain)
    ? plain
    : new Big(
        plain
          .replace(/^\+/u, '')
          .replace(/^(-?)\./u, '$10.')
          .replace(/\.$/u, ''),
      ).toFixed();
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
  const text = textOf(value);
  const plain = text === null || typeof value === 'boolean' ? null : readDecimal(text, 'plain');
  return plain === null ? notANumber(value) : work(new Big(shortest(plain))).toFixed();
}

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
    compile: () => (value) =>
      typeof value === 'boolean'
        ? !value
        : withBig(value, (number) => (number.eq(0) ? number.abs() : number.times(-1))),
  }),
  transform<true>({
    name: 'absolute',
    input: 'scalar',
    output: 'quantity',
    bare: true,
    compile: () => (value) => withBig(value, (number) => number.abs()),
  }),
  transform<true>({
    name: 'signOf',
    input: 'scalar',
    output: 'text',
    bare: true,
    compile: () => (value) => {
      const sign = withBig(value, (number) => number);
      if (sign instanceof Failure || typeof sign !== 'string') return sign;
      if (/^-?[0.]+$/u.test(sign)) return 'zero';
      return sign.startsWith('-') ? 'minus' : 'plus';
    },
  }),
];
