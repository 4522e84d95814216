/** Commands against the demo's ERP, with every way in which a system has been seen to fail. */
import { In } from 'typeorm';
import { AuditEntryRow } from '../../controls/audit/audit-entry.entity';
import { unmarked } from '../../controls/audit/entry-mac';
import { Findings } from '../../controls/audit/verify/finding';
import { digestOf, digestOfJson } from '../../controls/integrity/digest';
import { timedId } from '../../controls/integrity/ids';
import { OutboxCheck } from '../../controls/outbox/outbox-check';
import { OutboxAttemptRow, OutboxCommandRow } from '../../controls/outbox/outbox.entity';
import type { ReadOnlyDatabase } from '../../platform/database/read-only';
import { TEST_DIALECTS } from '../support/databases';
import { type DemoWorld, startDemoWorld } from '../support/demo-world';
import { CommandWorld, KIT_LOT } from './command-world';

jest.setTimeout(180_000);

describe.each(TEST_DIALECTS)('commands on %s', (dialect) => {
  let world: DemoWorld;
  let at: CommandWorld;
  beforeAll(async () => {
    world = await startDemoWorld(dialect);
    at = new CommandWorld(world);
  });
  afterAll(() => at.close());
  beforeEach(async () => {
    await at.calm('erp');
  });
  afterEach(async () => {
    await world.services.database.write((manager) => manager.deleteAll(OutboxCommandRow));
  });

  const reject = () => at.ask('erp', 'setLotStatus', KIT_LOT, { status: 'REJECTED' });
  const release = () => at.ask('erp', 'setLotStatus', KIT_LOT, { status: 'RELEASED' });

  test('is confirmed once the record of the system is as asked', async () => {
    const id = await reject();
    await at.drain('erp');
    expect(await at.row(id)).toMatchObject({ state: 'CONFIRMED', attempts: 1 });
    expect(await at.batch(KIT_LOT)).toMatchObject({ custom_quality_status: 'Rejected', disabled: 1 });
    expect(await at.stats('erp')).toEqual({ received: 1, executed: 1, replayed: 0 });
    expect(await at.entries(id)).toEqual(['command.outcome DONE', 'command.queue DONE', 'command.send DONE']);
  });

  test('leaves the values that were read in its own steps, and a hash of them in the trail', async () => {
    const id = await reject();
    await at.drain('erp');
    const { reader } = world.services.database;
    const read = await reader.findOneByOrFail(OutboxAttemptRow, { commandId: id, step: 'READ_BACK' });
    const noted = JSON.parse(read.facts) as { readonly values: Readonly<Record<string, unknown>> };
    expect(Object.values(noted.values)).toContain('Rejected');
    const facts = await at.factsOf(id, 'command.outcome');
    const step = digestOfJson({ id: read.id, facts: noted });
    expect(facts).toMatchObject({ state: 'CONFIRMED', step });
    expect(JSON.stringify([facts, (await at.row(id)).outcome])).not.toContain('Rejected');
  });

  test('is refused when the system says no and its record shows that nothing was done', async () => {
    await at.fault('erp', { mode: 'refuse' });
    const id = await release();
    await at.drain('erp');
    expect(await at.row(id)).toMatchObject({ state: 'REFUSED', attempts: 1, nextAt: null });
    expect(await at.entries(id)).toContain('command.outcome REFUSED COMMAND_REFUSED');
    const { proposalId } = await at.row(id);
    const { controls, database } = world.services;
    const [view] = await controls.outbox.commandsOf(database.reader, 'proposalId', [proposalId]);
    expect(view?.refusal?.en).toMatch(/^A legacy system refused .* It answered HTTP 4\d\d\.$/u);
    await at.heal('erp');
    await at.later('erp', 3);
    expect(await at.stats('erp')).toMatchObject({ received: 1, executed: 0 });
  });

  test('is not confirmed on the word of a system that says yes and does nothing', async () => {
    await at.fault('erp', { mode: 'lieOk' });
    const id = await release();
    await at.drain('erp');
    expect(await at.row(id)).toMatchObject({ state: 'UNKNOWN' });
    expect(await at.entries(id)).toContain('command.outcome FAILED COMMAND_UNKNOWN');
    await at.heal('erp');
    await at.later('erp', 2);
    expect(await at.row(id)).toMatchObject({ state: 'CONFIRMED' });
    expect((await at.stats('erp')).executed).toBe(1);
  });

  test('is confirmed when the system fails after it has done what was asked', async () => {
    await at.fault('erp', { mode: 'lieFail' });
    const id = await reject();
    await at.drain('erp');
    expect(await at.row(id)).toMatchObject({ state: 'CONFIRMED', attempts: 1 });
    expect(await at.stats('erp')).toMatchObject({ received: 1, executed: 1 });
  });

  test('is unknown while the system hangs, and is found out by reading', async () => {
    await at.fault('erp', { mode: 'hang' });
    const id = await release();
    await at.drain('erp');
    expect(await at.row(id)).toMatchObject({ state: 'UNKNOWN', attempts: 1 });
    await at.heal('erp');
    await at.later('erp', 2);
    expect(await at.row(id)).toMatchObject({ state: 'CONFIRMED' });
    expect((await at.stats('erp')).executed).toBe(1);
  });

  test('waits while the system is down, and is carried out once when it is back', async () => {
    await at.fault('erp', { target: 'requests', mode: 'down' });
    const id = await reject();
    await at.drain('erp');
    await at.later('erp', 2);
    expect(await at.row(id)).toMatchObject({ state: 'UNKNOWN', attempts: 1 });
    await at.heal('erp');
    await at.later('erp', 2);
    expect(await at.row(id)).toMatchObject({ state: 'CONFIRMED' });
    expect((await at.stats('erp')).executed).toBe(1);
  });

  test('is never sent again to a system whose repeats may execute twice', async () => {
    await at.fault('erp', { mode: 'hang' });
    const id = await release();
    const sender = at.sender();
    const careless = {
      systems: sender.systems,
      honoursIdempotencyKey: () => false,
      send: sender.send.bind(sender),
      readBack: sender.readBack.bind(sender),
    };
    await at.drain('erp', careless);
    await at.heal('erp');
    for (let i = 0; i < 4; i += 1) {
      at.timer.set(at.timer.now() + 7_200_000);
      await at.drain('erp', careless);
    }
    expect(await at.row(id)).toMatchObject({ state: 'UNKNOWN', attempts: 1 });
    expect(await at.stats('erp')).toMatchObject({ received: 1, executed: 0 });
  });

  test('gives up on a command that a later act has superseded', async () => {
    await at.fault('erp', { mode: 'hang', times: 1 });
    const first = await release();
    await at.drain('erp');
    world.clock.set(world.clock.now() + 1000);
    const second = await reject();
    await at.drain('erp');
    await at.later('erp', 3);
    expect(await at.row(second)).toMatchObject({ state: 'CONFIRMED' });
    expect(await at.row(first)).toMatchObject({ state: 'UNKNOWN', nextAt: null, attempts: 1 });
    expect(await at.batch(KIT_LOT)).toMatchObject({ custom_quality_status: 'Rejected' });
  });

  test('is stored once a proposal, however often the act runs', async () => {
    await at.ask('erp', 'blockLot', KIT_LOT, {}, 'one-proposal');
    await expect(at.ask('erp', 'blockLot', KIT_LOT, {}, 'one-proposal')).rejects.toThrow();
  });

  test('is not sent when its row was altered by SQL', async () => {
    const id = await release();
    const payload = JSON.stringify({ ...JSON.parse((await at.row(id)).payload), native: 'LT240118-01' });
    await world.services.database.write((manager) => manager.update(OutboxCommandRow, { id }, { payload }));
    await at.drain('erp');
    expect(await at.row(id)).toMatchObject({ state: 'REFUSED', attempts: 0 });
    expect(await at.entries(id)).toContain('command.outcome REFUSED COMMAND_ALTERED');
    expect((await at.stats('erp')).received).toBe(0);
  });

  test('is not sent when it and the entry of its act were slipped in by SQL', async () => {
    const { database, controls } = world.services;
    const signed = await at.row(await release());
    const entry = await database.reader.findOneByOrFail(AuditEntryRow, { id: signed.entryId });
    const [id, entryId] = [timedId(world.clock.now()), timedId(world.clock.now())];
    const body = unmarked(entry.body).replaceAll(signed.id, id).replaceAll(entry.id, entryId);
    expect(controls.mac.isOwn(entry.body)).toBe(true);
    await database.write(async (manager) => {
      await manager.delete(OutboxCommandRow, { id: signed.id });
      await manager.insert(AuditEntryRow, { id: entryId, at: entry.at, body, hash: digestOf(body) });
      await manager.insert(OutboxCommandRow, Object.assign(new OutboxCommandRow(), signed, { id, entryId }));
    });
    await at.drain('erp');
    expect(await at.row(id)).toMatchObject({ state: 'REFUSED', attempts: 0 });
    expect(await at.entries(id)).toContain('command.outcome REFUSED COMMAND_ALTERED');
    expect((await at.stats('erp')).received).toBe(0);
  });

  test('is not sent again when SQL set it back to waiting, or to unknown', async () => {
    const id = await reject();
    await at.drain('erp');
    expect(await at.row(id)).toMatchObject({ state: 'CONFIRMED', attempts: 1 });
    const { received } = await at.stats('erp');
    for (const state of ['PENDING', 'UNKNOWN'] as const) {
      const back = { state, nextAt: 0, leasedUntil: 0, settledAt: null, attempts: 0 };
      await world.services.database.write((manager) => manager.update(OutboxCommandRow, { id }, back));
      await at.drain('erp');
      await at.later('erp', 1);
      expect(await at.row(id)).toMatchObject({ state: 'REFUSED' });
      expect(await at.entries(id)).toContain('command.outcome REFUSED COMMAND_ALTERED');
    }
    expect((await at.stats('erp')).received).toBe(received);
  });

  test('is not confirmed by reading when its row was altered by SQL after it was sent', async () => {
    await at.fault('erp', { mode: 'hang' });
    const id = await release();
    await at.drain('erp');
    expect(await at.row(id)).toMatchObject({ state: 'UNKNOWN', attempts: 1 });
    const { payload } = await at.row(id);
    const altered = JSON.stringify({ ...JSON.parse(payload), altered: true });
    await world.services.database.write((manager) =>
      manager.update(OutboxCommandRow, { id }, { payload: altered }),
    );
    await at.heal('erp');
    await at.later('erp', 2);
    expect(await at.row(id)).toMatchObject({ state: 'REFUSED', attempts: 1, nextAt: null });
    expect(await at.entries(id)).toContain('command.outcome REFUSED COMMAND_ALTERED');
  });

  test('[21 CFR 11.10(e)] is named by the check when SQL deletes it, settles it, moves it or slips it in', async () => {
    const { database, controls } = world.services;
    const source: ReadOnlyDatabase = {
      rows: () => Promise.reject(new Error('not asked for')),
      query: (statement, values = []) => database.reader.query(statement, [...values]),
      close: () => Promise.resolve(),
    };
    const found = async (id: string): Promise<string[]> => {
      const findings = new Findings();
      await new OutboxCheck(source, findings, controls.mac).finish();
      return findings.list.filter(({ place }) => place.endsWith(id)).map(({ code }) => code);
    };
    const waiting = await release();
    expect(await found(waiting)).toEqual([]);
    await at.drain('erp');
    expect(await found(waiting)).toEqual([]);
    const id = await reject();
    const row = await at.row(id);
    const alter = (values: Partial<OutboxCommandRow>): Promise<unknown> =>
      database.write((manager) => manager.update(OutboxCommandRow, { id }, values));
    for (const values of [
      ...[
        { state: 'CONFIRMED' },
        { state: 'REFUSED' },
        { createdAt: row.createdAt - 60_000 },
        { slot: 'another' },
      ],
      ...[{ payload: '{}' }, { subject: 'lot_9' }, { system: 'wms' }],
    ]) {
      await alter(values);
      expect(await found(id)).toEqual(['COMMAND_ALTERED']);
      await alter(row);
    }
    expect(await found(id)).toEqual([]);
    const slipped = timedId(world.clock.now());
    const made = Object.assign(new OutboxCommandRow(), row, { id: slipped, idempotencyKey: slipped });
    await database.write((manager) => manager.insert(OutboxCommandRow, made));
    expect(await found(slipped)).toEqual(['COMMAND_INSERTED']);
    await database.write((manager) => manager.delete(OutboxCommandRow, { id: In([id, slipped]) }));
    expect(await found(id)).toEqual(['COMMAND_DELETED']);
  });

  test('is sent by one of many workers', async () => {
    const id = await reject();
    await Promise.all(Array.from({ length: 8 }, () => at.drain('erp')));
    expect(await at.row(id)).toMatchObject({ state: 'CONFIRMED', attempts: 1 });
    expect(await at.stats('erp')).toEqual({ received: 1, executed: 1, replayed: 0 });
    const steps = await world.services.database.reader.countBy(OutboxAttemptRow, {
      commandId: id,
      step: 'SEND',
    });
    expect(steps).toBe(1);
  });

  test('changes nothing but its own record, whatever its values hold', async () => {
    const id = await at.ask('erp', 'blockLot', '../Item/KIT-1001?x=1#y', {});
    await at.drain('erp');
    expect(await at.row(id)).toMatchObject({ state: 'UNKNOWN' });
    expect((await at.stats('erp')).executed).toBe(0);
  });
});
