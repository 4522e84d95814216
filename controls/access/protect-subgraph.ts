/**
 * The schema of a subgraph as one profile may use it. graphql-shield wraps every field, with deny where no rule
 * stands; then only the fields that the profile may read without a condition get their own resolver back, so that
 * reading costs nothing. Rules are synchronous, decide by the profile alone, and are never cached by shield.
 */
import { type GraphQLFieldResolver, type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql';
import { applyMiddleware } from 'graphql-middleware';
import { allow, deny, rule, shield } from 'graphql-shield';
import { LRUCache } from 'lru-cache';
import type { AccessProfile } from '../../platform/access';
import { AccessDeniedError } from '../../platform/errors';
import { assertSignOffEnforced } from '../sign-off/guard-sign-off';
import { argumentsAreOpen, closedArguments } from './argument-access';
import { type OutputField, decide, decideField, isMutation, needsOfType } from './field-access';

/** Profiles in use at one time; a deployment has some dozens of combinations of roles. */
const MOST_SCHEMAS = 64;

/** How a field of the profile's schema is resolved. */
type Way = 'open' | 'masked' | 'judged' | 'closed';

/** The schema that a request may be executed on. */
export type SchemaFor = (request: { readonly access: AccessProfile }) => GraphQLSchema;

/** Schemas by profile; `name` is the subgraph's, so that the rules of two subgraphs are never taken for each other. */
export function protectSubgraph(name: string, schema: GraphQLSchema): SchemaFor {
  const schemas = new LRUCache<string, GraphQLSchema>({ max: MOST_SCHEMAS });
  return ({ access: profile }) => {
    const known = schemas.get(profile.key);
    if (known !== undefined) return known;
    const made = schemaOfProfile(name, schema, profile);
    schemas.set(profile.key, made);
    return made;
  };
}

function schemaOfProfile(name: string, base: GraphQLSchema, profile: AccessProfile): GraphQLSchema {
  const ways = new Map<string, Way>();
  const tree: Record<string, Record<string, ReturnType<ReturnType<typeof rule>> | typeof allow>> = {};
  for (const type of objectTypes(base)) {
    const rules: (typeof tree)[string] = (tree[type.name] = {});
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      const way = wayOf(profile, type, field);
      ways.set(coordinate, way);
      rules[field.name] =
        way === 'open'
          ? allow
          : rule(`${name}:${coordinate}`, { cache: 'no_cache' })(verdict(profile, type, field, way));
    }
  }
  const wrapped = applyMiddleware(
    base,
    shield(tree, { fallbackRule: deny, fallbackError: keepError as never, allowExternalErrors: false }),
  );
  for (const type of objectTypes(wrapped)) {
    restore(type, base, ways);
    closeReferences(type, profile);
  }
  assertSignOffEnforced(wrapped, { wrapped: true });
  return wrapped;
}

function objectTypes(schema: GraphQLSchema): GraphQLObjectType[] {
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith('__'));
}

/** What the gateway itself asks of every subgraph; it says nothing about data. */
const FEDERATION: ReadonlySet<string> = new Set(['Query._service', 'Query._entities', '_Service.sdl']);

function wayOf(profile: AccessProfile, type: GraphQLObjectType, field: OutputField): Way {
  if (FEDERATION.has(`${type.name}.${field.name}`)) return 'open';
  const decision = decideField(profile, type, field);
  if (decision === 'DENY') return 'closed';
  if (argumentsAreOpen(profile, field, isMutation(type))) return decision === 'READ' ? 'open' : 'masked';
  return decision === 'READ' ? 'judged' : 'closed';
}

type Verdict = (parent: unknown, args: Record<string, unknown>) => true | Error;

function verdict(profile: AccessProfile, type: GraphQLObjectType, field: OutputField, way: Way): Verdict {
  const coordinate = `${type.name}.${field.name}`;
  if (way !== 'judged') return () => refusal([coordinate]);
  return (_parent, args) => {
    const closed = closedArguments(profile, coordinate, field, args, isMutation(type));
    return closed.length === 0 ? true : refusal(closed);
  };
}

function refusal(coordinates: readonly string[]): AccessDeniedError {
  return new AccessDeniedError(`You may not use ${coordinates.join(', ')}.`, { coordinates });
}

/** Shield would make "Not Authorised!" of every outage; an error stays what it is, and no verdict is a refusal. */
function keepError(error: unknown, _parent: unknown, _args: unknown, _context: unknown, info: Info): Error {
  if (error === null || error === undefined) return refusal([`${info.parentType.name}.${info.fieldName}`]);
  return error instanceof Error ? error : new Error('a resolver threw what is no error', { cause: error });
}

interface Info {
  readonly parentType: { readonly name: string };
  readonly fieldName: string;
}

type Resolver = GraphQLFieldResolver<unknown, unknown>;
const toNull: Resolver = () => null;

/** Gives the resolvers back, of fields that are explicitly and unconditionally open and of no others. */
function restore(type: GraphQLObjectType, base: GraphQLSchema, ways: ReadonlyMap<string, Way>): void {
  const original = base.getType(type.name);
  if (!isObjectType(original)) return;
  for (const field of Object.values(type.getFields())) {
    const way = ways.get(`${type.name}.${field.name}`);
    if (way === 'masked') field.resolve = toNull;
    if (way !== 'open') continue;
    const own = original.getFields()[field.name];
    if (own === undefined) continue;
    if (own.resolve === undefined) delete field.resolve;
    else field.resolve = own.resolve;
  }
}

interface SubgraphExtensions {
  apollo?: { subgraph?: { resolveReference?: () => unknown } };
}

/** Without the type's rule not even whether an entity exists is told, by whatever door it is asked for. */
function closeReferences(type: GraphQLObjectType, profile: AccessProfile): void {
  const { apollo } = type.extensions as SubgraphExtensions;
  if (apollo?.subgraph?.resolveReference === undefined) return;
  if (needsOfType(type).every((need) => decide(profile, need) === 'READ')) return;
  const refuse = (): Promise<never> => Promise.reject(refusal([type.name]));
  type.extensions = {
    ...type.extensions,
    apollo: { ...apollo, subgraph: { ...apollo.subgraph, resolveReference: refuse } },
  };
}
