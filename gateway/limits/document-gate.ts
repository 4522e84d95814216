/** Lets only documents of a sane size and shape through to validation, whose own cost grows with them. */
import { GraphQLError, parse, type DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { GatewayError } from '../../platform/errors';
import type { OperationLimits } from './limits';
import { measureShape } from './operation-shape';

const REMEMBERED_DOCUMENTS = 1000;
const REMEMBERED_CHARACTERS = 4_000_000;
const TOO_MANY_TOKENS = /^Syntax Error: Document contains more tha[tn] \d+ tokens/;

const MEASURED = ['depth', 'aliases', 'directives', 'fields', 'operations', 'mutations'] as const;

export class DocumentGate {
  readonly #admitted = new LRUCache<string, DocumentNode>({
    max: REMEMBERED_DOCUMENTS,
    maxSize: REMEMBERED_CHARACTERS,
    sizeCalculation: (_document, text) => Math.max(1, text.length),
  });

  constructor(private readonly limits: OperationLimits) {}

  /** Thrown when the text asks for too much: OPERATION_TOO_COMPLEX; when it is no GraphQL: INVALID_REQUEST. */
  admit(text: string): DocumentNode {
    const known = this.#admitted.get(text);
    if (known !== undefined) return known;
    const document = this.#parse(text);
    const shape = measureShape(document);
    for (const name of MEASURED) {
      if (shape[name] > this.limits[name]) throw tooMuch(name, this.limits[name]);
    }
    this.#admitted.set(text, document);
    return document;
  }

  #parse(text: string): DocumentNode {
    try {
      return parse(text, { maxLexicalTokens: this.limits.tokens });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      if (TOO_MANY_TOKENS.test(error.message)) throw tooMuch('tokens', this.limits.tokens);
      const { source, positions, message } = error;
      throw new GraphQLError(message, { source, positions, extensions: { code: 'GRAPHQL_PARSE_FAILED' } });
    }
  }
}

function tooMuch(what: string, limit: number): GatewayError {
  return new GatewayError('OPERATION_TOO_COMPLEX', `The operation has more than ${limit} ${what}.`, {
    limited: what,
    limit,
  });
}
