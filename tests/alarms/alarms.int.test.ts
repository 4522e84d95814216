/** From acts in the trail to alarms: what is raised, joined, counted, silenced and escalated. */
import type { AlarmService as Service } from '../../controls/alarms/alarm-service';
import { AlarmService } from '../../controls/alarms/alarm-service';
import { AlarmEntryRow } from '../../controls/alarms/alarm.entity';
import type { Database } from '../../platform/database/database';
import type { Caller } from '../../platform/request';
import { describeEachDatabase } from '../support/databases';
import { type AlarmWorld, MINUTE, RULES, START, TABLES, openAlarmWorld, sequence } from './alarm-world';

const REFUSED = { action: 'access.refused', outcome: 'REFUSED', code: 'ACCESS_DENIED' } as const;

const asker = (subject: string, person: string | null = subject, change: Partial<Caller> = {}) => ({
  requestId: 'r1',
  caller: {
    ...{ subject, person, name: subject, kind: 'person' as const, roles: [], sites: [], suppliers: [] },
    ...{ session: 's1', client: null, onBehalfOf: null },
    ...change,
  },
});

describeEachDatabase('alarms', (open) => {
  let database: Database;
  let world: AlarmWorld;
  let service: Service;

  beforeAll(async () => {
    database = await open(TABLES);
  });

  beforeEach(async () => {
    world = openAlarmWorld({ database, fresh: true });
    await world.rows(); // begun anew
    const { settings } = world.alarms;
    service = new AlarmService({
      database,
      audit: world.controls.audit,
      clock: world.clock,
      rules: () => Promise.resolve(settings.rules),
    });
  });

  afterEach(() => world.alarms.close());

  test('break-glass alarms at the next look, each time anew', async () => {
    await world.act({ action: 'signOff.breakGlass' });
    await world.act({ action: 'signOff.breakGlass' });
    await world.turn();
    const rows = await world.rows();
    expect(
      rows.map(({ ruleId, state, severity, occurrences }) => [ruleId, state, severity, occurrences]),
    ).toEqual([
      ['break-glass', 'OPEN', 'CRITICAL', 1],
      ['break-glass', 'OPEN', 'CRITICAL', 1],
    ]);
    expect(await world.trail('alarm.')).toEqual(['alarm.raise', 'alarm.raise']);
  });

  test('the fifth refusal of one person within the window alarms, by whichever account', async () => {
    for (let n = 0; n < 4; n += 1) {
      await world.act(REFUSED, { account: `acc-${n}` });
      world.clock.set(world.clock.now() + 2 * MINUTE);
    }
    await world.act(REFUSED, { account: 'other', person: 'person-2' });
    await world.turn();
    expect(await world.rows()).toEqual([]);
    await world.act(REFUSED);
    await world.turn();
    const [alarm] = await world.rows();
    expect(alarm).toMatchObject({
      ruleId: 'refusals',
      occurrences: 5,
      firstAt: START,
      lastAt: START + 8 * MINUTE,
    });
    const entries = await database.reader.find(AlarmEntryRow, { order: { seq: 'ASC' } });
    expect(entries.map(({ account }) => account)).toEqual(['acc-0', 'acc-1', 'acc-2', 'acc-3', 'acc-1']);
  });

  test('refusals that are too far apart never alarm', async () => {
    for (let n = 0; n < 12; n += 1) {
      await world.act(REFUSED);
      await world.turn();
      world.clock.set(world.clock.now() + 2.5 * MINUTE);
    }
    expect(await world.rows()).toEqual([]);
  });

  test('later acts join the open alarm and tell nobody again; after the fold a new one is raised', async () => {
    for (let n = 0; n < 8; n += 1) await world.act(REFUSED);
    await world.turn();
    expect((await world.rows()).map(({ occurrences }) => occurrences)).toEqual([8]);
    expect(await world.deliveries()).toHaveLength(1);
    world.clock.set(START + 31 * MINUTE);
    for (let n = 0; n < 5; n += 1) await world.act(REFUSED);
    await world.turn();
    expect((await world.rows()).map(({ occurrences }) => occurrences)).toEqual([8, 5]);
  });

  test('what comes after an alarm was acknowledged is news again', async () => {
    for (let n = 0; n < 5; n += 1) await world.act(REFUSED);
    await world.turn();
    await service.acknowledge(asker('boss'), (await world.rows())[0]?.id ?? '', 'seen');
    for (let n = 0; n < 6; n += 1) await world.act(REFUSED);
    await world.turn();
    const rows = await world.rows();
    expect(rows.map(({ state, occurrences }) => [state, occurrences]).sort()).toEqual([
      ['ACKNOWLEDGED', 5],
      ['OPEN', 6],
    ]);
  });

  test('rows that are read are added up', async () => {
    await world.act({ action: 'data.read', facts: { rows: 600 } });
    await world.act({ action: 'data.read', facts: { rows: 399 } });
    await world.turn();
    expect(await world.rows()).toEqual([]);
    await world.act({ action: 'data.export', facts: { rows: 1 } });
    await world.turn();
    expect(await world.rows()).toMatchObject([{ ruleId: 'bulk', amount: 1000, occurrences: 3 }]);
  });

  test('an act off hours in Shanghai alarms, although the machine and UTC have the afternoon', async () => {
    await world.act({ action: 'signOff.sign' });
    world.clock.set(Date.parse('2026-06-03T11:30:00.000Z'));
    await world.act({ action: 'signOff.sign' });
    await world.turn();
    expect(await world.rows()).toMatchObject([
      { ruleId: 'off-hours', firstAt: Date.parse('2026-06-03T11:30:00.000Z') },
    ]);
  });

  test('a silence is kept, covers no act of whoever ordered it, ends by itself, and alarms itself', async () => {
    const states = async () => (await world.rows()).map(({ ruleId, state }) => `${ruleId} ${state}`).sort();
    await world.act({ action: 'data.read', facts: { rows: 5 } });
    await service.suppress(asker('boss'), 'bulk', START + 60 * MINUTE, 'planned migration');
    await world.act({ action: 'data.read', facts: { rows: 5000 } });
    await world.act({ action: 'data.read', facts: { rows: 5000 } }, { account: 'boss', person: 'boss' });
    await world.turn();
    expect(await states()).toEqual(['bulk OPEN', 'bulk SUPPRESSED', 'silenced OPEN']);
    expect(await world.deliveries()).toHaveLength(2);
    world.clock.set(START + 60 * MINUTE);
    await world.act({ action: 'data.read', facts: { rows: 5000 } });
    await world.turn();
    expect(await states()).toEqual(['bulk OPEN', 'bulk OPEN', 'bulk SUPPRESSED', 'silenced OPEN']);
  });

  test('a trail that stands still is alarmed from outside, once, whatever the clock says', async () => {
    await world.act({ action: 'session.signIn' });
    for (const seconds of [0, 89, 90, 120, 600]) await world.alarms.engine.run(START + seconds * 1000);
    expect((await world.rows()).map(({ ruleId, lastAction }) => [ruleId, lastAction])).toEqual([
      ['integrity', 'audit.gap'],
    ]);
    await world.turn();
    await world.act({ action: 'session.signIn' });
    await world.alarms.engine.run(START + 700_000);
    await world.alarms.engine.run(START + 760_000);
    expect(await world.rows()).toHaveLength(1);
  });

  test('a cursor that was moved past the end by SQL is found, and does not make the alarms deaf', async () => {
    await world.act({ action: 'session.signIn' });
    await world.turn();
    await database.write(async (manager) => {
      await manager.query('UPDATE alarm_cursor SET seq = 1000000');
    });
    await world.turn();
    await world.act({ action: 'signOff.breakGlass' });
    await world.turn();
    await world.turn();
    expect((await world.rows()).map(({ ruleId }) => ruleId).sort()).toEqual(['break-glass', 'integrity']);
  });

  test('a cursor that SQL moved over an act does not hide it, and tells of nothing twice', async () => {
    await world.act({ action: 'signOff.breakGlass' });
    await world.turn();
    await world.act({ action: 'signOff.breakGlass' }, { account: 'acc-7' });
    await sequence(database);
    await database.write((manager) =>
      manager.query('UPDATE alarm_cursor SET seq = (SELECT MAX(seq) FROM audit_log)'),
    );
    await world.turn();
    await world.turn();
    const rules = (await world.rows()).map(({ ruleId }) => ruleId).sort();
    expect(rules).toEqual(['break-glass', 'break-glass', 'integrity']);
  });

  test('a process that starts after the cursor was moved, or taken away, reads the trail again', async () => {
    const other = await open(TABLES);
    const first = openAlarmWorld({ database: other });
    await first.act({ action: 'signOff.breakGlass' });
    await first.turn();
    await first.act({ action: 'signOff.breakGlass' }, { account: 'acc-7' });
    await sequence(other);
    await other.write((manager) =>
      manager.query('UPDATE alarm_cursor SET seq = (SELECT MAX(seq) FROM audit_log)'),
    );
    const later = openAlarmWorld({ database: other });
    await later.turn();
    await later.turn();
    const rules = async (): Promise<string[]> => (await later.rows()).map(({ ruleId }) => ruleId).sort();
    expect(await rules()).toEqual(['break-glass', 'break-glass', 'integrity']);
    await other.write((manager) => manager.query('DELETE FROM alarm_cursor'));
    await openAlarmWorld({ database: other }).turn();
    expect(await rules()).toEqual(['break-glass', 'break-glass', 'integrity']);
  });

  test.each([
    ['break-glass', 5 * MINUTE, 'ALARM_NEVER_SILENT'],
    ['integrity', 5 * MINUTE, 'ALARM_NEVER_SILENT'],
    ['refusals', 24 * 60 * MINUTE + 1, 'ALARM_SILENCE_TOO_LONG'],
    ['refusals', 24 * 60 * MINUTE, null],
    ['bulk', 7 * 24 * 60 * MINUTE, null],
  ])('silencing %s for %d ms is answered with %s, and audited', async (rule, ms, expected) => {
    const { refusal } = await service.suppress(asker('boss'), rule, START + ms, 'noise');
    expect(refusal).toBe(expected);
    expect(await world.trail('alarm.suppress')).toEqual(['alarm.suppress']);
  });

  test.each([
    ['their own account', asker('acc-1', null)],
    ['another account of theirs', asker('acc-9', 'person-1')],
    ['a service that acts for them', asker('svc', null, { onBehalfOf: 'person-1' })],
  ])('nobody settles an alarm about their own acts by %s', async (_how, who) => {
    await world.act({ action: 'signOff.breakGlass' });
    await world.turn();
    const id = (await world.rows())[0]?.id ?? '';
    expect((await service.acknowledge(who, id, 'fine')).refusal).toBe('ALARM_OWN_ACT');
    expect((await service.close(who, id, 'fine')).refusal).toBe('ALARM_OWN_ACT');
    expect((await world.rows())[0]).toMatchObject({ state: 'OPEN', acknowledgedBy: null });
    expect(await world.trail('alarm.')).toEqual(['alarm.acknowledge', 'alarm.close', 'alarm.raise']);
  });

  test('of two people who acknowledge at once, one is told that it is settled', async () => {
    await world.act({ action: 'signOff.breakGlass' });
    await world.turn();
    const id = (await world.rows())[0]?.id ?? '';
    const answers = await Promise.all(['a', 'b'].map((who) => service.acknowledge(asker(who), id, 'mine')));
    expect(answers.map(({ refusal }) => refusal).sort()).toEqual(['ALARM_SETTLED', null]);
    expect((await service.close(asker('c'), id, 'reviewed')).refusal).toBeNull();
    expect((await service.acknowledge(asker('c'), id, 'late')).refusal).toBe('ALARM_SETTLED');
  });

  test('an alarm that nobody acknowledges escalates step by step, and no further', async () => {
    await world.act({ action: 'signOff.breakGlass' });
    await world.turn();
    const seen: unknown[] = [];
    for (const minutes of [9, 10, 29, 30, 600]) {
      world.clock.set(START + minutes * MINUTE);
      await world.turn();
      await world.turn();
      const [alarm] = await world.rows();
      seen.push([minutes, alarm?.state, alarm?.escalationLevel, (await world.deliveries()).length]);
    }
    expect(seen).toEqual([
      [9, 'OPEN', 0, 1],
      [10, 'ESCALATED', 1, 2],
      [29, 'ESCALATED', 1, 2],
      [30, 'ESCALATED', 2, 4],
      [600, 'ESCALATED', 2, 4],
    ]);
    expect(await world.trail('alarm.escalate')).toEqual(['alarm.escalate', 'alarm.escalate']);
  });

  test('an acknowledged alarm does not escalate', async () => {
    await world.act({ action: 'signOff.breakGlass' });
    await world.turn();
    await service.acknowledge(asker('boss'), (await world.rows())[0]?.id ?? '', 'on it');
    world.clock.set(START + 600 * MINUTE);
    await world.turn();
    expect(await world.rows()).toMatchObject([{ state: 'ACKNOWLEDGED', escalationLevel: 0 }]);
  });

  test('a second engine and a restart raise nothing twice and miss nothing', async () => {
    for (let n = 0; n < 3; n += 1) await world.act(REFUSED);
    await world.turn();
    const second = openAlarmWorld({ database });
    await second.turn(); // notes that its rules are the same
    for (let n = 0; n < 2; n += 1) await world.act(REFUSED);
    await world.act({ action: 'signOff.breakGlass' });
    await world.turn();
    await Promise.all([world.alarms.engine.run(START), second.alarms.engine.run(START)]);
    expect((await world.rows()).map(({ ruleId, occurrences }) => [ruleId, occurrences]).sort()).toEqual([
      ['break-glass', 1],
      ['refusals', 5],
    ]);
  });

  test('engines that race over a long trail raise each alarm once', async () => {
    for (let n = 0; n < 30; n += 1) await world.act({ action: 'signOff.breakGlass' });
    const engines = [world, openAlarmWorld({ database }), openAlarmWorld({ database })];
    await engines[0]?.turn();
    for (let n = 0; n < 30; n += 1) await world.act({ action: 'signOff.breakGlass' });
    await sequence(database);
    await Promise.allSettled(engines.map(({ alarms }) => alarms.engine.run(START)));
    await world.turn();
    expect(await world.rows()).toHaveLength(60);
    expect(await world.deliveries()).toHaveLength(60);
  });

  test('changed rules are told in the trail', async () => {
    await world.act({ action: 'session.signIn' });
    await world.turn();
    const changed = openAlarmWorld({ database, rules: RULES.replace('count: 5', 'count: 50') });
    await changed.turn();
    expect(await world.trail('alarm.')).toEqual(['alarm.rulesChanged']);
  });

  test('an entry that cannot be read is a finding, and reading goes on', async () => {
    await world.act({ action: 'session.signIn' });
    await world.turn();
    await database.write(async (manager) => {
      await manager.query(
        "INSERT INTO audit_log (seq, entry_id, leaf_hash, chain_hash) VALUES (1000, 'gone', 'l', 'c')",
      );
    });
    await world.act({ action: 'signOff.breakGlass' });
    await world.turn();
    await world.turn();
    expect((await world.rows()).map(({ ruleId }) => ruleId).sort()).toEqual(['break-glass', 'integrity']);
  });

  test('a flood of acts is counted whole and listed in bounds', async () => {
    for (let n = 0; n < 5; n += 1) await world.act(REFUSED);
    await world.turn();
    await database.write(async (manager) => {
      await manager.query('UPDATE alarm SET occurrences = 1000');
    });
    for (let n = 0; n < 20; n += 1) await world.act(REFUSED);
    await world.act(REFUSED, { account: 'acc-2' });
    await world.turn();
    expect(await world.rows()).toMatchObject([{ occurrences: 1021 }]);
    expect(await database.reader.countBy(AlarmEntryRow, {})).toBe(6);
  });
});
