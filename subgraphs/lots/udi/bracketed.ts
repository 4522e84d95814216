/** The text under a symbol: `(01)…(10)…`. A bracket that belongs to a value is written `\(`. */
import { findApplicationIdentifier } from './application-identifiers';
import type { UdiElement } from './element';
import { udiProblem } from './udi-problem';

const BRACKETED_AI = /\((\d{2,4})\)/y;

/** The elements of a bracketed text. Throws InvalidInputError with the position of what cannot be read. */
export function parseBracketed(text: string): UdiElement[] {
  const elements: UdiElement[] = [];
  let index = 0;
  while (index < text.length) {
    const ai = readAi(text, index);
    const start = index + ai.length + 2;
    const end = endOfValue(text, start);
    elements.push({ ai, value: text.slice(start, end).replaceAll('\\(', '('), index: start });
    index = end;
  }
  return elements;
}

function readAi(text: string, index: number): string {
  BRACKETED_AI.lastIndex = index;
  const ai = BRACKETED_AI.exec(text)?.[1];
  if (ai === undefined) {
    throw udiProblem(
      index,
      'an application identifier in brackets must stand here.',
      'Write it as (01), and a bracket that belongs to a lot number as \\(.',
    );
  }
  if (!findApplicationIdentifier(ai)) {
    throw udiProblem(index + 1, `(${ai}) is no application identifier that devices use.`, 'Check the label.');
  }
  return ai;
}

/** The first bracket that is not escaped. */
function endOfValue(text: string, start: number): number {
  let index = start;
  while (index < text.length && text.charAt(index) !== '(') {
    index += text.startsWith('\\(', index) ? 2 : 1;
  }
  return index;
}
