/** Text transforms: what makes two spellings of one thing equal, and takes one thing out of a longer text. */
import { decodeHTMLStrict } from 'entities';
import { Failure, overText, show, transform } from './transform';

const BLANKS = /\s+/gu;
const LEADING_ZEROS = /^0+(?=.)/u;
const FULL_WIDTH_BLANK = 0x3000;

/** Longest text that a regular expression of a mapping is run on: a bound on what backtracking can cost. */
export const MAX_PATTERN_INPUT = 512;

/** Full-width forms (U+FF01..FF5E and the ideographic blank) to their ASCII twins. */
export function toHalfWidth(text: string): string {
  let result = '';
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit === FULL_WIDTH_BLANK) result += ' ';
    else if (unit >= 0xff01 && unit <= 0xff5e) result += String.fromCharCode(unit - 0xfee0);
    else result += text.charAt(i);
  }
  return result;
}

/** Compiles a pattern of a mapping, or reports why it is refused. */
export function safePattern(
  source: string,
  problem: (message: string, hint?: string) => void,
): RegExp | null {
  // a quantified group that itself ends in a quantifier can take exponential time on a short text
  if (/\([^()]*[+*}][^()]*\)[+*{]/u.test(source)) {
    problem(
      'the pattern repeats a group that repeats inside, which can take exponential time',
      'repeat either the group or what stands in it',
    );
    return null;
  }
  try {
    return new RegExp(source, 'u');
  } catch (error) {
    problem(`not a regular expression: ${(error as Error).message}`);
    return null;
  }
}

const tooLong = (text: string) =>
  new Failure(
    'BAD_TEXT',
    `longer than ${MAX_PATTERN_INPUT} characters, no pattern is run on it: ${show(text)}`,
  );

interface ExtractOptions {
  readonly pattern: string;
  readonly group?: number;
  readonly else?: 'reject' | 'null' | 'keep';
}

export const textTransforms = [
  transform<true>({
    name: 'trim',
    input: 'scalar',
    output: 'text',
    bare: true,
    compile: () => overText((text) => text.trim()),
  }),
  transform<true>({
    name: 'collapseBlanks',
    input: 'scalar',
    output: 'text',
    bare: true,
    compile: () => overText((text) => text.trim().replace(BLANKS, ' ')),
  }),
  transform<true>({
    name: 'removeBlanks',
    input: 'scalar',
    output: 'text',
    bare: true,
    compile: () => overText((text) => text.replace(BLANKS, '')),
  }),
  transform<true>({
    name: 'upper',
    input: 'scalar',
    output: 'text',
    bare: true,
    compile: () => overText((text) => text.toUpperCase()),
  }),
  transform<true>({
    name: 'lower',
    input: 'scalar',
    output: 'text',
    bare: true,
    compile: () => overText((text) => text.toLowerCase()),
  }),
  transform<true>({
    name: 'halfWidth',
    input: 'scalar',
    output: 'text',
    bare: true,
    compile: () => overText(toHalfWidth),
  }),
  transform<true>({
    name: 'decodeEntities',
    input: 'scalar',
    output: 'text',
    bare: true,
    compile: () =>
      overText((text, context) => {
        const decoded = decodeHTMLStrict(text);
        if (decoded !== text) context.notes.push({ rule: 'TEXT_REPAIRED', field: context.field, raw: text });
        return decoded;
      }),
  }),
  transform<string>({
    name: 'prefix',
    input: 'scalar',
    output: 'text',
    compile: (prefix) => overText((text) => prefix + text),
  }),
  transform<string>({
    name: 'stripPrefix',
    input: 'scalar',
    output: 'text',
    compile: (prefix) => overText((text) => (text.startsWith(prefix) ? text.slice(prefix.length) : text)),
  }),
  transform<string>({
    name: 'stripSuffix',
    input: 'scalar',
    output: 'text',
    compile: (suffix) =>
      overText((text) => (suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text)),
  }),
  transform<true>({
    name: 'stripLeadingZeros',
    input: 'scalar',
    output: 'text',
    bare: true,
    compile: () => overText((text) => text.replace(LEADING_ZEROS, '')),
  }),
  transform<{ readonly length: number; readonly with?: string }>({
    name: 'padStart',
    input: 'scalar',
    output: 'text',
    compile: ({ length, with: fill = '0' }) => overText((text) => text.padStart(length, fill)),
  }),
  transform<ExtractOptions>({
    name: 'extract',
    input: 'scalar',
    output: 'text',
    compile: (options, { problem }) => {
      const pattern = safePattern(options.pattern, problem);
      const groups = pattern === null ? 0 : (new RegExp(`${pattern.source}|`, 'u').exec('')?.length ?? 1) - 1;
      const group = options.group ?? (groups > 0 ? 1 : 0);
      if (pattern !== null && group > groups) problem(`the pattern has ${groups} groups, not ${group}`);
      const otherwise = options.else ?? 'reject';
      return overText((text) => {
        if (text.length > MAX_PATTERN_INPUT) return tooLong(text);
        const found = pattern?.exec(text)?.[group];
        if (found !== undefined) return found;
        if (otherwise === 'null') return null;
        return otherwise === 'keep'
          ? text
          : new Failure('BAD_TEXT', `${show(text)} does not fit ${options.pattern}`);
      });
    },
  }),
  transform<{ readonly pattern: string; readonly by: string; readonly all?: boolean }>({
    name: 'replace',
    input: 'scalar',
    output: 'text',
    compile: (options, { problem }) => {
      const pattern = safePattern(options.pattern, problem);
      const expression = pattern && new RegExp(pattern.source, options.all === true ? 'gu' : 'u');
      return overText((text) => {
        if (text.length > MAX_PATTERN_INPUT) return tooLong(text);
        return expression === null ? text : text.replace(expression, options.by);
      });
    },
  }),
];
