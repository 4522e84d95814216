/** Which side of a transformation a column, a table or a row is on: what went in, or what came out. */
import type { ColumnProfile, ResourceProfile } from '../inspect/source-profile';
import type { Candidate } from './candidates';
import { bareName } from './classify';
import { partsOfName } from './name-match';
import type { End, Synonyms } from './synonyms';
import { shareOf } from './value-fit';

export interface Sided {
  readonly end: End;
  /** The name without the word that tells the side: `component_lot_no` is a `lot no`. */
  readonly rest: string;
  readonly evidence: string;
}

const ENDS: readonly End[] = ['INPUT', 'OUTPUT'];
const WORDS: Readonly<Record<End, string>> = { INPUT: 'what went in', OUTPUT: 'what came out' };

/** By the longest word of a name, or else of its comment; null where none tells, or both sides do. */
export function sideOf(name: string, comment: string | null, synonyms: Synonyms): Sided | null {
  const found = ENDS.flatMap((end) => {
    const { en, zh, pinyin } = synonyms.end(end);
    const parts = partsOfName(name);
    const rests: (readonly [word: string, rest: string | null])[] = [
      ...en.map((word) => [word, withoutParts(parts, partsOfName(word))] as const),
      ...zh.map((word) => [word, withoutText(name, word)] as const),
      ...zh.map((word) => [word, comment === null ? null : withoutText(comment, word)] as const),
      ...pinyin.map((word) => [word, withoutInitials(name, word)] as const),
    ];
    return rests.flatMap(([word, rest]) => (rest === null ? [] : [{ end, word, rest }]));
  }).sort((a, b) => b.word.length - a.word.length);
  const [best] = found;
  if (best === undefined) return null;
  const isBoth = found.some(({ end, word }) => end !== best.end && word.length === best.word.length);
  return isBoth ? null : { ...best, evidence: `"${best.word}" in ${name} says ${WORDS[best.end]}` };
}

function withoutParts(parts: readonly string[], word: readonly string[]): string | null {
  const at = parts.findIndex((_, i) => word.every((part, j) => parts[i + j] === part));
  return at < 0 ? null : [...parts.slice(0, at), ...parts.slice(at + word.length)].join(' ');
}

const withoutText = (text: string, word: string): string | null =>
  text.includes(word) ? text.replace(word, '').replace(/\s/gu, '') : null;

/** `YLPH` is the PH of YL. */
function withoutInitials(name: string, word: string): string | null {
  const bare = name.replaceAll('_', '');
  const isInitials = /^[A-Z]{3,8}$/u.test(bare) && bare.startsWith(word) && bare.length - word.length >= 2;
  return isInitials ? bare.slice(word.length) : null;
}

/** How the rows of a table tell which side they are on. */
export type RowSides =
  | { readonly by: 'code'; readonly candidate: Candidate }
  | { readonly by: 'flag'; readonly column: ColumnProfile; readonly value: string; readonly side: Sided }
  | { readonly by: 'table'; readonly side: Sided };

/** `roles`: candidates for the column of sides. Null where nothing tells. */
export function rowSides(
  profile: ResourceProfile,
  roles: readonly Candidate[],
  synonyms: Synonyms,
): RowSides | null {
  const coded = roles.find(({ column }) =>
    ENDS.every((end) => column.samples.some((text) => synonyms.code('role', text) === end)),
  );
  if (coded !== undefined) return { by: 'code', candidate: coded };
  for (const column of profile.columns) {
    const flag = flagOf(column, synonyms);
    if (flag !== null) return flag;
  }
  const side = sideOf(bareName(profile.name), profile.comment, synonyms);
  return side === null ? null : { by: 'table', side };
}

/** Words beside that of the side in the name of a flag. */
const FILLERS = new Set(['is', 'item', 'flag', 'line', 'row', 'good', 'goods', '是否', '标志', '是否为']);
const YES = ['1', 'Y', 'y', 'true', 'T', '是'];

function flagOf(column: ColumnProfile, synonyms: Synonyms): RowSides | null {
  const side = sideOf(column.name, column.comment, synonyms);
  if (side === null || shareOf(column, (one) => one === 'boolean') < 0.99) return null;
  const value = YES.find((one) => column.samples.includes(one));
  const isFlag = side.rest.split(' ').every((part) => part === '' || FILLERS.has(part));
  // a mark that no row has, or every row, tells nothing apart
  return isFlag && value !== undefined && column.samples.length === 2
    ? { by: 'flag', column, value, side }
    : null;
}
