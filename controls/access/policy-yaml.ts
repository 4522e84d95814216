/** A YAML file of the policy with its positions kept, so that every problem can name its line. */
import { LineCounter, isCollection, isNode, parseDocument, type Document } from 'yaml';

export type YamlPath = readonly (string | number)[];

export class PolicyYaml {
  readonly problems: string[] = [];
  readonly #lines = new LineCounter();
  readonly #document: Document;

  constructor(
    readonly file: string,
    text: string,
  ) {
    this.#document = parseDocument(text, {
      strict: true,
      uniqueKeys: true,
      lineCounter: this.#lines,
      prettyErrors: false,
    });
    for (const error of this.#document.errors)
      this.#say(this.#lines.linePos(error.pos[0]).line, error.message);
  }

  /** The content as plain data; null when it is not valid YAML. */
  toData(): unknown {
    return this.problems.length > 0 ? null : (this.#document.toJS({ maxAliasCount: 0 }) as unknown);
  }

  report(path: YamlPath, message: string): void {
    this.#say(this.lineOf(path), message);
  }

  /** Line of a path, from 1; of the nearest enclosing part when it is absent. */
  lineOf(path: YamlPath): number {
    for (let length = path.length; length > 0; length--) {
      const node: unknown = this.#document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return Math.max(1, this.#lines.linePos(node.range[0]).line);
    }
    const root = this.#document.contents;
    return isCollection(root) && root.range ? Math.max(1, this.#lines.linePos(root.range[0]).line) : 1;
  }

  #say(line: number, message: string): void {
    this.problems.push(`${this.file}:${line} ${message}`);
  }
}
