/** Finding terms by what they are called, in either language: an exact match before a prefix before a part. */
import type { Term } from '../../../platform/dictionary/dictionary';

/** How a text matched, best first. */
const EXACT = 0;
const PREFIX = 1;
const PART = 2;
const NONE = 3;
/** A definition that mentions the words is worth less than any name that holds them. */
const IN_DEFINITION = NONE;

/** Terms that match every word of the search, best first, then by id; all by id when there is nothing to search. */
export function searchTerms(terms: readonly Term[], search: string): Term[] {
  const wanted = fold(search);
  if (wanted === '') return [...terms];
  return terms
    .map((term) => ({ term, rank: rankOf(term, wanted) }))
    .filter(({ rank }) => rank < IN_DEFINITION + NONE)
    .sort((a, b) => a.rank - b.rank || (a.term.id < b.term.id ? -1 : 1))
    .map(({ term }) => term);
}

function rankOf(term: Term, wanted: string): number {
  const names = [term.id, term.name.en, term.name.zh, ...term.synonyms.en, ...term.synonyms.zh];
  const byName = Math.min(...names.map((name) => match(fold(name), wanted)));
  if (byName < NONE) return byName;
  const definitions = [term.definition.en, term.definition.zh];
  return IN_DEFINITION + Math.min(...definitions.map((text) => match(fold(text), wanted)));
}

function match(text: string, wanted: string): number {
  if (text === wanted) return EXACT;
  if (text.startsWith(wanted)) return PREFIX;
  if (text.includes(wanted)) return PART;
  return wanted.includes(' ') && wanted.split(' ').every((word) => text.includes(word)) ? PART : NONE;
}

/** Case, width and spacing do not tell words apart. */
function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}
