/**
 * Turns type-graphql classes into a federated subgraph. type-graphql's own schema cannot be printed for
 * federation, so the base schema is printed with its directives, given the federation header, and built again.
 */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type GraphQLSchema,
  Kind,
  buildASTSchema,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  lexicographicSortSchema,
  parse,
  specifiedDirectives,
} from 'graphql';
import type {
  GraphQLArgument,
  GraphQLDirective,
  GraphQLField,
  GraphQLInputField,
  GraphQLScalarType,
} from 'graphql';
import { type ClassType, type NonEmptyArray, buildSchemaSync, createResolversMap } from 'type-graphql';
import type { Dictionary } from '../dictionary/dictionary';
import { describeDeprecation, describeTerm } from '../dictionary/describe';
import { TERM_MARK } from './term-field';

/** Resolves a key, as another subgraph names an entity, to the entity; null when there is none. */
export type ReferenceResolver<C> = (reference: Readonly<Record<string, unknown>>, context: C) => unknown;

export interface SubgraphDeclaration<C> {
  readonly resolvers: NonEmptyArray<ClassType>;
  /** Every object type of this subgraph: type-graphql's metadata store is global, so none may be left to chance. */
  readonly types: readonly ClassType[];
  readonly scalars?: readonly { readonly type: ClassType | object; readonly scalar: GraphQLScalarType }[];
  readonly references: Readonly<Record<string, ReferenceResolver<C>>>;
  readonly dictionary: Dictionary;
  /** Adds to the schema what no class declares, before it is described and printed. */
  readonly transform?: (base: GraphQLSchema) => GraphQLSchema;
}

const DIRECTIVES_FILE = path.join('schema', 'directives', 'lotgraph.graphql');
const OWN_DIRECTIVES = ['@term', '@access', '@dualSignOff'];

const HEADER = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@inaccessible", "@tag", "@composeDirective"])
  @link(url: "https://specs.lotgraph.org/directives/v1.0", import: [${OWN_DIRECTIVES.map((name) => `"${name}"`).join(', ')}])
${OWN_DIRECTIVES.map((name) => `  @composeDirective(name: "${name}")`).join('\n')}
`;

/** Builds the SDL that is composed, sorted by name, and the schema that is executed. Throws when the classes do not form a schema. */
export function buildSubgraph<C>(
  root: string,
  declaration: SubgraphDeclaration<C>,
): { sdl: string; schema: GraphQLSchema } {
  const declared = buildSchemaSync({
    resolvers: declaration.resolvers,
    orphanedTypes: [...declaration.types],
    directives: readOwnDirectives(root),
    ...(declaration.scalars ? { scalarsMap: declaration.scalars as never } : {}),
    validate: false, // inputs are checked by scalars and services; class-validator would run on every object
    simpleResolvers: true,
  } as never);
  const base = declaration.transform?.(declared) ?? declared;
  addDescriptions(base, declaration.dictionary);

  const sdl = `${HEADER}\n${printSchemaWithDirectives(lexicographicSortSchema(base))}\n`;
  const resolvers = createResolversMap(base) as Record<string, Record<string, unknown>>;
  for (const [typeName, resolve] of Object.entries(declaration.references)) {
    resolvers[typeName] = { ...resolvers[typeName], __resolveReference: resolve };
  }
  return { sdl, schema: buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]) };
}

function readOwnDirectives(root: string): GraphQLDirective[] {
  const document = parse(readFileSync(path.join(root, DIRECTIVES_FILE), 'utf8'));
  const own = buildASTSchema(document, { assumeValid: true }).getDirectives();
  return [...specifiedDirectives, ...own.filter((one) => OWN_DIRECTIVES.includes(`@${one.name}`))];
}

/** Describes each field by its term, in both languages, so that introspection and GraphiQL show the dictionary. */
function addDescriptions(schema: GraphQLSchema, dictionary: Dictionary): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    const fields: readonly DescribedField[] = Object.values(type.getFields());
    for (const field of fields) {
      describe(field, dictionary);
      for (const argument of 'args' in field ? field.args : []) {
        markArgument(argument);
        describe(argument, dictionary);
      }
    }
  }
}

/** Turns the mark that `@TermArg` left in the description into the directive. */
function markArgument(argument: GraphQLArgument): void {
  if (argument.description?.startsWith(TERM_MARK) !== true) return;
  const directives = argument.description;
  argument.description = null;
  const type = argument.type.toString();
  const text = `input Holder { ${argument.name}: ${type} ${directives} }`;
  const [holder] = parse(text, { noLocation: true }).definitions;
  argument.astNode = holder?.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION ? holder.fields?.[0] : null;
}

function describe(place: DescribedField | GraphQLArgument, dictionary: Dictionary): void {
  const id = termIdOf(place.astNode?.directives);
  const term = id === undefined ? undefined : dictionary.find(id);
  if (!term) return;
  place.description = describeTerm(term);
  // GraphQL knows no deprecation of what must be given
  const required = !('args' in place) && isNonNullType(place.type);
  if (term.deprecation != null && !required)
    place.deprecationReason ??= describeDeprecation(term.deprecation);
}

type DescribedField = GraphQLField<unknown, unknown> | GraphQLInputField;

interface DirectiveLike {
  readonly name: { readonly value: string };
  readonly arguments?:
    | readonly {
        readonly name: { readonly value: string };
        readonly value: { readonly kind: string; readonly value?: unknown };
      }[]
    | undefined;
}

/** The term id that a field's `@term` names, if it has one. */
export function termIdOf(directives: readonly DirectiveLike[] | undefined): string | undefined {
  const term = directives?.find((directive) => directive.name.value === 'term');
  const id = term?.arguments?.find((argument) => argument.name.value === 'id')?.value.value;
  return typeof id === 'string' ? id : undefined;
}
