/**
 * What permissions cost: a 1,000-row answer of one subgraph on the schema of an analyst, against the same schema
 * without permissions, and against graphql-shield put around every field as its manual says. In turn, medians.
 * `--rows=1000 --rounds=40`.
 */
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type ExecutionResult, type GraphQLSchema, execute, isObjectType, parse } from 'graphql';
import { applyMiddleware } from 'graphql-middleware';
import { allow, deny, rule, shield } from 'graphql-shield';
import { toId } from '../canonical/ids';
import { CANONICAL_ENTITIES, CANONICAL_MIGRATIONS } from '../canonical/schema';
import { compilePolicy, readPolicyTexts } from '../controls/access/compile-policy';
import { CompiledPolicy } from '../controls/access/compiled-policy';
import { OperationJudge } from '../controls/access/operation-judge';
import { versionOf } from '../controls/access/policy-content';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../controls/schema';
import type { AccessProfile } from '../platform/access';
import { Database } from '../platform/database/database';
import { loadDictionary } from '../platform/dictionary/dictionary';
import type { Subgraph } from '../platform/graphql/subgraph';
import { KIT_LOT, fillLotWorld } from '../tests/lots/lot-world';
import { lotsSubgraph } from '../tests/lots/lots-subgraph';
import { ROOT, requestContext } from '../tests/support/ask-subgraph';
import { createTestDatabase } from '../tests/support/databases';
import { type BenchRow, option, report, say } from './lib/report';

const ROWS = Number(option('rows', '1000'));
const ROUNDS = Number(option('rounds', '40'));
const GOAL = 1.3;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** An analyst under the policy that is shipped. */
function analyst(): AccessProfile {
  const dictionary = loadDictionary(path.join(ROOT, 'schema/dictionary/terms'));
  const content = compilePolicy(ROOT, readPolicyTexts(ROOT), dictionary);
  return new CompiledPolicy(versionOf(content), content).profile(['analyst']);
}

/** Shield around every field, with a synchronous rule on each and no cache: what its manual leads to. */
function shieldEverything(base: GraphQLSchema): GraphQLSchema {
  const tree: Record<string, Record<string, typeof allow>> = {};
  for (const type of Object.values(base.getTypeMap()).filter(isObjectType)) {
    if (type.name.startsWith('_')) continue;
    const yes = rule(`bench:${type.name}`, { cache: 'no_cache' })(() => true) as unknown as typeof allow;
    tree[type.name] = Object.fromEntries(Object.keys(type.getFields()).map((field) => [field, yes]));
  }
  const query = tree['Query'] ?? {};
  tree['Query'] = { ...query, _entities: allow, _service: allow };
  return applyMiddleware(base, shield(tree, { fallbackRule: deny }));
}

const QUERIES = {
  'values of the row':
    '... on Lot { id lotNumber manufacturedOn expiresOn expiryPrecision sterilizationLoad mastered supplierLotNumber }',
  'values and objects':
    '... on Lot { id lotNumber expiresOn item { id code name uom } supplier { code } producedQuantity { amount uom } usable holds { kind } }',
} as const;

async function run(
  subgraph: Subgraph,
  schema: GraphQLSchema,
  fields: string,
  access: AccessProfile,
): Promise<void> {
  const context = subgraph.createContext({ ...requestContext(), access });
  const result: ExecutionResult = await execute({
    schema,
    document: documentOf(fields),
    variableValues: { r: REFERENCES },
    contextValue: context,
  });
  const rows = (result.data as { _entities: unknown[] } | null | undefined)?._entities;
  if (result.errors !== undefined || rows?.length !== ROWS)
    throw new Error(result.errors?.[0]?.message ?? 'no rows');
}

const REFERENCES = Array.from({ length: ROWS }, (_, index) => ({
  __typename: 'Lot',
  id: toId('lot', KIT_LOT + index),
}));
const documents = new Map<string, ReturnType<typeof parse>>();
function documentOf(fields: string): ReturnType<typeof parse> {
  const known =
    documents.get(fields) ?? parse(`query ($r: [_Any!]!) { _entities(representations: $r) { ${fields} } }`);
  documents.set(fields, known);
  return known;
}

async function benchSubgraph(subgraph: Subgraph, access: AccessProfile): Promise<BenchRow[]> {
  const schemas = {
    plain: subgraph.schema,
    ours: subgraph.schemaFor({ access }),
    naive: shieldEverything(subgraph.schema),
  };
  const rows: BenchRow[] = [];
  for (const [name, fields] of Object.entries(QUERIES)) {
    const times: Record<keyof typeof schemas, number[]> = { plain: [], ours: [], naive: [] };
    for (let round = -5; round < ROUNDS; round += 1) {
      for (const variant of ['plain', 'ours', 'naive'] as const) {
        const start = performance.now();
        await run(subgraph, schemas[variant], fields, access);
        if (round >= 0) times[variant].push(performance.now() - start);
      }
    }
    const [plain, ours, naive] = [median(times.plain), median(times.ours), median(times.naive)];
    const label = `${ROWS} lots, ${name}`;
    rows.push({ name: label, ours, other: plain, unit: 'ms', ratio: ours / plain, goal: `≤ ${GOAL}` });
    rows.push({
      name: `${label}: shield on every field`,
      ours: naive,
      other: plain,
      unit: 'ms',
      ratio: naive / plain,
      goal: 'for reference',
    });
  }
  return rows;
}

/** What the gateway adds to an operation by judging it: new to it, and known already. */
function benchJudge(access: AccessProfile): void {
  const judge = OperationJudge.ofSupergraph(
    readFileSync(path.join(ROOT, 'schema/generated/supergraph.graphql'), 'utf8'),
  );
  const text = readFileSync(path.join(ROOT, 'docs/examples/one-screen.graphql'), 'utf8');
  const first: number[] = [];
  const again: number[] = [];
  const variables = { item: 'KIT-1001', lotNumber: 'LT000' };
  for (let round = 0; round < 200; round += 1) {
    const operation = { document: parse(text), operationName: undefined, variables };
    let start = performance.now();
    judge.judge(operation, access);
    first.push(performance.now() - start);
    start = performance.now();
    judge.judge(operation, access);
    again.push(performance.now() - start);
  }
  say(
    `judging the one-screen query: ${median(first).toFixed(3)} ms when new, ${median(again).toFixed(4)} ms when known`,
  );
}

async function main(): Promise<void> {
  const made = await createTestDatabase('sqlite', 'permissions');
  const database = await Database.open({
    url: made.url,
    entities: [...CONTROLS_ENTITIES, ...CANONICAL_ENTITIES],
    migrations: [...CONTROLS_MIGRATIONS, ...CANONICAL_MIGRATIONS],
    migrate: true,
  });
  try {
    await fillLotWorld(database, ROWS);
    const access = analyst();
    const subgraph = lotsSubgraph(database);
    const start = performance.now();
    subgraph.schemaFor({ access });
    say(`making the schema of a profile: ${(performance.now() - start).toFixed(0)} ms, once`);
    report(await benchSubgraph(subgraph, access));
    benchJudge(access);
  } finally {
    await database.close();
    await made.drop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
