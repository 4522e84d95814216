/** Enums of the graph, made from the lists of codes that the record types allow. */
import { registerEnumType } from 'type-graphql';

/** Registers the codes as the enum `name`, and gives what `@TermField` takes as its type. */
export function enumOf(name: string, codes: readonly string[]): Record<string, string> {
  const values = Object.freeze(Object.fromEntries(codes.map((code) => [code, code])));
  registerEnumType(values, { name });
  return values;
}
