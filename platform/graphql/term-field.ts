/** `@TermField`: a graph field together with the dictionary term that says what it means. */
import { Directive, Field } from 'type-graphql';

type ReturnTypeThunk = Parameters<typeof Field>[0];

export interface TermFieldOptions {
  /** Fields are nullable unless said otherwise: a source that is down must cost only its own fields. */
  readonly nullable?: boolean | 'items' | 'itemsAndList';
  readonly name?: string;
  readonly deprecationReason?: string;
}

/**
 * Declares a graph field that exposes the dictionary term `term`; its description is taken from the dictionary
 * when the schema is built. Example: `@TermField(() => String, 'lot.lotNumber', { nullable: false })`.
 */
export function TermField(
  returns: ReturnTypeThunk & (() => unknown),
  term: string,
  options: TermFieldOptions = {},
): PropertyDecorator & MethodDecorator {
  const field = Field(returns as never, { nullable: true, ...options } as never) as MethodDecorator &
    PropertyDecorator;
  const directive = termDirective(term);
  return (target: object, key: string | symbol, descriptor?: PropertyDescriptor) => {
    field(target, key, descriptor as never);
    directive(target, key, descriptor as never);
  };
}

/** The bare directive, for queries, mutations and field resolvers that type-graphql declares by their own decorators. */
export function termDirective(term: string): PropertyDecorator & MethodDecorator {
  return Directive(`@term(id: "${term}")`) as PropertyDecorator & MethodDecorator;
}
