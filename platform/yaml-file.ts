/**
 * A YAML file of ours as text: parsed with its positions kept, so that every problem can name file, line and column.
 * One reader for mappings, policies, rules and whatever else people write by hand.
 */
import type { ErrorObject, ValidateFunction } from 'ajv';
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
import type { MappingProblem } from './errors';

/** Steps from the root of a document: keys of maps, places in lists. */
export type YamlPath = readonly (string | number)[];

/** One thing that is wrong with a file; `line` and `column` count from 1. */
export type YamlProblem = MappingProblem;

export interface YamlFileOptions {
  /** `<<: *fields` lets parts share fields and add their own. */
  readonly merge?: boolean;
  /** Aliases may not blow a small file up into a large document; 0 forbids them. */
  readonly maxAliases?: number;
}

const MAX_ALIASES = 50;

/** Keywords that only say that a branch failed; the branch's own errors say what is wrong. */
const SILENT = new Set(['if', 'allOf', 'anyOf', 'oneOf', 'then', 'else']);

export class YamlFile {
  readonly problems: YamlProblem[] = [];
  readonly #lines = new LineCounter();
  readonly #document: Document;
  readonly #maxAliases: number;

  constructor(
    readonly name: string,
    text: string,
    options: YamlFileOptions = {},
  ) {
    this.#maxAliases = options.maxAliases ?? MAX_ALIASES;
    this.#document = parseDocument(text, {
      version: '1.2',
      merge: options.merge ?? false,
      strict: true,
      uniqueKeys: true,
      stringKeys: true,
      lineCounter: this.#lines,
      prettyErrors: false,
    });
    for (const error of this.#document.errors)
      this.#report([], error.message, 'the file is not valid YAML here', error.pos[0]);
  }

  /** The document as plain data; null when it is not valid YAML. */
  toData(): unknown {
    if (this.problems.length > 0) return null;
    try {
      return this.#document.toJS({ maxAliasCount: this.#maxAliases }) as unknown;
    } catch (error) {
      this.#report([], (error as Error).message, 'write the part out instead of an alias', 0);
      return null;
    }
  }

  /** The content when it fits the schema; otherwise null, with every problem noted. */
  read<T>(validate: ValidateFunction<T>): T | null {
    const data = this.toData();
    if (this.problems.length > 0) return null;
    if (validate(data)) return data;
    for (const error of validate.errors ?? []) if (!SILENT.has(error.keyword)) this.#schemaProblem(error);
    return null;
  }

  /** Notes a problem at a path of the document: at its value, or at its key. */
  report(path: YamlPath, message: string, hint?: string, at: 'key' | 'value' = 'value'): void {
    this.#report(path, message, hint, this.#offsetOf(path, at));
  }

  /** `line` and `column` of a path, both from 1; of the nearest enclosing part when it is absent. */
  position(path: YamlPath): { line: number; column: number } {
    return this.#positionAt(this.#offsetOf(path, 'key'));
  }

  /** Every problem as a line of text: `file:line:column path: message`. */
  messages(): string[] {
    return this.problems.map(problemText);
  }

  #schemaProblem(error: ErrorObject): void {
    const path = error.instancePath
      .split('/')
      .slice(1)
      .map((step) => step.replace(/~1/gu, '/').replace(/~0/gu, '~'));
    if (error.keyword === 'additionalProperties') {
      const name = (error.params as { additionalProperty: string }).additionalProperty;
      this.report([...path, name], `"${name}" is not known here`, undefined, 'key');
    } else if (error.keyword === 'pattern' && error.schemaPath.includes('reference')) {
      // the value of a reference that is none may be a secret, so it is never shown
      this.report(path, 'must be env:NAME or file:/path, never the value itself');
    } else if (error.keyword === 'enum') {
      const allowed = (error.params as { allowedValues: unknown[] }).allowedValues;
      this.report(path, `must be one of ${allowed.join(', ')}`);
    } else this.report(path, error.message ?? 'is not valid');
  }

  #report(path: YamlPath, message: string, hint: string | undefined, offset: number): void {
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

  #offsetOf(path: YamlPath, at: 'key' | 'value'): number {
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

/** One problem as a line of text. */
export function problemText(problem: YamlProblem): string {
  const { file, line, column, path, message } = problem;
  return `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}`;
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
