/**
 * The text of a query as the audit trail keeps it: without blanks and comments, whole up to a length. Where restricted
 * terms are touched, literal texts are left out: they may be the very values that are restricted.
 */
import { stripIgnoredCharacters } from 'graphql';

const LONGEST = 8000;
const TEXT_LITERAL = /"""(?:\\"""|[^])*?"""|"(?:\\.|[^"\\])*"/g;

export function auditedText(source: string, options: { withLiterals: boolean }): string {
  const short = stripIgnoredCharacters(source);
  const text = options.withLiterals ? short : short.replace(TEXT_LITERAL, '"…"');
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
