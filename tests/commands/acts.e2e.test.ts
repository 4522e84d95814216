/** Acts on lots in the demo world, from the proposal to the record of the legacy system and back into the graph. */
import { CommandPlanner } from '../../canonical/acts/command-planner';
import { LotHoldRow, LotRow } from '../../canonical/entities/lot.entity';
import {
  InspectionResultRow,
  InspectionRow,
  RecallCaseRow,
  RecallScopeRow,
} from '../../canonical/entities/quality.entity';
import { fromId, toId } from '../../canonical/ids';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { AuditEntryRow } from '../../controls/audit/audit-entry.entity';
import { OutboxCommandRow } from '../../controls/outbox/outbox.entity';
import { RegulatedRecordRow } from '../../controls/records/record.entity';
import { createQualitySubgraph } from '../../subgraphs/quality/subgraph';
import { dataOf } from '../support/ask-subgraph';
import { TEST_DIALECTS } from '../support/databases';
import { startSyncedWorld } from '../support/demo-world';
import { ActsWorld } from './acts-world';

jest.setTimeout(600_000);

/** Kits that wait for their release: inspected, passed, in quarantine in ERP and WMS. */
const WAITING = ['LT241998-01', 'LT241999-01', 'LT241997-01', 'LT241995-01'] as const;
/** A kit that is on hold and blocked in the ERP, and one that was released long ago. */
const ON_HOLD = 'LT241689-01';
const RELEASED = 'LT240117-01';

interface DoneHere {
  readonly kind: string;
  readonly title: string;
  readonly source: object | null;
  readonly signatures: readonly object[];
}

const VERIFIED = { meaningCode: 'VERIFIED', genuine: true };
const APPROVED = { meaningCode: 'APPROVED', genuine: true };
const SIGNED_BY_TWO = [{ meaningCode: 'REVIEWED', genuine: true }, APPROVED];

describe.each(TEST_DIALECTS)('acts on lots on %s', (dialect) => {
  let acts: ActsWorld;
  const pair = ['officer', 'lead'] as const;
  /** Entries of the time line that people made here, in its order. */
  const doneHere = async (lot: string): Promise<object[]> => {
    const { timeline } = (await acts.entity(
      acts.lots,
      lot,
      'timeline(first: 100) { nodes { kind title source { system } signatures { meaningCode genuine } } }',
    )) as { timeline: { nodes: DoneHere[] } };
    return timeline.nodes
      .filter(({ kind, source }) => source === null && !['MANUFACTURED', 'EXPIRES'].includes(kind))
      .map(({ kind, title, signatures }) => ({ kind, title, signatures }));
  };
  const release = (lot: string) => `releaseLot(lot: "${lot}", reason: "all in order")`;
  const write = (change: { entity: typeof LotRow; where: object; values: object }) =>
    acts.world.services.database.write((manager) =>
      manager.update(change.entity, change.where, change.values),
    );

  beforeAll(async () => {
    acts = new ActsWorld(await startSyncedWorld(dialect));
    for (const [person, role] of [
      ['officer', 'qa-officer'],
      ['lead', 'qa-lead'],
      ['keeper', 'warehouse-operator'],
    ] as const)
      await acts.addPerson(person, [role]);
  });
  afterAll(() => acts.commands.close());

  describe('a release is refused', () => {
    let lot: string;
    let pk: number;
    const codes = async (id = lot) => acts.codes(await acts.run(acts.quality, release(id), 'officer'));
    beforeAll(async () => {
      lot = await acts.lotId(WAITING[0]);
      pk = fromId('lot', lot) ?? 0;
    });

    test('while an inspection is not complete', async () => {
      const row = await acts.world.services.database.reader.findOneByOrFail(InspectionRow, {
        lotPk: pk,
        state: 'PUBLISHED',
      });
      const set = (state: string) =>
        acts.world.services.database.write((m) => m.update(InspectionRow, { pk: row.pk }, { state }));
      await set('RECEIVED');
      expect(await codes()).toEqual(['LOT_NOT_INSPECTED']);
      await set('PUBLISHED');
    });

    test('when a result of its sterilisation load failed', async () => {
      const { reader } = acts.world.services.database;
      const { sterilizationLoad } = await reader.findOneByOrFail(LotRow, { pk });
      const rows = await reader.findBy(InspectionRow, { sterilizationLoad: sterilizationLoad ?? '' });
      const load = rows.find((row) => row.lotPk === null);
      const result = await reader.findOneByOrFail(InspectionResultRow, { inspectionRef: load?.ref ?? '' });
      const set = (verdict: string) =>
        acts.world.services.database.write((m) =>
          m.update(InspectionResultRow, { pk: result.pk }, { verdict }),
        );
      await set('FAIL');
      expect(await codes()).toContain('LOT_INSPECTION_FAILED');
      await set(result.verdict);
    });

    test('while a system holds the lot for another reason than quarantine', async () => {
      const payload = await acts.run(acts.quality, release(await acts.lotId(ON_HOLD)), 'officer');
      const held = payload.refusals.find(({ code }) => code === 'LOT_ON_HOLD');
      expect(held?.message).toBe('The lot has an open hold. (BLOCKED, QUALITY)');
    });

    test('when the lot has expired', async () => {
      const { expiresOn } = await acts.world.services.database.reader.findOneByOrFail(LotRow, { pk });
      await write({ entity: LotRow, where: { pk }, values: { expiresOn: '2026-06-29' } });
      expect(await codes()).toEqual(['LOT_EXPIRED']);
      await write({ entity: LotRow, where: { pk }, values: { expiresOn } });
    });

    test('while what must be known about it is missing, naming it in both languages [ISO 13485 7.5.8]', async () => {
      const { manufacturedOn } = await acts.world.services.database.reader.findOneByOrFail(LotRow, { pk });
      await write({ entity: LotRow, where: { pk }, values: { manufacturedOn: null } });
      const said: unknown[] = [];
      for (const language of ['en', 'zh'] as const) {
        const source = `mutation { p: ${release(lot)} { signOff { id } refusals { code message } } }`;
        said.push(await dataOf(acts.quality, source, {}, { ...acts.request('officer'), language }));
      }
      await write({ entity: LotRow, where: { pk }, values: { manufacturedOn } });
      const refused = (message: string) => ({
        p: { signOff: null, refusals: [{ code: 'LOT_INCOMPLETE', message }] },
      });
      expect(said).toEqual([
        refused('What must be known about this lot before its release is missing. (Manufactured on)'),
        refused('该批次缺少放行前必须具备的信息。（生产日期）'),
      ]);
    });

    test('while a recall names the lot', async () => {
      const { database } = acts.world.services;
      const ref = 'test:recall';
      await database.write(async (manager) => {
        await manager.insert(RecallCaseRow, {
          ...{ pk: 9_000_001, ref, number: 'R', recallClass: 'I', state: 'OPEN', openedOn: '2026-06-01' },
        });
        await manager.insert(RecallScopeRow, { pk: 9_000_002, recallRef: ref, lotPk: pk });
      });
      expect(await codes()).toEqual(['LOT_ON_HOLD']);
      await database.write((manager) => manager.update(RecallCaseRow, { ref }, { state: 'CLOSED' }));
    });

    test('when it was released already', async () => {
      expect(await codes(await acts.lotId(RELEASED))).toEqual(['LOT_ALREADY_DECIDED']);
    });

    test('without a reason', async () => {
      const payload = await acts.run(acts.quality, `releaseLot(lot: "${lot}", reason: " ")`, 'officer');
      expect(acts.codes(payload)).toEqual(['REASON_REQUIRED']);
    });

    test('for a lot that is not there, or not within the rows of the caller', async () => {
      expect(await codes(toId('lot', 1))).toEqual(['NOT_FOUND']);
      expect(acts.codes(await acts.run(acts.quality, release(lot), 'officer', ['NOWHERE']))).toEqual([
        'NOT_FOUND',
      ]);
    });

    test('on a stale copy, naming the systems', async () => {
      const now = acts.world.clock.now();
      acts.world.clock.set(now + 3_600_000);
      const { refusals } = await acts.run(acts.quality, release(lot), 'officer');
      acts.world.clock.set(now);
      const stale = refusals.find(({ code }) => code === 'SOURCE_STALE');
      expect(stale?.message).toMatch(/\(erp, lims, qa, wms\)$/u);
    });

    test('when a system that must be told takes no commands', async () => {
      const systems = acts.world.services.systems.map((system) =>
        system.id === 'wms' ? { id: system.id, commandKinds: system.commandKinds, commands: null } : system,
      );
      const quality = createQualitySubgraph({
        ...acts.world.services,
        commands: new CommandPlanner(systems as typeof acts.world.services.systems),
      });
      const { refusals } = await acts.run(quality, release(lot), 'officer');
      expect(refusals[0]?.code).toBe('COMMAND_UNAVAILABLE');
      expect(refusals[0]?.message).toContain('(wms)');
    });

    test('and audited, and nothing is left behind', async () => {
      const { reader } = acts.world.services.database;
      expect(await reader.countBy(OutboxCommandRow, {})).toBe(0);
      expect(await reader.countBy(RegulatedRecordRow, { recordType: 'disposition' })).toBe(0);
      const bodies = (await reader.find(AuditEntryRow)).map(({ body }) => body);
      expect(bodies.some((body) => body.includes('"code":"LOT_NOT_INSPECTED"'))).toBe(true);
    });
  });

  test('a lot is released by two people, the systems follow, and the graph shows it [21 CFR 11.50] [21 CFR 11.70]', async () => {
    const lot = await acts.lotId(WAITING[1]);
    const proposed = await acts.run(acts.quality, release(lot), 'officer');
    const id = proposed.signOff?.id ?? '';
    await acts.sign(acts.quality, 'releaseLot', id, 'officer');
    expect(await acts.decided(lot)).toMatchObject({ disposition: 'RELEASED' }); // the ERP's own usage decision
    expect((await acts.decided(lot))['dispositions']).toHaveLength(1);
    const again = await acts.sign(acts.quality, 'releaseLot', id, 'officer');
    expect(acts.codes(again)).toEqual(['SAME_PERSON']);

    // the ERP calls it released already: what its signers are shown is what changes
    const frozen = (await acts.world.services.controls.signOff.find(id))?.payload ?? '{}';
    expect((JSON.parse(frozen) as { changes: object[] }).changes).toEqual([
      { field: 'lot.holds', before: ['QUARANTINE'], after: null },
    ]);

    expect((await acts.sign(acts.quality, 'releaseLot', id, 'lead')).signOff?.status).toBe('EXECUTED');
    expect(await doneHere(lot)).toEqual([
      { kind: 'DISPOSITION', title: 'Released', signatures: SIGNED_BY_TWO },
    ]);
    const [ours] = (await acts.decided(lot))['dispositions'] as Record<string, unknown>[];
    expect(ours).toMatchObject({ decision: 'RELEASED', decidedOn: '2026-06-30', reason: 'all in order' });
    expect(ours?.['decidedBy']).toMatch(/Name of officer.*, Name of lead/u);
    expect(ours?.['signatures']).toMatchObject([
      { slot: 1, meaningCode: 'REVIEWED', genuine: true },
      { slot: 2, meaningCode: 'APPROVED', genuine: true },
    ]);
    expect((ours?.['commands'] as { system: string; state: string }[]).map((one) => one.system)).toEqual(
      expect.arrayContaining(['erp', 'wms', 'lims']),
    );

    await acts.carryOut();
    const [after] = (await acts.decided(lot))['dispositions'] as { commands: { state: string }[] }[];
    expect(new Set(after?.commands.map(({ state }) => state))).toEqual(new Set(['CONFIRMED']));
    expect(await acts.commands.batch(WAITING[1])).toMatchObject({
      custom_quality_status: 'Released',
      disabled: 0,
    });
    await acts.world.syncAll();
    expect(await acts.entity(acts.lots, lot, 'usable holds { kind }')).toMatchObject({
      usable: true,
      holds: [],
    });
    expect(await acts.decided(lot)).toMatchObject({ disposition: 'RELEASED' });
    expect(acts.codes(await acts.run(acts.quality, release(lot), 'officer'))).toEqual([
      'LOT_ALREADY_DECIDED',
    ]);
  });

  test('a proposal is stale when other completeness rules were published since', async () => {
    const lot = await acts.lotId(WAITING[2]);
    const { completenessRules } = acts.world.services;
    const proposed = await acts.run(acts.quality, release(lot), 'officer');
    const id = proposed.signOff?.id ?? '';
    await acts.sign(acts.quality, 'releaseLot', id, 'officer');
    const { texts, number } = await completenessRules.current();
    const text = (texts['completeness.yaml'] ?? '').replace("least: '90'", "least: '91'");
    const publication = { texts: { 'completeness.yaml': text }, reason: 'test' };
    await completenessRules.publish(SYSTEM_ACTOR, publication, number);
    const last = await acts.sign(acts.quality, 'releaseLot', id, 'lead');
    expect(acts.codes(last)).toEqual(['SIGN_OFF_STALE']);
    expect((await acts.decided(lot))['dispositions']).toHaveLength(1);
  });

  test('a proposal is stale when a hold comes between', async () => {
    const lot = await acts.lotId(WAITING[2]);
    const proposed = await acts.run(acts.quality, release(lot), 'officer');
    const id = proposed.signOff?.id ?? '';
    await acts.sign(acts.quality, 'releaseLot', id, 'officer');
    await acts.run(acts.lots, `placeHold(lot: "${lot}", kind: QUALITY, reason: "a complaint")`, 'keeper');
    const last = await acts.sign(acts.quality, 'releaseLot', id, 'lead');
    expect(last.signOff?.status).not.toBe('EXECUTED');
    expect(acts.codes(last)).not.toEqual([]);
    expect((await acts.decided(lot))['dispositions']).toHaveLength(1);
  });

  test('one person holds a lot at once, and two lift the hold', async () => {
    const lot = await acts.lotId(RELEASED);
    const call = `placeHold(lot: "${lot}", kind: DAMAGE, reason: "crushed box")`;
    expect(acts.codes(await acts.run(acts.lots, call, 'keeper'))).toEqual([]);
    expect(acts.codes(await acts.run(acts.lots, call, 'keeper'))).toEqual(['NOTHING_TO_CHANGE']);
    const shown = await acts.entity(
      acts.lots,
      lot,
      'usable holds { id kind reason computed source { system } }',
    );
    expect(shown).toMatchObject({
      usable: false,
      holds: [{ kind: 'DAMAGE', reason: 'crushed box', source: null }],
    });
    const found = await dataOf<{ lots: { nodes: { id: string }[] } }>(
      acts.lots,
      '{ lots(first: 50, filter: { hasHold: [DAMAGE] }) { nodes { id } } }',
      {},
      acts.request('reader'),
    );
    expect(found.lots.nodes.map(({ id }) => id)).toContain(lot);

    const hold = (shown['holds'] as { id: string }[])[0]?.id ?? '';
    const lift = `liftHold(hold: "${hold}", reason: "only the carton")`;
    expect((await acts.act(acts.lots, lift, pair)).signOff?.status).toBe('EXECUTED');
    expect(await acts.entity(acts.lots, lot, 'usable holds { kind }')).toEqual({ usable: true, holds: [] });
    expect(acts.codes(await acts.run(acts.lots, lift, 'officer'))).toEqual(['HOLD_NOT_OPEN']);
    const versions = await acts.world.services.database.reader.countBy(RegulatedRecordRow, {
      recordId: hold,
    });
    expect(versions).toBe(2);
    expect(await doneHere(lot)).toEqual([
      { kind: 'HOLD_PLACED', title: 'Hold placed: DAMAGE', signatures: [] },
      { kind: 'HOLD_LIFTED', title: 'Hold lifted: DAMAGE', signatures: [VERIFIED, APPROVED] },
    ]);
  });

  test('expiry is not placed by hand', async () => {
    const lot = await acts.lotId(RELEASED);
    const payload = await acts.run(
      acts.lots,
      `placeHold(lot: "${lot}", kind: EXPIRY, reason: "x")`,
      'keeper',
    );
    expect(acts.codes(payload)).toEqual(['INVALID_INPUT']);
  });

  test('a rejected lot is rejected and blocked in the ERP, and held here', async () => {
    const lot = await acts.lotId(WAITING[3]);
    const payload = await acts.act(acts.quality, `rejectLot(lot: "${lot}", reason: "seal broken")`, pair);
    expect(payload.signOff?.status).toBe('EXECUTED');
    await acts.carryOut();
    expect(await acts.commands.batch(WAITING[3])).toMatchObject({
      custom_quality_status: 'Rejected',
      disabled: 1,
    });
    expect(await acts.decided(lot)).toMatchObject({ disposition: 'REJECTED' });
    const { holds } = await acts.entity(acts.lots, lot, 'holds { id kind }');
    expect((holds as { id: string | null; kind: string }[]).filter(({ id }) => id !== null)).toMatchObject([
      { kind: 'QUALITY' },
    ]);
    await acts.world.syncAll();
    expect(await acts.decided(lot)).toMatchObject({ disposition: 'REJECTED' });
  });

  test('a changed expiry reaches ERP and WMS, and the old one stays on the record [21 CFR 11.10(e)]', async () => {
    const lot = await acts.lotId(RELEASED);
    const { expiresOn: before } = await acts.entity(acts.lots, lot, 'expiresOn');
    const change = `changeLotExpiry(lot: "${lot}", expiresOn: "2028-01-31", reason: "study", evidence: "STAB-2026-07")`;
    expect((await acts.act(acts.lots, change, pair)).signOff?.status).toBe('EXECUTED');
    await acts.carryOut();
    const { commands } = await acts.entity(acts.lots, lot, 'commands { system kind state }');
    expect(commands).toEqual(
      expect.arrayContaining([
        { system: 'erp', kind: 'SET_LOT_EXPIRY', state: 'CONFIRMED' },
        { system: 'wms', kind: 'SET_LOT_EXPIRY', state: 'CONFIRMED' },
      ]),
    );
    expect(await acts.commands.batch(RELEASED)).toMatchObject({ expiry_date: '2028-01-31' });
    await acts.world.syncAll();
    expect(await acts.entity(acts.lots, lot, 'expiresOn')).toEqual({ expiresOn: '2028-01-31' });
    const record = await acts.world.services.database.reader.findOneByOrFail(RegulatedRecordRow, {
      recordType: 'expiryDecision',
      subject: lot,
    });
    expect(await doneHere(lot)).toContainEqual({
      ...{ kind: 'EXPIRY_CHANGED', title: `Expiry changed ${String(before)} → 2028-01-31` },
      signatures: SIGNED_BY_TWO,
    });
    expect(JSON.parse(record.content)).toMatchObject({
      before,
      after: '2028-01-31',
      evidence: 'STAB-2026-07',
    });
    expect(acts.codes(await acts.run(acts.lots, change, 'officer'))).toEqual(['NOTHING_TO_CHANGE']);
  });

  test('an adjusted quantity becomes the level of the bin in the WMS', async () => {
    const { reader } = acts.world.services.database;
    const [level] = await reader.query<{ lot_pk: number; location_pk: number; micros: number }[]>(
      `SELECT lot_pk, location_pk, SUM(quantity_micros) AS micros FROM movement WHERE system = 'wms'
        GROUP BY lot_pk, location_pk HAVING SUM(quantity_micros) > 20000000 ORDER BY lot_pk DESC LIMIT 1`,
    );
    const lot = toId('lot', Number(level?.lot_pk));
    const place = toId('location', Number(level?.location_pk));
    const adjust = `adjustLotQuantity(lot: "${lot}", location: "${place}", quantity: "17", reason: "recount")`;
    const done = await acts.act(acts.lots, adjust, pair);
    expect(acts.codes(done)).toEqual([]);
    expect(done.signOff?.status).toBe('EXECUTED');
    await acts.carryOut();
    const { commands } = await acts.entity(acts.lots, lot, 'commands { system kind state }');
    expect(commands).toEqual([{ system: 'wms', kind: 'SET_LOT_QUANTITY', state: 'CONFIRMED' }]);
    await acts.world.syncAll('wms');
    const [after] = await reader.query<{ micros: number }[]>(
      'SELECT SUM(quantity_micros) AS micros FROM movement WHERE lot_pk = ? AND location_pk = ? AND system = ?',
      [Number(level?.lot_pk), Number(level?.location_pk), 'wms'],
    );
    expect(Number(after?.micros)).toBe(17_000_000);
    const adjusted = (await doneHere(toId('lot', Number(level?.lot_pk)))).at(-1);
    expect(adjusted).toMatchObject({ kind: 'QUANTITY_ADJUSTED', signatures: [VERIFIED, APPROVED] });
    const negative = await acts.run(acts.lots, adjust.replace('"17"', '"-1"'), 'officer');
    expect(acts.codes(negative)).toEqual(['INVALID_INPUT']);
  });

  test('a lot is blocked and unblocked in the systems that know it', async () => {
    const lot = await acts.lotId(RELEASED);
    const call = (status: string) => `changeLotStatus(lot: "${lot}", status: ${status}, reason: "complaint")`;
    expect(acts.codes(await acts.run(acts.lots, call('UNBLOCKED'), 'officer'))).toEqual([
      'NOTHING_TO_CHANGE',
    ]);
    expect((await acts.act(acts.lots, call('BLOCKED'), ['keeper', 'lead'])).signOff?.status).toBe('EXECUTED');
    await acts.carryOut();
    await acts.world.syncAll();
    const blocked = await acts.entity(acts.lots, lot, 'holds { kind }');
    expect(blocked['holds']).toEqual([{ kind: 'BLOCKED' }, { kind: 'BLOCKED' }]);
    expect((await acts.act(acts.lots, call('UNBLOCKED'), pair)).signOff?.status).toBe('EXECUTED');
    await acts.carryOut();
    await acts.world.syncAll();
    expect(
      await acts.world.services.database.reader.countBy(LotHoldRow, { lotPk: fromId('lot', lot) ?? 0 }),
    ).toBe(0);

    // in its order in the time line, and nothing that SQL slipped in
    const titles = async (): Promise<string[]> =>
      (await doneHere(lot)).map((entry) => (entry as { title: string }).title);
    const done = await titles();
    expect(done.filter((title) => title.startsWith('Status'))).toEqual([
      'Status changed: BLOCKED',
      'Status changed: UNBLOCKED',
    ]);
    const { reader } = acts.world.services.database;
    const [row] = await reader.findBy(RegulatedRecordRow, { subject: lot, recordType: 'statusChange' });
    const content = (row?.content ?? '').replace('BLOCKED', 'QUARANTINE');
    await acts.world.services.database.write((manager) =>
      manager.insert(RegulatedRecordRow, Object.assign({}, row, { version: 99, content })),
    );
    await expect(titles()).rejects.toMatchObject({ code: 'RECORD_UNTRUSTED' });
  });
});
