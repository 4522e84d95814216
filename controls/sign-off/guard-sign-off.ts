/**
 * Keeps a mutation that is marked `@dualSignOff` from ever running on one person's word. Until two signatures can
 * be taken, such a mutation refuses, whatever it is called by: alias, fragment, batch or introspected name.
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

/** Resolvers made here; a marked field with any other resolver is not enforced. */
const enforcing = new WeakSet<Resolver>();

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
    field.resolve = refusal(coordinate, action);
  }
  return schema;
}

/**
 * A process MUST call this before it serves: it throws ConfigError when a marked field has kept its own resolver.
 * MUST be called on the schema as `guardSignOff` left it, before other wrappers are put around its resolvers.
 */
export function assertSignOffEnforced(schema: GraphQLSchema): void {
  const open = findMarkedFields(schema).filter(
    ({ field }) => field.resolve === undefined || !enforcing.has(field.resolve),
  );
  if (open.length > 0)
    throw new ConfigError(
      open.map(({ coordinate, action }) => `${coordinate} runs ${action} without sign-off`),
    );
}

function refusal(coordinate: string, action: string): Resolver {
  const resolve: Resolver = () => {
    throw new GatewayError('SIGN_OFF_UNAVAILABLE', undefined, { coordinate, action });
  };
  enforcing.add(resolve);
  return resolve;
}

function actionOf(field: Field): string | null {
  const mark = field.astNode?.directives?.find((directive) => directive.name.value === 'dualSignOff');
  const action = mark?.arguments?.find((argument) => argument.name.value === 'action')?.value;
  return action?.kind === Kind.STRING ? action.value : mark ? '' : null;
}
