/** `@TermField` and its kin: parts of the graph together with the dictionary term that says what they mean. */
import 'reflect-metadata';
import { Arg, Directive, Field, FieldResolver, Mutation, Query } from 'type-graphql';

/** Names the type that a field returns; written out, since decorator metadata is off. */
export type ReturnsThunk = () => unknown;

export interface TermFieldOptions {
  /** Fields are nullable unless said otherwise: a source that is down must cost only its own fields. */
  readonly nullable?: boolean | 'items' | 'itemsAndList';
  readonly name?: string;
  /** Default of an input field. */
  readonly defaultValue?: unknown;
  readonly deprecationReason?: string;
}

type AnyFieldDecorator = (returns: never, options: never) => unknown;

function withTerm(
  decorator: AnyFieldDecorator,
  returns: ReturnsThunk,
  term: string,
  options: TermFieldOptions,
): PropertyDecorator & MethodDecorator {
  const declare = decorator(returns as never, { nullable: true, ...options } as never) as MethodDecorator;
  const directive = termDirective(term) as MethodDecorator;
  return (target: object, key: string | symbol, descriptor?: PropertyDescriptor) => {
    declare(target, key, descriptor as never);
    directive(target, key, descriptor as never);
  };
}

/**
 * Declares a graph field that exposes the dictionary term `term`; its description is taken from the dictionary
 * when the schema is built. Example: `@TermField(() => String, 'lot.lotNumber', { nullable: false })`.
 */
export function TermField(
  returns: ReturnsThunk,
  term: string,
  options: TermFieldOptions = {},
): PropertyDecorator & MethodDecorator {
  return withTerm(Field as AnyFieldDecorator, returns, term, options);
}

/** Declares a field that a resolver class resolves: `@TermFieldResolver(() => ItemType, 'lot.item')`. */
export function TermFieldResolver(
  returns: ReturnsThunk,
  term: string,
  options: TermFieldOptions = {},
): MethodDecorator {
  return withTerm(FieldResolver as AnyFieldDecorator, returns, term, options);
}

/** Declares a query; its term is of type `operation`. */
export function TermQuery(
  returns: ReturnsThunk,
  term: string,
  options: TermFieldOptions = {},
): MethodDecorator {
  return withTerm(Query as AnyFieldDecorator, returns, term, options);
}

/** Declares a mutation; its term is of type `operation`. */
export function TermMutation(
  returns: ReturnsThunk,
  term: string,
  options: TermFieldOptions = {},
): MethodDecorator {
  return withTerm(Mutation as AnyFieldDecorator, returns, term, options);
}

export interface TermArgOptions {
  readonly nullable?: boolean;
  /** Access rule that giving the argument needs besides the term. */
  readonly rule?: string;
  readonly defaultValue?: unknown;
}

/**
 * Declares an argument that holds, or chooses by, values of the term: `@TermArg('lotNumber', () => String,
 * 'lot.lotNumber')`. Who may not read the term may not give the argument. In an `@ArgsType()`, use `@TermField`.
 */
export function TermArg(
  name: string,
  returns: ReturnsThunk,
  term: string,
  options: TermArgOptions = {},
): ParameterDecorator {
  // type-graphql loses directives on arguments of field resolvers; the description gets through, and is replaced later
  const { rule, ...rest } = options;
  const description = `${TERM_MARK}(id: "${term}")${rule === undefined ? '' : ` @access(rule: "${rule}")`}`;
  return Arg(name, returns as never, { ...rest, description } as never) as ParameterDecorator;
}

/** Begins the description of an argument until its subgraph is built. */
export const TERM_MARK = '@term';

/** The bare directive, for what is declared by a decorator of its own. */
export function termDirective(term: string): PropertyDecorator & MethodDecorator {
  return Directive(`@term(id: "${term}")`);
}

/** Names the access rule of an object type. */
export function AccessRule(rule: string): ClassDecorator {
  return Directive(`@access(rule: "${rule}")`);
}
