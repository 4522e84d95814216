/** Questions that a draft of a mapping leaves open: `# TODO …`. Only comments count, not the words of a value. */
import { Lexer, LineCounter } from 'yaml';

export interface OpenQuestion {
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
  readonly question: string;
}

/** Also within a stream that stands as a comment. */
const QUESTION = /#\s*TODO\b[:\s]*(.*)$/u;
/** What the lexer puts before parts of the text, and is not in it. */
const MARKS = new Set(['\u0002', '\u0018', '\u001f']);
const SCALAR = '\u001f';

export function openQuestions(text: string): OpenQuestion[] {
  const lines = new LineCounter();
  lines.addNewLine(0);
  const found: OpenQuestion[] = [];
  let offset = 0;
  let isScalar = false;
  for (const part of new Lexer().lex(text)) {
    if (MARKS.has(part)) {
      isScalar = part === SCALAR;
      continue;
    }
    const match = isScalar || !part.startsWith('#') ? null : QUESTION.exec(part);
    if (match !== null) {
      const { line, col } = lines.linePos(offset + match.index);
      found.push({ line, column: col, question: (match[1] ?? '').trim() });
    }
    for (let at = part.indexOf('\n'); at !== -1; at = part.indexOf('\n', at + 1))
      lines.addNewLine(offset + at + 1);
    offset += part.length;
    isScalar = false;
  }
  return found;
}

/** One line for each question, with what the text is called; at most `most`. */
export function questionTexts(name: string, text: string, most = Infinity): string[] {
  return openQuestions(text)
    .slice(0, most)
    .map(({ line, column, question }) => `${name}:${line}:${column} TODO ${question}`.trimEnd());
}
