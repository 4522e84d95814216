/**
 * Keeps a mutation that is marked `@dualSignOff` from ever running on one person's word. Its author's resolver is
 * replaced: by the engine, which proposes instead, or where there is none by a refusal, whatever the mutation is
 * called by: alias, fragment, batch or introspected name.
 */
import {
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  Kind,
  isObjectType,
} from 'graphql';
import { ConfigError, GatewayError } from '../../platform/errors';

type Field = GraphQLField<unknown, unknown>;
type Resolver = GraphQLFieldResolver<unknown, unknown>;

export interface MarkedField {
  /** `Mutation.releaseLot`. */
  readonly coordinate: string;
  /** What is signed for, e.g. `lot.release`. */
  readonly action: string;
  readonly field: Field;
}

/** Resolvers made by the engine or the guard; a marked field with any other resolver is not enforced. */
const enforcing = new WeakSet<Resolver>();

/** Key in a field's extensions; they survive wrappers that make a new schema around the resolvers. */
const MARK = 'lotgraphSignOff';
/** Marks that were put on fields here; no other value counts. */
const marks = new WeakSet();

/** Makes `resolve` the field's resolver and vouches for it: MUST be given resolvers that never run the act themselves. */
export function enforceOn(field: Field, resolve: Resolver): void {
  const mark = Object.freeze({ field: field.name });
  marks.add(mark);
  enforcing.add(resolve);
  field.resolve = resolve;
  field.extensions = { ...field.extensions, [MARK]: mark };
}

/** The mark that `enforceOn` put on a field; the same object in every schema that was made from it. */
export function markOf(field: Field): object | null {
  const mark = field.extensions[MARK];
  return typeof mark === 'object' && mark !== null && marks.has(mark) ? mark : null;
}

/** Every field of the schema that needs two signatures. */
export function findMarkedFields(schema: GraphQLSchema): MarkedField[] {
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) =>
      Object.values(type.getFields()).flatMap((field) => {
        const action = actionOf(field);
        return action === null ? [] : [{ coordinate: `${type.name}.${field.name}`, action, field }];
      }),
    );
}

/** Replaces the resolver of every marked field by one that refuses; returns the schema, changed in place. */
export function guardSignOff(schema: GraphQLSchema): GraphQLSchema {
  for (const { coordinate, action, field } of findMarkedFields(schema)) {
    enforceOn(field, refusal(coordinate, action));
  }
  return schema;
}

/**
 * A process MUST call this before it serves: it throws ConfigError when a marked field has kept its own resolver, or
 * has no signing mutation beside it. Once other wrappers were put around the resolvers (`wrapped`), the marks tell.
 */
export function assertSignOffEnforced(
  schema: GraphQLSchema,
  options: { readonly wrapped?: boolean } = {},
): void {
  const isEnforced = (field: Field | undefined): boolean =>
    field !== undefined &&
    markOf(field) !== null &&
    (options.wrapped === true || (field.resolve !== undefined && enforcing.has(field.resolve)));
  const mutations = schema.getMutationType()?.getFields() ?? {};
  const problems = findMarkedFields(schema).flatMap(({ coordinate, action, field }) => {
    if (!isEnforced(field)) return [`${coordinate} runs ${action} without sign-off`];
    const refuses = field.resolve !== undefined && refusing.has(field.resolve);
    const twin = signingNameOf(field.name);
    return refuses || isEnforced(mutations[twin]) ? [] : [`${coordinate} has no ${twin} to sign it with`];
  });
  if (problems.length > 0) throw new ConfigError(problems);
}

/** `releaseLot` → `signReleaseLot`. */
export function signingNameOf(mutation: string): string {
  return `sign${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
}

/** Resolvers that only refuse: nothing needs to be signed there. */
const refusing = new WeakSet<Resolver>();

function refusal(coordinate: string, action: string): Resolver {
  const resolve: Resolver = () => {
    throw new GatewayError('SIGN_OFF_UNAVAILABLE', undefined, { coordinate, action });
  };
  refusing.add(resolve);
  return resolve;
}

function actionOf(field: Field): string | null {
  const mark = field.astNode?.directives?.find((directive) => directive.name.value === 'dualSignOff');
  const action = mark?.arguments?.find((argument) => argument.name.value === 'action')?.value;
  return action?.kind === Kind.STRING ? action.value : mark ? '' : null;
}
