/** A YAML file of ours as text: parsed with positions kept, so that every problem can name its file and line. */
import type { ErrorObject, ValidateFunction } from 'ajv';
import { LineCounter, type Document, type Node, parseDocument } from 'yaml';

export type FilePath = readonly (string | number)[];

/** Keywords that only say that a branch failed; the branch's own errors say what is wrong. */
const SILENT = new Set(['if', 'allOf', 'anyOf', 'oneOf', 'then', 'else']);

export class AlarmFile {
  readonly problems: string[] = [];
  readonly #lines = new LineCounter();
  readonly #document: Document;

  constructor(
    readonly name: string,
    text: string,
  ) {
    this.#document = parseDocument(text, {
      strict: true,
      uniqueKeys: true,
      lineCounter: this.#lines,
      prettyErrors: false,
    });
    for (const error of this.#document.errors) this.#report(error.pos[0], '', error.message);
  }

  /** The content when it fits the schema; otherwise null, with every problem noted. */
  read<T>(validate: ValidateFunction<T>): T | null {
    if (this.problems.length > 0) return null;
    const data: unknown = this.#document.toJS({ maxAliasCount: 50 });
    if (validate(data)) return data;
    for (const error of validate.errors ?? []) if (!SILENT.has(error.keyword)) this.#schemaProblem(error);
    return null;
  }

  /** Notes a problem at a path of the document. */
  report(path: FilePath, message: string): void {
    this.#report(this.#offsetOf(path), path.join('.'), message);
  }

  #schemaProblem(error: ErrorObject): void {
    const path = error.instancePath
      .split('/')
      .slice(1)
      .map((step) => step.replace(/~1/gu, '/').replace(/~0/gu, '~'));
    if (error.keyword === 'additionalProperties') {
      const name = (error.params as { additionalProperty: string }).additionalProperty;
      this.report([...path, name], `"${name}" is not known here`);
    } else if (error.keyword === 'pattern' && error.schemaPath.includes('reference')) {
      // the value of a reference that is none may be a secret, so it is never shown
      this.report(path, 'must be env:NAME or file:/path, never the value itself');
    } else if (error.keyword === 'enum') {
      const allowed = (error.params as { allowedValues: unknown[] }).allowedValues;
      this.report(path, `must be one of ${allowed.join(', ')}`);
    } else this.report(path, error.message ?? 'is not valid');
  }

  #offsetOf(path: FilePath): number {
    for (let length = path.length; length > 0; length -= 1) {
      const node = this.#document.getIn(
        path.slice(0, length).map((step) => (/^\d+$/.test(String(step)) ? Number(step) : step)),
        true,
      ) as Node | undefined;
      if (node?.range) return node.range[0];
    }
    return 0;
  }

  #report(offset: number, path: string, message: string): void {
    const { line, col } = this.#lines.linePos(offset);
    const where = `${this.name}:${Math.max(1, line)}:${Math.max(1, col)}`;
    this.problems.push(`${where} ${path === '' ? '' : `${path}: `}${message}`);
  }
}
