/** Alarms in the graph: listed in pages, settled with refusals in the caller's language. */
import { CANONICAL_ENTITIES, CANONICAL_MIGRATIONS } from '../../canonical/schema';
import type { Database } from '../../platform/database/database';
import type { SubgraphServices } from '../../canonical/subgraph-services';
import type { Subgraph } from '../../platform/graphql/subgraph';
import type { RequestContext } from '../../platform/request';
import { createGovernanceSubgraph } from '../../subgraphs/governance/subgraph';
import { ask, codesOf, dataOf, requestContext, subgraphServices } from '../support/ask-subgraph';
import { describeEachDatabase } from '../support/databases';
import { tableReads } from '../support/table-reads';
import { type AlarmWorld, MINUTE, TABLES, openAlarmWorld } from './alarm-world';

const ACKNOWLEDGE =
  'mutation ($id: ID!) { acknowledgeAlarm(id: $id, comment: "on it") { alarm { state } refusals { code message } } }';

/** A caller of that account, as a person of their own. */
function by(subject: string, language: 'en' | 'zh' = 'en'): RequestContext {
  const request = requestContext(language);
  return { ...request, caller: { ...request.caller, subject, person: subject } };
}

interface Listed {
  readonly alarms: {
    readonly nodes: readonly { readonly id: string; readonly openedAt: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}

describeEachDatabase('alarms in the graph', (open) => {
  let database: Database;
  let world: AlarmWorld;
  let governance: Subgraph;
  let services: SubgraphServices;

  beforeAll(async () => {
    database = await open({
      entities: [...TABLES.entities, ...CANONICAL_ENTITIES],
      migrations: [...TABLES.migrations, ...CANONICAL_MIGRATIONS],
    });
    world = openAlarmWorld({ database });
    services = subgraphServices(database, tableReads(database));
    governance = createGovernanceSubgraph(services);
    for (let n = 0; n < 5; n += 1) {
      await world.act({ action: 'signOff.breakGlass' });
      // two alarms of one instant, so that pages must go by more than time
      if (n !== 2) world.clock.set(world.clock.now() + MINUTE);
      await world.turn();
    }
  });

  const idOf = async (n: number): Promise<string> => (await world.rows())[n]?.id ?? '';

  test('lists alarms newest first, each once over all pages', async () => {
    const query = `query ($after: String) { alarms(first: 2, after: $after) { nodes { id openedAt } pageInfo { hasNextPage endCursor } } }`;
    const seen: { id: string; openedAt: string }[] = [];
    for (let after: string | null = null; ;) {
      const { alarms }: Listed = await dataOf<Listed>(governance, query, { after });
      seen.push(...alarms.nodes);
      if (!alarms.pageInfo.hasNextPage) break;
      after = alarms.pageInfo.endCursor;
    }
    expect(new Set(seen.map(({ id }) => id)).size).toBe(5);
    const instants = seen.map(({ openedAt }) => openedAt);
    expect(instants).toEqual([...instants].sort().reverse());
  });

  test('refuses a cursor of another filter', async () => {
    const { alarms } = await dataOf<Listed>(governance, '{ alarms(first: 1) { pageInfo { endCursor } } }');
    const other =
      'query ($after: String) { alarms(filter: { states: [OPEN] }, after: $after) { nodes { id } } }';
    const result = await ask(governance, other, { after: alarms.pageInfo.endCursor });
    expect(codesOf(result)).toEqual(['INVALID_INPUT']);
  });

  test('shows an alarm with its entries, and that it reached nobody', async () => {
    const query = `query ($id: ID!) { alarm(id: $id) { ruleId severity state occurrences action entries
      deliveries { recipient channel state error attempts level } } }`;
    const { alarm } = await dataOf<{ alarm: { entries: string[] } }>(governance, query, {
      id: await idOf(0),
    });
    expect(alarm).toMatchObject({
      ...{
        ruleId: 'break-glass',
        severity: 'CRITICAL',
        state: 'OPEN',
        occurrences: 1,
        action: 'signOff.breakGlass',
      },
      deliveries: [
        { recipient: 'quality', channel: '-', state: 'GIVEN_UP', error: 'NO_CHANNEL', attempts: 0, level: 0 },
      ],
    });
    expect(alarm.entries).toHaveLength(1);
  });

  test('loads entries and deliveries of all alarms with one statement each', async () => {
    // which rules are in force is looked up once a second
    await services.controls.alarmRules.current();
    const before = database.statementCount;
    await dataOf(governance, '{ alarms { nodes { rule { id } entries deliveries { state } } } }');
    expect(database.statementCount - before).toBe(3);
  });

  test('an alarm that is not there is null, and its settlement is NOT_FOUND', async () => {
    expect(await dataOf(governance, '{ alarm(id: "x") { id } }')).toEqual({ alarm: null });
    expect(codesOf(await ask(governance, ACKNOWLEDGE, { id: 'x' }))).toEqual(['NOT_FOUND']);
  });

  test('acknowledges once, and tells the next in their language that it is settled', async () => {
    const id = await idOf(1);
    expect(await dataOf(governance, ACKNOWLEDGE, { id }, by('boss'))).toEqual({
      acknowledgeAlarm: { alarm: { state: 'ACKNOWLEDGED' }, refusals: [] },
    });
    expect(await dataOf(governance, ACKNOWLEDGE, { id }, by('other', 'zh'))).toEqual({
      acknowledgeAlarm: {
        alarm: { state: 'ACKNOWLEDGED' },
        refusals: [{ code: 'ALARM_SETTLED', message: '该告警已被确认或关闭。' }],
      },
    });
  });

  test('refuses the one whose act it is', async () => {
    const result = await dataOf(governance, ACKNOWLEDGE, { id: await idOf(2) }, by('person-1'));
    expect(result).toMatchObject({
      acknowledgeAlarm: { alarm: { state: 'OPEN' }, refusals: [{ code: 'ALARM_OWN_ACT' }] },
    });
  });

  test('a reason of blanks settles nothing', async () => {
    const close = 'mutation ($id: ID!) { closeAlarm(id: $id, reason: "  ") { alarm { state } } }';
    expect(codesOf(await ask(governance, close, { id: await idOf(3) }, by('boss')))).toEqual([
      'INVALID_INPUT',
    ]);
  });

  test('silences a rule, and shows until when', async () => {
    const silence = (rule: string) =>
      `mutation { suppressAlarm(rule: "${rule}", until: "2026-06-01T04:00:00Z", reason: "drill") { rule { id silentUntil } refusals { code } } }`;
    expect(await dataOf(governance, silence('bulk-read'), {}, by('boss'))).toEqual({
      suppressAlarm: { rule: { id: 'bulk-read', silentUntil: '2026-06-01T04:00:00.000Z' }, refusals: [] },
    });
    expect(await dataOf(governance, silence('break-glass'), {}, by('boss'))).toEqual({
      suppressAlarm: {
        rule: { id: 'break-glass', silentUntil: null },
        refusals: [{ code: 'ALARM_NEVER_SILENT' }],
      },
    });
  });

  test('lists the rules in both languages', async () => {
    const { alarmRules } = await dataOf<{ alarmRules: { name: { zh: string } }[] }>(
      governance,
      '{ alarmRules { id name { en zh } severity suppressible } }',
    );
    expect(alarmRules[0]).toMatchObject({
      id: 'break-glass',
      name: { zh: '紧急越权操作' },
      suppressible: false,
    });
  });
});
