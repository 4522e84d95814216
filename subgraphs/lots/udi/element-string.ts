/** Scanned data: elements one after another, with a separator where a length is not predefined. */
import {
  type ApplicationIdentifier,
  applicationIdentifierAt,
  needsSeparator,
} from './application-identifiers';
import { SEPARATORS, type UdiElement } from './element';
import { udiProblem } from './udi-problem';

/** AIM identifiers that scanners put before GS1 data. */
const AIM_PREFIXES = [']C1', ']d2', ']Q3', ']e0'];

/** The elements of scanned data. Throws InvalidInputError with the position of what cannot be read. */
export function parseElementString(data: string): UdiElement[] {
  const elements: UdiElement[] = [];
  let index = skipSeparators(data, startOf(data));
  while (index < data.length) {
    const definition = requireApplicationIdentifier(data, index);
    const start = index + definition.ai.length;
    const end = endOfValue(data, start, definition);
    elements.push({ ai: definition.ai, value: data.slice(start, end), index: start });
    index = skipSeparators(data, end);
  }
  return elements;
}

function startOf(data: string): number {
  if (!data.startsWith(']')) return 0;
  const prefix = AIM_PREFIXES.find((one) => data.startsWith(one));
  if (prefix === undefined) {
    throw udiProblem(
      0,
      `"${data.slice(0, 3)}" is not the identifier of a GS1 symbol.`,
      `Scan the GS1 symbol of the label (${AIM_PREFIXES.join(', ')}).`,
    );
  }
  return prefix.length;
}

function requireApplicationIdentifier(data: string, index: number): ApplicationIdentifier {
  const definition = applicationIdentifierAt(data, index);
  if (definition) return definition;
  throw udiProblem(
    index,
    `"${data.slice(index, index + 4)}" does not start with an application identifier that devices use.`,
    'Check that no separator is missing after the element before, or type the text under the symbol, with brackets.',
  );
}

function endOfValue(data: string, start: number, { ai, title, max }: ApplicationIdentifier): number {
  const separated = separatorFrom(data, start);
  if (!needsSeparator(ai)) return Math.min(start + max, separated);
  if (separated - start <= max) return separated;
  throw udiProblem(
    start + max,
    `the ${title} (${ai}) is longer than ${max} characters.`,
    'A separator (ASCII 29) must follow it before the next element.',
  );
}

function separatorFrom(data: string, start: number): number {
  let index = start;
  while (index < data.length && !SEPARATORS.has(data.charAt(index))) index += 1;
  return index;
}

function skipSeparators(data: string, start: number): number {
  let index = start;
  while (index < data.length && SEPARATORS.has(data.charAt(index))) index += 1;
  return index;
}
