/** Parsed documents by query text, bounded; a gateway sends the same few texts over and over. */
import { parse, type DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

const REMEMBERED_DOCUMENTS = 2000;
const REMEMBERED_CHARACTERS = 8_000_000;

export class DocumentCache {
  readonly #documents = new LRUCache<string, DocumentNode>({
    max: REMEMBERED_DOCUMENTS,
    maxSize: REMEMBERED_CHARACTERS,
    sizeCalculation: (_document, text) => Math.max(1, text.length),
  });

  /** Thrown when the text is no GraphQL: GraphQLError, from the parser. */
  parse(text: string): DocumentNode {
    const known = this.#documents.get(text);
    if (known !== undefined) return known;
    const document = parse(text, { noLocation: true });
    this.#documents.set(text, document);
    return document;
  }
}
