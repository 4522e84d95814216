/** A UDI in any of the forms that GS1 gives it: scanned, with brackets, or as a link. */
import {
  type ApplicationIdentifier,
  ILLEGAL_PAIRS,
  findApplicationIdentifier,
} from './application-identifiers';
import { parseBracketed } from './bracketed';
import { hasValidCheckDigit } from './check-digit';
import { parseDigitalLink } from './digital-link';
import type { UdiElement } from './element';
import { parseElementString } from './element-string';
import { type Gs1Date, readGs1Date } from './gs1-date';
import { udiProblem } from './udi-problem';

export interface Udi {
  readonly elements: readonly UdiElement[];
  /** GTIN-14, the device identifier. */
  readonly gtin: string | null;
  /** Exactly as on the label: case and leading zeros count. */
  readonly lot: string | null;
  readonly serial: string | null;
  readonly expiry: Gs1Date | null;
  readonly produced: Gs1Date | null;
}

const CSET_82 = /^[A-Za-z0-9!"%&'()*+,\-./:;<=>?_]$/;
const OTHER_SYNTAXES: Readonly<Record<string, string>> = { '+': 'HIBC', '=': 'ICCBBA', '&': 'ICCBBA' };

/**
 * Reads a UDI. `referenceYear` is the year in which it was captured and tells the century of its dates.
 * Throws InvalidInputError that names the position and what to do.
 */
export function parseUdi(text: string, referenceYear: number): Udi {
  const elements = readElements(text);
  const dates = new Map<string, Gs1Date>();
  for (const element of elements) {
    const definition = findApplicationIdentifier(element.ai);
    if (definition) {
      checkValue(element, definition);
      const date = checkDate(element, definition, referenceYear);
      if (date) dates.set(element.ai, date);
    }
  }
  checkTogether(elements);
  const valueOf = (ai: string): string | null => elements.find((one) => one.ai === ai)?.value ?? null;
  return {
    elements,
    gtin: valueOf('01'),
    lot: valueOf('10'),
    serial: valueOf('21'),
    expiry: dates.get('17') ?? null,
    produced: dates.get('11') ?? null,
  };
}

function readElements(text: string): UdiElement[] {
  const other = OTHER_SYNTAXES[text.charAt(0)];
  if (text === '') throw udiProblem(0, 'there is nothing to read.', 'Scan or type the UDI of the label.');
  if (other !== undefined)
    throw udiProblem(0, `this is a UDI of ${other}, which is not read yet.`, 'Ask by item and lot number.');
  if (/^https?:\/\//i.test(text)) return parseDigitalLink(text);
  return text.startsWith('(') ? parseBracketed(text) : parseElementString(text);
}

function checkValue({ value, index }: UdiElement, definition: ApplicationIdentifier): void {
  const { ai, title, charset, min, max, checkDigit } = definition;
  const wanted = min === max ? `exactly ${min}` : `${min} to ${max}`;
  if (value.length < min || value.length > max) {
    throw udiProblem(
      index + Math.min(value.length, max),
      `the ${title} (${ai}) must have ${wanted} characters, but has ${value.length}.`,
      'Check that the UDI is complete.',
    );
  }
  const bad = Array.from(value).findIndex((one) => !(charset === 'N' ? /^\d$/ : CSET_82).test(one));
  if (bad !== -1) {
    throw udiProblem(
      index + bad,
      `"${value.charAt(bad)}" must not stand in the ${title} (${ai}).`,
      charset === 'N'
        ? 'Only digits are allowed.'
        : 'Blanks and other signs are not allowed; type it as printed.',
    );
  }
  if (checkDigit && !hasValidCheckDigit(value)) {
    throw udiProblem(
      index + value.length - 1,
      `the check digit of the ${title} (${ai}) is wrong.`,
      'Scan again, or compare each digit with the label.',
    );
  }
}

function checkDate(
  { ai, value, index }: UdiElement,
  { date: kind }: ApplicationIdentifier,
  referenceYear: number,
): Gs1Date | null {
  if (kind === undefined) return null;
  const date = readGs1Date(ai, value.slice(0, 6), referenceYear);
  const refuse = (offset: number, problem: string): Error =>
    udiProblem(index + offset, problem, 'Compare the date with the label.');
  if ('problem' in date) throw refuse(date.offset, date.problem);
  if (kind === 'MINUTE') {
    if (date.precision === 'MONTH') throw refuse(4, 'a date with a time must name its day.');
    if (Number(value.slice(6, 8)) > 23) throw refuse(6, 'there is no such hour.');
    if (Number(value.slice(8, 10)) > 59) throw refuse(8, 'there is no such minute.');
  }
  return date;
}

/** What must, and must not, stand on one label. */
function checkTogether(elements: readonly UdiElement[]): void {
  const first = new Map<string, UdiElement>();
  for (const element of elements) {
    const known = first.get(element.ai);
    if (known && known.value !== element.value)
      throw udiProblem(element.index, `(${element.ai}) is given twice, differently.`, 'Scan one label only.');
    first.set(element.ai, known ?? element);
  }
  for (const [one, other] of ILLEGAL_PAIRS) {
    const second = first.get(other);
    if (first.has(one) && second)
      throw udiProblem(second.index, `(${other}) must not stand beside (${one}).`, 'Check the label.');
  }
  for (const { ai, index } of first.values()) {
    const missing = findApplicationIdentifier(ai)?.requires.find(
      (group) => !group.some((one) => first.has(one)),
    );
    if (missing)
      throw udiProblem(
        index,
        `(${ai}) says nothing without ${missing.map((one) => `(${one})`).join(' or ')}.`,
        'Scan the whole label: product and production data.',
      );
  }
}
