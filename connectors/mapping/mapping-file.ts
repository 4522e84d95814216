/** A mapping file as text: parsed with positions kept, so that every problem can name its line and column. */
import {
  LineCounter,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  type Document,
  type Node,
} from 'yaml';
import type { MappingProblem } from '../../platform/errors';

export type DocumentPath = readonly (string | number)[];

/** Aliases may not blow a small file up into a large document. */
const MAX_ALIASES = 50;

export class MappingFile {
  readonly problems: MappingProblem[] = [];
  readonly #lines = new LineCounter();
  readonly #document: Document;

  constructor(
    readonly name: string,
    text: string,
  ) {
    this.#document = parseDocument(text, {
      version: '1.2',
      // `<<: *fields` lets streams share fields and add their own
      merge: true,
      strict: true,
      uniqueKeys: true,
      stringKeys: true,
      lineCounter: this.#lines,
      prettyErrors: false,
    });
    for (const error of this.#document.errors) {
      this.#report([], error.message, 'the file is not valid YAML here', error.pos[0]);
    }
  }

  /** The document as plain data; null when it is not valid YAML. */
  toData(): unknown {
    if (this.problems.length > 0) return null;
    try {
      return this.#document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown;
    } catch (error) {
      this.#report([], (error as Error).message, 'write the part out instead of an alias', 0);
      return null;
    }
  }

  /** Notes a problem at a path of the document: at its value, or at its key. */
  report(path: DocumentPath, message: string, hint?: string, at: 'key' | 'value' = 'value'): void {
    this.#report(path, message, hint, this.#offsetOf(path, at));
  }

  /** `line` and `column` of a path, both from 1; of the nearest enclosing part when it is absent. */
  position(path: DocumentPath): { line: number; column: number } {
    return this.#positionAt(this.#offsetOf(path, 'key'));
  }

  #report(path: DocumentPath, message: string, hint: string | undefined, offset: number): void {
    this.problems.push({
      file: this.name,
      ...this.#positionAt(offset),
      path: path.join('.'),
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  }

  #positionAt(offset: number): { line: number; column: number } {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  #offsetOf(path: DocumentPath, at: 'key' | 'value'): number {
    let node: unknown = this.#document.contents;
    let offset = startOf(node) ?? 0;
    for (const [index, step] of path.entries()) {
      if (isAlias(node)) node = node.resolve(this.#document);
      const child = childOf(node, step);
      if (child === null) return offset;
      const wantsKey = at === 'key' && index === path.length - 1;
      offset =
        (wantsKey ? startOf(child.key) : undefined) ?? startOf(child.value) ?? startOf(child.key) ?? offset;
      node = child.value;
    }
    return offset;
  }
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function childOf(node: unknown, step: string | number): { key: unknown; value: unknown } | null {
  if (isSeq(node)) {
    const value = node.items[Number(step)];
    return value === undefined ? null : { key: value, value };
  }
  if (!isMap(node)) return null;
  const pair = node.items.find(
    (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step),
  );
  return pair === undefined ? null : { key: pair.key, value: pair.value };
}
