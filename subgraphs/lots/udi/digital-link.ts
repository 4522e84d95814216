/** GS1 Digital Link: `https://any.domain/stem/01/{gtin}/10/{lot}/21/{serial}?17=…`. */
import { findApplicationIdentifier } from './application-identifiers';
import type { UdiElement } from './element';
import { udiProblem } from './udi-problem';

const PRIMARY_KEY = '01';
/** Qualifiers of a GTIN in the only order that is valid; 235 stands alone. */
const QUALIFIERS = ['22', '10', '21'];
const LONE_QUALIFIER = '235';

interface Segment {
  readonly text: string;
  readonly index: number;
}

/** The elements of a Digital Link. Throws InvalidInputError with the position of what cannot be read. */
export function parseDigitalLink(uri: string): UdiElement[] {
  const withoutFragment = uri.split('#', 1)[0] ?? '';
  const query = withoutFragment.indexOf('?');
  const pathEnd = query === -1 ? withoutFragment.length : query;
  const host = uri.indexOf('://') + 3;
  const pathStart = withoutFragment.slice(0, pathEnd).indexOf('/', host);
  const segments = pathStart === -1 ? [] : split(withoutFragment.slice(0, pathEnd), pathStart + 1, /\//g);
  return [
    ...pathElements(segments, pathEnd),
    ...(query === -1 ? [] : queryElements(split(withoutFragment, query + 1, /[&;]/g))),
  ];
}

function split(text: string, from: number, separator: RegExp): Segment[] {
  let index = from;
  return text
    .slice(from)
    .split(separator)
    .map((part) => {
      const segment = { text: part, index };
      index += part.length + 1;
      return segment;
    });
}

function pathElements(segments: readonly Segment[], end: number): UdiElement[] {
  const trimmed = segments.at(-1)?.text === '' ? segments.slice(0, -1) : segments;
  const key = trimmed.findIndex(
    ({ text }, at) => text === PRIMARY_KEY && /^\d+$/.test(trimmed[at + 1]?.text ?? ''),
  );
  if (key === -1) {
    throw udiProblem(end, 'the link names no product.', 'It must hold /01/ and the 14 digits of the GTIN.');
  }
  const pairs: UdiElement[] = [];
  for (let at = key; at < trimmed.length; at += 2) {
    const ai = trimmed[at];
    const value = trimmed[at + 1];
    if (!ai || !value) throw udiProblem(end, 'the last part of the path has no value.', 'Check the link.');
    if (at > key) checkQualifier(ai, pairs);
    pairs.push({ ai: ai.text, value: decode(value), index: value.index });
  }
  return pairs;
}

function checkQualifier({ text, index }: Segment, before: readonly UdiElement[]): void {
  const rank = QUALIFIERS.indexOf(text);
  const last = before.at(-1)?.ai ?? '';
  const valid =
    text === LONE_QUALIFIER
      ? before.length === 1
      : rank > QUALIFIERS.indexOf(last) && last !== LONE_QUALIFIER;
  if (!valid) {
    throw udiProblem(
      index,
      `"${text}" must not stand here.`,
      'After the GTIN come 22, 10 and 21, in this order, or 235 alone; all else goes after the question mark.',
    );
  }
}

/** Attributes; keys that are no numbers belong to the web and say nothing about the product. */
function queryElements(parameters: readonly Segment[]): UdiElement[] {
  return parameters.flatMap(({ text, index }) => {
    const equals = text.indexOf('=');
    const ai = equals === -1 ? text : text.slice(0, equals);
    if (!/^\d{2,4}$/.test(ai)) return [];
    if (ai === PRIMARY_KEY || QUALIFIERS.includes(ai) || ai === LONE_QUALIFIER) {
      throw udiProblem(index, `${ai} must not stand after the question mark.`, 'It belongs into the path.');
    }
    if (!findApplicationIdentifier(ai)) {
      throw udiProblem(index, `${ai} is no application identifier that devices use.`, 'Check the link.');
    }
    const start = index + equals + 1;
    return [{ ai, value: decode({ text: text.slice(equals + 1), index: start }), index: start }];
  });
}

function decode({ text, index }: Segment): string {
  try {
    return decodeURIComponent(text);
  } catch {
    const at = text.search(/%(?![0-9A-Fa-f]{2})/);
    throw udiProblem(
      index + Math.max(at, 0),
      'a percent sign is not followed by a character code.',
      'Write a percent sign itself as %25.',
    );
  }
}
