/** How much one operation may ask for. The defaults let a screenful of a lot through many times over. */

export interface OperationLimits {
  /** Bytes of the request's body. */
  readonly bodyBytes: number;
  /** Words and signs of the query's text. */
  readonly tokens: number;
  /** Fields within fields. */
  readonly depth: number;
  /** Aliased fields, fragments expanded. */
  readonly aliases: number;
  /** Directives on one operation, fragments expanded. */
  readonly directives: number;
  /** Fields, fragments expanded: keeps nested fragments from growing without end. */
  readonly fields: number;
  /** Objects that the answer may hold, as estimated from page sizes. */
  readonly cost: number;
  /** Operations in one document, of which one is run. */
  readonly operations: number;
  /** Mutations in one operation: one document is no way to try a thousand codes. */
  readonly mutations: number;
  /** Objects and lists within each other in the request's JSON. */
  readonly jsonDepth: number;
  /** Values in the request's JSON. */
  readonly jsonValues: number;
}

export const DEFAULT_LIMITS: OperationLimits = Object.freeze({
  bodyBytes: 1024 * 1024,
  tokens: 2000,
  depth: 15,
  aliases: 30,
  directives: 10,
  fields: 1000,
  cost: 10_000,
  operations: 10,
  mutations: 5,
  jsonDepth: 20,
  jsonValues: 20_000,
});
