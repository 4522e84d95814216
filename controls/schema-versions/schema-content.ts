/** What is published of a graph: the schema that clients see, and until when each deprecated place of it stays. */
import { type GraphQLSchema, buildSchema, lexicographicSortSchema, parse, printSchema } from 'graphql';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import type * as ApiSchema from '../../platform/graphql/api-schema';
import { coordinatesIn } from '../../platform/graphql/term-coordinates';
import { digestOfJson } from '../integrity/digest';

export interface SchemaContent {
  /** The API schema, sorted. */
  readonly sdl: string;
  /** Coordinate → day (`YYYY-MM-DD`) before which it MUST NOT go. */
  readonly removals: Readonly<Record<string, string>>;
}

const contents = new WeakMap<Dictionary, { readonly supergraph: string; readonly content: SchemaContent }>();

/** Throws ConfigError when the supergraph cannot be served. The last content is remembered. */
export async function schemaContentOf(supergraphSdl: string, dictionary: Dictionary): Promise<SchemaContent> {
  // loaded when it is asked for: a subgraph's process does without
  const known = contents.get(dictionary);
  if (known?.supergraph === supergraphSdl) return known.content;
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { apiSchemaOf } = require('../../platform/graphql/api-schema') as typeof ApiSchema;
  const api = await apiSchemaOf(supergraphSdl);
  const content = {
    sdl: printSchema(lexicographicSortSchema(api)),
    removals: removalsIn(supergraphSdl, dictionary),
  };
  contents.set(dictionary, { supergraph: supergraphSdl, content });
  return content;
}

export const versionOfSchema = (content: SchemaContent): string => digestOfJson(content);

/** The schema of a content. */
export const schemaOf = ({ sdl }: SchemaContent): GraphQLSchema => buildSchema(sdl, { assumeValidSDL: true });

function removalsIn(supergraphSdl: string, dictionary: Dictionary): Record<string, string> {
  const places = coordinatesIn(parse(supergraphSdl, { noLocation: true }));
  const removals = dictionary
    .list()
    .flatMap(({ id, deprecation }) =>
      deprecation === null
        ? []
        : (places.get(id) ?? []).map((coordinate) => [coordinate, deprecation.removeOn] as const),
    );
  return Object.fromEntries(removals.sort(([a], [b]) => (a < b ? -1 : 1)));
}
