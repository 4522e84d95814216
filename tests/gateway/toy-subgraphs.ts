/** Two small federated subgraphs with every behaviour that the gateway must cope with, and their supergraph. */
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  visit,
} from 'graphql';
import { protectSubgraph } from '../../controls/access/protect-subgraph';
import { AccessDeniedError, LegacyUnavailableError, NotFoundError } from '../../platform/errors';
import type { Subgraph } from '../../platform/graphql/subgraph';
import type { RequestContext } from '../../platform/request';

const LINK = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@composeDirective"])
  @link(url: "https://specs.lotgraph.org/directives/v1.0", import: ["@term", "@access"])
  @composeDirective(name: "@term")
  @composeDirective(name: "@access")
directive @term(id: ID!) on FIELD_DEFINITION | INPUT_FIELD_DEFINITION | ARGUMENT_DEFINITION
directive @access(rule: ID!) on OBJECT | INTERFACE | FIELD_DEFINITION | ARGUMENT_DEFINITION`;

/** The SDL with a term on every field and argument: what has none is refused to everybody. */
function withTerms(sdl: string): string {
  const term = (id: string): ConstDirectiveNode => {
    const field = parse(`type T { f: Int @term(id: "${id}") }`).definitions[0] as ObjectTypeDefinitionNode;
    const [directive] = field.fields?.[0]?.directives ?? [];
    if (directive === undefined) throw new Error('no directive');
    return directive;
  };
  const marked = <N extends FieldDefinitionNode | InputValueDefinitionNode>(node: N): N => ({
    ...node,
    directives: [...(node.directives ?? []), term(`toy.${node.name.value}`)],
  });
  return print(
    visit(parse(sdl), {
      DirectiveDefinition: () => false,
      FieldDefinition: { leave: marked },
      InputValueDefinition: { leave: marked },
    }),
  );
}

const LOTS_SDL = withTerms(`${LINK}
type Query {
  lot(id: ID!): Lot
  lots(first: Int = 20): LotConnection
  allLots: [Lot!]
  now: String
  caller: String
  secretCrash: String
  missing: String
  denied: String
  erp: String
  slow(ms: Int!): String
}
type Mutation { rename(id: ID!, name: String!): Lot }
type LotConnection { nodes: [Lot!]! pageInfo: PageInfo! }
type PageInfo { hasNextPage: Boolean! }
type Lot @key(fields: "id") { id: ID! lotNumber: String! parent: Lot children(first: Int): LotConnection }
`);

const QUALITY_SDL = withTerms(`${LINK}
type Query { inspectionCount: Int }
type Lot @key(fields: "id") { id: ID! status: String inspections: [Inspection!] }
type Inspection { name: String! verdict: String }
`);

/** Counts what reached the resolvers. */
export interface ToyCounts {
  renames: number;
  contexts: number;
}

interface ToyContext {
  readonly request: RequestContext;
}

const lotOf = (id: string): object => ({ id, lotNumber: `LT-${id}` });
const page = (count: number): object => ({
  nodes: Array.from({ length: count }, (_, i) => lotOf(String(i + 1))),
  pageInfo: { hasNextPage: true },
});

export function toyLots(counts: ToyCounts = { renames: 0, contexts: 0 }): Subgraph {
  const source = (context: ToyContext, mode: 'COPY' | 'LIVE'): void =>
    context.request.sources.add({
      system: 'erp',
      mode,
      status: 'OK',
      ageSeconds: 4,
      stale: false,
      error: null,
    });
  return toy('lots', LOTS_SDL, counts, {
    Query: {
      lot: (_: unknown, { id }: { id: string }, context: ToyContext) => {
        source(context, 'COPY');
        return lotOf(id);
      },
      lots: (_: unknown, { first }: { first: number }) => page(Math.min(first, 50)),
      allLots: () => [lotOf('1'), lotOf('2')],
      now: (_: unknown, __: unknown, { request }: ToyContext) => new Date(request.now).toISOString(),
      caller: (_: unknown, __: unknown, { request }: ToyContext) =>
        `${request.caller.subject} ${request.language}`,
      secretCrash: () => {
        throw new Error('ER_PARSE: SELECT * FROM `tabBatch` at 10.1.2.3:3306 in /srv/app/lots.js');
      },
      missing: () => {
        throw new NotFoundError('There is no lot of that number.', { lotNumber: 'LT-9' });
      },
      denied: () => {
        throw new AccessDeniedError('You may not see this.', { coordinate: 'Query.denied' });
      },
      erp: () => {
        throw new LegacyUnavailableError('erp', 'connect ECONNREFUSED 10.1.2.3:3306', { retryable: true });
      },
      slow: async (_: unknown, { ms }: { ms: number }) => {
        await new Promise((resolve) => setTimeout(resolve, ms));
        return 'done';
      },
    },
    Mutation: {
      rename: (_: unknown, { id }: { id: string }) => {
        counts.renames += 1;
        return lotOf(id);
      },
    },
    Lot: {
      __resolveReference: ({ id }: { id: string }) => lotOf(id),
      parent: ({ id }: { id: string }) => lotOf(`${id}0`),
      children: (_: unknown, { first }: { first?: number }) => page(first ?? 2),
    },
  });
}

export function toyQuality(options: { hang?: boolean; counts?: ToyCounts } = {}): Subgraph {
  const never = new Promise<never>(() => undefined);
  return toy('quality', QUALITY_SDL, options.counts ?? { renames: 0, contexts: 0 }, {
    Query: { inspectionCount: () => (options.hang === true ? never : 7) },
    Lot: {
      __resolveReference: ({ id }: { id: string }, context: ToyContext) => {
        const state = {
          system: 'lims',
          mode: 'LIVE',
          status: 'STALE',
          ageSeconds: 90,
          stale: true,
          error: null,
        } as const;
        context.request.sources.add(state);
        return { id };
      },
      status: ({ id }: { id: string }) => (options.hang === true ? never : `RELEASED-${id}`),
      inspections: () => [{ name: 'sterility', verdict: 'PASS' }],
    },
  });
}

function toy(name: string, sdl: string, counts: ToyCounts, resolvers: object): Subgraph {
  const typeDefs = parse(sdl);
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]);
  return {
    name,
    sdl,
    schema,
    schemaFor: protectSubgraph(name, schema),
    createContext: (request): ToyContext => {
      counts.contexts += 1;
      return { request };
    },
  };
}

let composed: string | null = null;

/** The supergraph of the two, composed once a suite. */
export const toySupergraph = (): string => (composed ??= compose());

function compose(): string {
  const result = composeServices([
    { name: 'lots', url: 'http://lots.internal', typeDefs: parse(LOTS_SDL) },
    { name: 'quality', url: 'http://quality.internal', typeDefs: parse(QUALITY_SDL) },
  ]);
  if (result.supergraphSdl === undefined) throw new Error(result.errors.map((e) => e.message).join('\n'));
  return result.supergraphSdl;
}
