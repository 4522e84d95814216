/** JSON whose numbers lose nothing: one that a double cannot hold arrives as text. */
import type { RawValue } from '../contract';

const MANY_DIGITS = /\d[\d.]{15}/u;
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gu;
const EXACT_DIGITS = 15;

/** Parses JSON text. Throws SyntaxError when it is none. */
export function parseExactJson(text: string): RawValue {
  return JSON.parse(MANY_DIGITS.test(text) ? quoteLongNumbers(text) : text) as RawValue;
}

function quoteLongNumbers(text: string): string {
  return text.replace(STRING_OR_NUMBER, (token) => {
    if (token.startsWith('"')) return token;
    const digits = token
      .replace(/[eE].*$/u, '')
      .replace(/[-.]/gu, '')
      .replace(/^0+/u, '');
    return digits.length > EXACT_DIGITS ? `"${token}"` : token;
  });
}
