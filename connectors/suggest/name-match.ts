/** How well a name of a source fits words: English by its parts, Chinese by its characters, pinyin by initials. */
import type { Words } from './synonyms';

export interface NameMatch {
  /** 0 to 1. */
  readonly score: number;
  readonly evidence: string;
}

/** Parts of a name in lower case: `cInvCode` → inv code, `FLot` → lot, `batch_no` → batch no. */
export function partsOfName(name: string): string[] {
  const bare = name.normalize('NFKC').replace(/^(?:[cdibnf](?=[A-Z][a-z])|F(?=[A-Z][a-z])|F_)/u, '');
  return bare
    .replace(/([a-z0-9])([A-Z])/gu, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== '');
}

/** The best fit of a name and its comment; null when no word fits. */
export function matchName(name: string, comment: string | null, words: Words): NameMatch | null {
  const found = [
    ...words.en.map((word) => matchEnglish(name, word)),
    ...words.zh.flatMap((word) => [
      matchChinese(name, word, 'name'),
      comment === null ? null : matchChinese(comment, word, 'comment'),
    ]),
    ...words.pinyin.map((word) => matchPinyin(name, word)),
  ].filter((match) => match !== null);
  return found.sort((a, b) => b.score - a.score)[0] ?? null;
}

function matchEnglish(name: string, word: string): NameMatch | null {
  const parts = partsOfName(name);
  const wanted = partsOfName(word);
  if (parts.length === 0 || wanted.length === 0) return null;
  // a name of one word may stand for much: `item_name` says more than `name`
  const whole = wanted.length > 1 ? 0.9 : 0.85;
  if (parts.join('') === wanted.join('')) return { score: whole, evidence: `name is "${word}"` };
  const at = parts.findIndex((_, i) => wanted.every((part, j) => parts[i + j] === part));
  if (at < 0) return null;
  const share = wanted.length / parts.length;
  // what a name ends with is what it is: "lot status" is a status
  const ends = at + wanted.length === parts.length ? 0.1 : 0;
  return { score: round(0.4 + 0.3 * share + ends), evidence: `name holds "${word}"` };
}

function matchChinese(text: string, word: string, where: string): NameMatch | null {
  const bare = text.normalize('NFKC').replace(/\s/gu, '');
  if (bare === word) return { score: where === 'name' ? 0.95 : 0.92, evidence: `${where} is "${word}"` };
  if (!bare.includes(word)) return null;
  const ends = bare.endsWith(word) ? 0.1 : 0;
  const share = word.length / Math.max(word.length, bare.length);
  return { score: round(0.4 + 0.35 * share + ends), evidence: `${where} holds "${word}"` };
}

function matchPinyin(name: string, word: string): NameMatch | null {
  if (!/^[A-Za-z_]+$/u.test(name)) return null;
  const bare = name.replaceAll('_', '').toUpperCase();
  if (bare === word)
    return { score: word.length > 2 ? 0.75 : 0.65, evidence: `name is "${word}", initials of pinyin` };
  const isInitials = name === name.toUpperCase() && bare.length <= 8;
  if (!isInitials || !bare.endsWith(word) || word.length < 2) return null;
  return { score: 0.5, evidence: `name ends in "${word}", initials of pinyin` };
}

const round = (score: number) => Math.round(score * 100) / 100;
