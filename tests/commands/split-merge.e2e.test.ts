/** Splitting and merging lots, from the proposal to the ledgers of ERP and WMS and back into the graph. */
import { LotRow } from '../../canonical/entities/lot.entity';
import { fromId, toId } from '../../canonical/ids';
import { RegulatedRecordRow } from '../../controls/records/record.entity';
import { TEST_DIALECTS } from '../support/databases';
import { startSyncedWorld } from '../support/demo-world';
import { ActsWorld } from './acts-world';

jest.setTimeout(600_000);

interface Held {
  readonly lot: string;
  readonly lotNumber: string;
  readonly place: string;
  readonly level: number;
}

describe.each(TEST_DIALECTS)('splitting and merging lots on %s', (dialect) => {
  let acts: ActsWorld;
  let held: readonly Held[];
  const pair = ['keeper', 'lead'] as const;

  beforeAll(async () => {
    acts = new ActsWorld(await startSyncedWorld(dialect));
    await acts.addPerson('keeper', ['warehouse-operator']);
    await acts.addPerson('officer', ['qa-officer']);
    await acts.addPerson('lead', ['qa-lead']);
    held = await heldInErp(['LT240117-01']);
  });
  afterAll(() => acts.commands.close());

  /** What the ERP's places hold of lots that nothing is held against. */
  async function heldInErp(numbers: readonly string[]): Promise<Held[]> {
    const rows = await acts.world.services.database.reader.query<Record<string, string | number>[]>(
      `SELECT m.lot_pk, m.location_pk, l.lot_number, SUM(m.quantity_micros) AS micros
         FROM movement m JOIN lot l ON l.pk = m.lot_pk
        WHERE m.system = 'erp' AND m.lot_pk NOT IN (SELECT lot_pk FROM lot_hold)
          AND m.lot_pk NOT IN (SELECT lot_pk FROM recall_scope WHERE lot_pk IS NOT NULL)
        GROUP BY m.lot_pk, m.location_pk, l.lot_number HAVING SUM(m.quantity_micros) >= 20000000
        ORDER BY l.lot_number, m.location_pk`,
    );
    const found = rows.map((row) => ({
      ...{ lot: toId('lot', Number(row['lot_pk'])), place: toId('location', Number(row['location_pk'])) },
      ...{ lotNumber: String(row['lot_number']), level: Number(row['micros']) / 1_000_000 },
    }));
    return [...found.filter(({ lotNumber }) => numbers.includes(lotNumber)), ...found];
  }

  const partsText = (parts: readonly (readonly [string, number])[]) =>
    parts.map(([lotNumber, quantity]) => `{ lotNumber: "${lotNumber}", quantity: "${quantity}" }`).join(', ');
  const split = ({ lot, place }: Held, parts: readonly (readonly [string, number])[]) =>
    `splitLot(lot: "${lot}", location: "${place}", parts: [${partsText(parts)}], reason: "two customers")`;
  const first = (): Held => {
    const [found] = held;
    if (found === undefined) throw new Error('the demo holds no such lot');
    return found;
  };
  const levelOf = async (lotNumber: string, place: string, system = 'erp'): Promise<number> => {
    const [row] = await acts.world.services.database.reader.query<{ micros: number | string | null }[]>(
      `SELECT SUM(m.quantity_micros) AS micros FROM movement m JOIN lot l ON l.pk = m.lot_pk
        WHERE l.lot_number = ? AND m.location_pk = ? AND m.system = ?`,
      [lotNumber, fromId('location', place), system],
    );
    return Number(row?.micros ?? 0) / 1_000_000;
  };
  const lotId = async (lotNumber: string) => {
    const row = await acts.world.services.database.reader.findOneByOrFail(LotRow, { lotNumber });
    return toId('lot', row.pk);
  };

  test('parts that do not add up, are no new lots or hold nothing are refused', async () => {
    const lot = first();
    const { lotNumber, level } = lot;
    const other = held.find((one) => one.lotNumber !== lotNumber)?.lotNumber ?? '';
    const refused = async (parts: readonly (readonly [string, number])[]) =>
      acts.codes(await acts.run(acts.lots, split(lot, parts), 'keeper'));
    expect(await refused([[`${lotNumber}-A`, level - 1]])).toEqual(['PARTS_DIFFER']);
    expect(await refused([[`${lotNumber}-A`, level + 1]])).toEqual(['PARTS_DIFFER']);
    expect(await refused([[lotNumber, level]])).toEqual(['PARTS_DIFFER']);
    expect(other).not.toBe('');
    expect(
      await refused([
        [`${lotNumber}-A`, level],
        [`${lotNumber}-B`, 0],
      ]),
    ).toEqual(['INVALID_INPUT']);
    expect(
      await refused([
        [`${lotNumber}-A`, 1],
        [`${lotNumber}-A`, level - 1],
      ]),
    ).toEqual(['INVALID_INPUT']);
    expect(await refused([])).toEqual(['INVALID_INPUT']);
  });

  test('a lot becomes several of the same dates, which say where they come from, and two of them one', async () => {
    const { lot, lotNumber, place, level } = first();
    const parts = [
      [`${lotNumber}-A`, 5],
      [`${lotNumber}-B`, 7],
      [lotNumber, level - 12],
    ] as const;
    const done = await acts.act(acts.lots, split(first(), parts), pair);
    expect(acts.codes(done)).toEqual([]);
    expect(done.signOff?.status).toBe('EXECUTED');
    await acts.carryOut();
    const commands = (await acts.entity(acts.lots, lot, 'commands { kind state }'))['commands'];
    expect(commands).toEqual([
      { kind: 'SPLIT_LOT', state: 'CONFIRMED' },
      { kind: 'SPLIT_LOT', state: 'CONFIRMED' },
    ]);
    await acts.world.syncAll('erp');
    expect(await levelOf(lotNumber, place)).toBe(level - 12);
    expect(await levelOf(`${lotNumber}-A`, place)).toBe(5);
    const made = await lotId(`${lotNumber}-A`);
    const before = await acts.entity(acts.lots, lot, 'expiresOn manufacturedOn');
    expect(await acts.entity(acts.lots, made, 'expiresOn manufacturedOn')).toEqual(before);
    expect(await acts.entity(acts.lots, made, 'ancestors(first: 5) { nodes { lot { lotNumber } } }')).toEqual(
      {
        ancestors: { nodes: [{ lot: { lotNumber } }] },
      },
    );

    const again = await acts.run(acts.lots, split(first(), [[`${lotNumber}-A`, level - 12]]), 'keeper');
    expect(acts.codes(again)).toEqual(['PARTS_DIFFER']);

    const other = await lotId(`${lotNumber}-B`);
    const merge = (into: string, from: string) =>
      `mergeLots(into: "${into}", lots: ["${from}"], location: "${place}", reason: "order cancelled")`;
    // nobody has decided about the parts, and they do not become part of what is released
    expect(acts.codes(await acts.run(acts.lots, merge(lot, made), 'keeper'))).toEqual(['LOTS_DIFFER']);
    expect(acts.codes(await acts.act(acts.lots, merge(made, other), pair))).toEqual([]);
    await acts.carryOut();
    await acts.world.syncAll('erp');
    expect(await levelOf(`${lotNumber}-A`, place)).toBe(12);
    expect(await levelOf(`${lotNumber}-B`, place)).toBe(0);
    const twice = await acts.run(acts.lots, merge(made, other), 'keeper');
    expect(acts.codes(twice)).toEqual(['NOTHING_TO_CHANGE']);
    const records = await acts.world.services.database.reader.findBy(RegulatedRecordRow, {
      recordType: 'lotMerge',
    });
    expect(records.map(({ subject }) => subject).sort()).toEqual([made, other].sort());
  });

  test('lots of other items, or that outlive each other, are not merged; a lot on hold is neither split nor merged', async () => {
    const lot = first();
    const other = held.find((one) => one.lotNumber.slice(0, 6) !== lot.lotNumber.slice(0, 6));
    const merge = (into: string, from: string) =>
      `mergeLots(into: "${into}", lots: ["${from}"], location: "${lot.place}", reason: "space")`;
    expect(acts.codes(await acts.run(acts.lots, merge(lot.lot, lot.lot), 'keeper'))).toEqual([
      'INVALID_INPUT',
    ]);
    expect(acts.codes(await acts.run(acts.lots, merge(other?.lot ?? '', lot.lot), 'keeper'))).toContain(
      'LOTS_DIFFER',
    );

    const made = await lotId(`${lot.lotNumber}-A`);
    const hold = `placeHold(lot: "${lot.lot}", kind: DAMAGE, reason: "torn pouches")`;
    expect((await acts.run(acts.lots, hold, 'officer')).refusals).toEqual([]);
    const parts = [[`${lot.lotNumber}-C`, await levelOf(lot.lotNumber, lot.place)]] as const;
    expect(acts.codes(await acts.run(acts.lots, split(lot, parts), 'keeper'))).toEqual(['LOT_ON_HOLD']);
    expect(acts.codes(await acts.run(acts.lots, merge(made, lot.lot), 'keeper'))).toContain('LOT_ON_HOLD');
  });

  test('the WMS splits and merges what a bin holds, and the graph knows where the parts come from', async () => {
    const { lot, lotNumber, place, level } = await heldInBin();
    const part = `${lotNumber}-W`;
    const other = `${lotNumber}-X`;
    const parts = [
      [part, 3],
      [other, 2],
      [lotNumber, level - 5],
    ] as const;
    const done = await acts.act(acts.lots, split({ lot, lotNumber, place, level }, parts), pair);
    expect(acts.codes(done)).toEqual([]);
    expect(done.signOff?.status).toBe('EXECUTED');
    await acts.carryOut();
    const { commands } = await acts.entity(acts.lots, lot, 'commands { system kind state }');
    expect(commands).toEqual([
      { system: 'wms', kind: 'SPLIT_LOT', state: 'CONFIRMED' },
      { system: 'wms', kind: 'SPLIT_LOT', state: 'CONFIRMED' },
    ]);
    await acts.world.syncAll('wms');
    expect(await levelOf(lotNumber, place, 'wms')).toBe(level - 5);
    expect(await levelOf(part, place, 'wms')).toBe(3);
    const made = await lotId(part);
    const dates = await acts.entity(acts.lots, lot, 'expiresOn');
    expect(await acts.entity(acts.lots, made, 'expiresOn')).toEqual(dates);
    expect(await acts.entity(acts.lots, made, 'ancestors(first: 5) { nodes { lot { lotNumber } } }')).toEqual(
      {
        ancestors: { nodes: [{ lot: { lotNumber } }] },
      },
    );

    const merge = `mergeLots(into: "${made}", lots: ["${await lotId(other)}"], location: "${place}", reason: "cancelled")`;
    expect(acts.codes(await acts.act(acts.lots, merge, pair))).toEqual([]);
    await acts.carryOut();
    await acts.world.syncAll('wms');
    expect(await levelOf(part, place, 'wms')).toBe(5);
    expect(await levelOf(other, place, 'wms')).toBe(0);
  });

  test('a lot that the WMS knows by two records is not split there: each would be told the whole', async () => {
    const found = await heldInBin();
    const parts = [
      [`${found.lotNumber}-Z`, 1],
      [found.lotNumber, found.level - 1],
    ] as const;
    const { database } = acts.world.services;
    const lotPk = fromId('lot', found.lot);
    const [other] = await database.reader.query<{ pk: number; entity_pk: number }[]>(
      `SELECT r.pk, r.entity_pk FROM source_record r JOIN source_stream s ON s.pk = r.stream_pk
        WHERE s.system = 'wms' AND s.name = 'inventoryItems' AND r.entity_pk <> ? AND r.void_reason IS NULL LIMIT 1`,
      [lotPk],
    );
    const give = (pk: unknown) =>
      database.write((manager) =>
        manager.query('UPDATE source_record SET entity_pk = ? WHERE pk = ?', [pk, other?.pk]),
      );
    await give(lotPk);
    expect(acts.codes(await acts.run(acts.lots, split(found, parts), 'keeper'))).toEqual([
      'COMMAND_UNAVAILABLE',
    ]);
    await give(other?.entity_pk);
    expect(acts.codes(await acts.run(acts.lots, split(found, parts), 'keeper'))).toEqual([]);
  });

  /** A bin of the WMS, and a lot in it that one record of the WMS stands for and nothing is held against. */
  async function heldInBin(): Promise<Held> {
    const [row] = await acts.world.services.database.reader.query<Record<string, string | number>[]>(
      `SELECT m.lot_pk, m.location_pk, l.lot_number, SUM(m.quantity_micros) AS micros
         FROM movement m JOIN lot l ON l.pk = m.lot_pk
        WHERE m.system = 'wms' AND m.lot_pk NOT IN (SELECT lot_pk FROM lot_hold)
          AND m.lot_pk NOT IN (SELECT lot_pk FROM recall_scope WHERE lot_pk IS NOT NULL)
          AND m.location_pk NOT IN (SELECT location_pk FROM movement WHERE system = 'erp' AND location_pk IS NOT NULL)
          AND 1 = (SELECT COUNT(*) FROM source_record r JOIN source_stream s ON s.pk = r.stream_pk
                    WHERE r.entity_pk = m.lot_pk AND s.system = 'wms' AND s.name = 'inventoryItems')
        GROUP BY m.lot_pk, m.location_pk, l.lot_number HAVING SUM(m.quantity_micros) >= 20000000
        ORDER BY l.lot_number DESC, m.location_pk LIMIT 1`,
    );
    if (row === undefined) throw new Error('no bin of the demo holds such a lot');
    return {
      ...{ lot: toId('lot', Number(row['lot_pk'])), place: toId('location', Number(row['location_pk'])) },
      ...{ lotNumber: String(row['lot_number']), level: Number(row['micros']) / 1_000_000 },
    };
  }
});
