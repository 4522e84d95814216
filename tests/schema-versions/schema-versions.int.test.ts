/** The graph that clients were promised: compared, published, and not broken on one person's word. */
import { parse, print, visit } from 'graphql';
import { AuditEntryRow } from '../../controls/audit/audit-entry.entity';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import {
  type SchemaContent,
  schemaContentOf,
  versionOfSchema,
} from '../../controls/schema-versions/schema-content';
import type { RecordedOperation } from '../../controls/usage/usage-store';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { type AccessWorld, SUPERGRAPH, startAccessWorld } from '../access/access-world';
import { Cleanup } from '../gateway/toy-gateway';
import { codesOf, ask, dataOf } from '../support/ask-subgraph';
import { SigningPeople } from './signing-people';

jest.setTimeout(120_000);

const cleanup = new Cleanup();
let world: AccessWorld;
let governance: Subgraph;
let people: SigningPeople;
let running: SchemaContent;
let version: string;

beforeAll(async () => {
  world = await startAccessWorld(cleanup);
  const found = world.subgraphs.find(({ name }) => name === 'governance');
  if (found === undefined) throw new Error('no governance');
  governance = found;
  people = new SigningPeople(world, governance, {
    ing: 'integration-engineer',
    stew: 'data-steward',
    lead: 'qa-lead',
    ann: 'analyst',
  });
  await people.settle();
  running = await schemaContentOf(SUPERGRAPH, world.services.dictionary);
  version = versionOfSchema(running);
});
afterAll(() => cleanup.run());

/** The running graph as it was when it had more, or something else. */
const olderWith = (field: string, removals: Record<string, string> = {}): SchemaContent => ({
  sdl: running.sdl.replace(/^type Query \{$/m, `type Query {\n  ${field}`),
  removals,
});
const withoutField = (field: string): string =>
  print(
    visit(parse(running.sdl), {
      FieldDefinition: ({ name }) => (name.value === field ? null : undefined),
    }),
  );
const publishOlder = async (content: SchemaContent): Promise<void> => {
  const { schemas } = world.services.controls;
  const check = { changes: [], broken: [], tooEarly: [] };
  await schemas.publish(SYSTEM_ACTOR, { content, reason: 'as it was', check }, await current());
};
const current = async (): Promise<string | null> =>
  (await world.services.controls.schemas.current())?.version ?? null;
const operation = (text: string, app: string | null): RecordedOperation => ({
  ...{ id: `id-${text}`, name: 'Gone', app, registered: app !== null, text },
});

interface Check {
  schemaCheck: {
    version: string;
    base: string | null;
    breaking: boolean;
    changes: { level: string; coordinate: string | null; message: string }[];
    broken: { app: string | null; clients: string[]; problems: string[] }[];
    tooEarly: { coordinate: string; removeOn: string }[];
  };
}
const CHECK = `{ schemaCheck { version base breaking changes { level coordinate message }
  broken { app clients problems } tooEarly { coordinate removeOn } } }`;
const check = async (): Promise<Check['schemaCheck']> =>
  (await dataOf<Check>(governance, CHECK, {}, await people.requestOf('ing'))).schemaCheck;
const codes = (payload: { refusals: readonly { code: string }[] }): string[] =>
  payload.refusals.map(({ code }) => code);
const publish = (mutation: string, reason = 'because', which = version): string =>
  `${mutation}(version: "${which}", reason: "${reason}")`;

it('publishes the first graph on one word, with its entry and its record', async () => {
  expect(await check()).toMatchObject({ version, base: null, breaking: false, changes: [] });
  expect(codes(await people.act('ing', publish('publishCompatibleSchema', 'the first')))).toEqual([]);
  expect(await current()).toBe(version);
  const rows = await world.services.database.reader.find(AuditEntryRow);
  const entries = rows.map((row) => JSON.parse(row.body) as { action: string; records?: { type: string }[] });
  const entry = entries.find(({ action }) => action === 'schema.publish');
  expect(entry).toMatchObject({
    reason: 'the first',
    records: [{ type: 'schema', id: 'graph', version: 1 }],
  });
  const listed = '{ schemaVersions(first: 5) { nodes { number version reason publishedBy sdl } } }';
  expect(await dataOf(governance, listed, {}, await people.requestOf('ing'))).toMatchObject({
    schemaVersions: { nodes: [{ number: 1, version, reason: 'the first', publishedBy: 'ing' }] },
  });
});

it('refuses a graph that is published already, one that does not run, and one without a reason', async () => {
  expect(codes(await people.act('ing', publish('publishCompatibleSchema')))).toEqual(['NOTHING_TO_CHANGE']);
  const other = publish('publishCompatibleSchema', 'x', 'sha256:0');
  expect(codes(await people.act('ing', other))).toEqual(['NOT_FOUND']);
  await publishOlder({ sdl: withoutField('schemaCheck'), removals: {} });
  expect(codes(await people.act('ing', publish('publishCompatibleSchema', ' ')))).toEqual([
    'REASON_REQUIRED',
  ]);
  expect(codes(await people.act('ing', publish('publishCompatibleSchema')))).toEqual([]);
});

describe('a field that is gone', () => {
  beforeAll(async () => {
    await publishOlder(olderWith('gone(by: Int): String'));
    const { usage } = world.services.controls.schemas;
    const used = new Set(['Query.gone']);
    await usage.register([{ operation: operation('query Gone { gone }', 'labels'), coordinates: used }], 1);
    await usage.record(
      [
        {
          operation: operation('{gone(by:0)}', null),
          coordinates: used,
          client: 'printer',
          day: '2026-05-30',
          times: 3,
        },
        {
          operation: operation('{page', null),
          coordinates: used,
          client: 'broken',
          day: '2026-05-30',
          times: 1,
        },
      ],
      1,
    );
  });

  it('is breaking, and names the operations that it breaks with those who run them', async () => {
    const found = await check();
    expect(found.breaking).toBe(true);
    expect(found.changes[0]).toMatchObject({ level: 'BREAKING', coordinate: 'Query.gone' });
    expect(found.broken).toEqual([
      { app: 'labels', clients: [], problems: ['Cannot query field "gone" on type "Query".'] },
      { app: null, clients: ['printer'], problems: ['Cannot query field "gone" on type "Query".'] },
    ]);
  });

  it('is not published on one word', async () => {
    const before = await current();
    expect(codes(await people.act('stew', publish('publishCompatibleSchema')))).toEqual(['SIGN_OFF_NEEDED']);
    expect(await current()).toBe(before);
  });

  it('is published once two people have signed, and not before', async () => {
    const before = await current();
    const { signOff } = await people.act('ing', publish('publishSchema', 'nobody needs it'));
    const id = signOff?.id ?? '';
    await people.sign('ing', 'signPublishSchema', id);
    expect(await current()).toBe(before);
    const done = await people.sign('lead', 'signPublishSchema', id);
    expect(done.signOff?.status).toBe('EXECUTED');
    expect(await current()).toBe(version);
    expect(await check()).toMatchObject({ base: version, breaking: false, changes: [] });
  });

  it('is refused to everybody before the day that was announced for it', async () => {
    await publishOlder(olderWith('old: String', { 'Query.old': '2026-06-02', 'Query.lots': '2026-06-02' }));
    expect((await check()).tooEarly).toEqual([{ coordinate: 'Query.old', removeOn: '2026-06-02' }]);
    for (const mutation of ['publishCompatibleSchema', 'publishSchema'])
      expect(codes(await people.act('ing', publish(mutation)))).toEqual(['SCHEMA_REMOVED_TOO_EARLY']);
    await publishOlder(olderWith('old: String', { 'Query.old': '2026-06-01' }));
    expect((await check()).tooEarly).toEqual([]);
    expect(codes(await people.act('ing', publish('publishSchema')))).toEqual([]);
  });
});

it('lets nobody publish who may not', async () => {
  const source = `mutation { ${publish('publishCompatibleSchema')} { refusals { code } } }`;
  const answer = await ask(governance, source, {}, await people.requestOf('ann'));
  expect(codesOf(answer)[0]).toMatch(/ACCESS_DENIED/);
});

it('takes no version as a base that SQL slipped in', async () => {
  const { database, controls } = world.services;
  await database.write(async (manager) => {
    const [row] = await manager.query<Record<string, unknown>[]>(
      'SELECT * FROM graph_schema_version ORDER BY seq DESC LIMIT 1',
    );
    const forged = { ...row, seq: Number(row?.['seq']) + 1 };
    const names = Object.keys(forged);
    await manager.query(
      `INSERT INTO graph_schema_version (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
      Object.values(forged),
    );
  });
  await expect(controls.schemas.current()).rejects.toThrow('without a record of ours');
});
