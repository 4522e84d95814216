/** Matches and splits over the copy: what they move, that they are taken back without a trace, and what they never do. */
import fc from 'fast-check';
import { describeEachDatabase } from '../support/databases';
import { IdentityWorld, move, row } from './identity-world';

describeEachDatabase('identity map', (open) => {
  let world: IdentityWorld;

  beforeEach(async () => {
    world = await IdentityWorld.open(open);
    const { erp, wms, lims } = world.systems;
    erp.rows['items'] = [
      row('i1', { code: 'KIT', name: 'Suture kit', gtin: '06901234567892' }),
      row('i2', { code: 'TUBE', name: 'Drain tube' }),
    ];
    wms.rows['items'] = [row('w1', { code: 'W-KIT', name: 'Suture Kit', gtin: '06901234567892' })];
    erp.rows['parties'] = [
      row('p1', { code: 'ACME', role: 'SUPPLIER' }),
      row('p2', { code: 'Acme', role: 'SUPPLIER' }),
    ];
    erp.rows['lots'] = [
      row('a', { item: 'KIT', lotNumber: 'L-001', expiresOn: '2028-01-31', supplier: 'ACME' }),
      row('b', { item: 'KIT', lotNumber: 'L-002', expiresOn: '2028-02-28' }),
      row('c', { item: 'TUBE', lotNumber: 'L-001' }),
      row('d', { item: 'TUBE', lotNumber: 'T9', manufacturer: 'ACME' }),
      row('e', { item: 'TUBE', lotNumber: 'T9', manufacturer: 'Acme' }),
    ];
    wms.rows['lots'] = [
      row('a', { item: 'W-KIT', lotNumber: 'L001', expiresOn: '2028-01-31', hold: 'QUALITY' }),
      row('b', { item: 'W-KIT', lotNumber: 'L-002', expiresOn: '2028-02-28' }),
      row('c', { item: 'TUBE', lotNumber: 'L-001', expiresOn: '2029-01-31' }),
    ];
    wms.rows['movements'] = [
      move('m1', 'W-KIT', 'L001', '5'),
      move('m2', 'W-KIT', 'L-002', '7'),
      move('m3', 'TUBE', 'L-001', '11'),
      move('m4', 'TUBE', 'T9', '13'),
    ];
    lims.rows['samples'] = [row('s1', { number: 'S1', lotNumber: 'L001', state: 'VERIFIED' })];
    await world.sync();
  });

  const stock = () =>
    world.rows<{ code: string; lot_number: string; micros: string }>(
      `SELECT i.code, l.lot_number, SUM(m.quantity_micros) / 1000000 AS micros FROM movement m
         JOIN lot l ON l.pk = m.lot_pk JOIN item i ON i.pk = l.item_pk GROUP BY i.code, l.lot_number ORDER BY 1, 2`,
    );
  const shown = async () =>
    (await stock()).map((one) => `${one.code} ${one.lot_number} ${Number(one.micros)}`);

  it('joins two lots with their movements, holds and samples, and takes it back to the byte', async () => {
    const before = await world.dump();
    const [into, from] = [await world.lot('KIT', 'L-001'), await world.lot('W-KIT', 'L001')];
    expect(await world.match('lot', into, from)).toBe('MATCHED');
    expect(await shown()).toContain('KIT L-001 5');
    expect(await world.lot('W-KIT', 'L001')).toBe(0);
    expect(await world.rows('SELECT lot_pk, kind FROM lot_hold')).toEqual([
      { lot_pk: into, kind: 'QUALITY' },
    ]);
    expect(await world.rows('SELECT lot_pk FROM inspection')).toEqual([{ lot_pk: into }]);
    expect(await world.takeBack('lot', from)).toBe('TAKEN_BACK');
    expect(await world.dump()).toEqual(before);
  });

  it('joins two items, and their lots of one number follow', async () => {
    const before = await world.dump();
    const [into, from] = [await world.coded('item', 'KIT'), await world.coded('item', 'W-KIT')];
    const lot = await world.lot('KIT', 'L-002');
    expect(await world.match('item', into, from)).toBe('MATCHED');
    expect(await world.coded('item', 'W-KIT')).toBe(0);
    expect(await shown()).toEqual(['KIT L-002 7', 'KIT L001 5', 'TUBE L-001 11', 'TUBE T9 13']);
    expect(await world.lot('KIT', 'L-002')).toBe(lot);
    expect(await world.takeBack('item', from)).toBe('TAKEN_BACK');
    expect(await world.dump()).toEqual(before);
  });

  it('sets the words of one system apart, and joins them again', async () => {
    const before = await world.dump();
    const lot = await world.lot('TUBE', 'L-001');
    expect(await world.split('lot', lot, 'wms')).toBe('SPLIT');
    const parts = await world.rows<{ pk: number; expires_on: string | null }>(
      "SELECT l.pk, l.expires_on FROM lot l JOIN item i ON i.pk = l.item_pk WHERE i.code = 'TUBE' AND lot_number = 'L-001' ORDER BY l.pk",
    );
    expect(parts.map((one) => one.expires_on)).toEqual([null, '2029-01-31']);
    const part = parts[1]?.pk ?? 0;
    expect(await world.rows('SELECT lot_pk FROM movement WHERE quantity_micros = 11000000')).toEqual([
      { lot_pk: part },
    ]);
    expect(await world.match('lot', lot, part)).toBe('TAKEN_BACK');
    expect(await world.dump()).toEqual(before);
  });

  it('gives a part of an item a code of its own', async () => {
    const before = await world.dump();
    const item = await world.coded('item', 'TUBE');
    expect(await world.split('item', item, 'wms')).toBe('SPLIT');
    expect(await shown()).toContain('TUBE@wms L-001 11');
    expect(await world.match('item', item, await world.coded('item', 'TUBE@wms'))).toBe('TAKEN_BACK');
    expect(await world.dump()).toEqual(before);
  });

  it('settles who made a lot when two makers are found to be one', async () => {
    const before = await world.dump();
    const doubts = () =>
      world.rows<{ rule: string }>(
        "SELECT rule FROM finding WHERE state = 'OPEN' AND rule = 'AMBIGUOUS_LOT'",
      );
    expect(await doubts()).toHaveLength(1);
    const from = await world.coded('party', 'Acme');
    expect(await world.match('party', await world.coded('party', 'ACME'), from)).toBe('MATCHED');
    expect(await doubts()).toHaveLength(0);
    expect(await world.rows("SELECT pk FROM lot WHERE lot_number = 'T9'")).toHaveLength(1);
    expect(await world.takeBack('party', from)).toBe('TAKEN_BACK');
    expect(await world.dump()).toEqual(before);
  });

  it('keeps a decision through a sync, for rows that change and rows that are new', async () => {
    const [into, from] = [await world.lot('KIT', 'L-001'), await world.lot('W-KIT', 'L001')];
    await world.match('lot', into, from);
    const { wms } = world.systems;
    wms.rows['lots']?.push(row('a', { item: 'W-KIT', lotNumber: 'L001', expiresOn: '2028-03-31' }));
    wms.rows['movements']?.push(move('m9', 'W-KIT', 'L001', '20'));
    await world.sync('wms');
    expect(await shown()).toContain('KIT L-001 25');
    expect(
      await world.rows(
        "SELECT rule, subject_pk FROM finding WHERE state = 'OPEN' AND rule = 'VALUE_DIFFERS'",
      ),
    ).toEqual([{ rule: 'VALUE_DIFFERS', subject_pk: into }]);
  });

  it('keeps a decision when a source comes to name a maker, and drops it for another maker', async () => {
    const [into, from] = [await world.lot('TUBE', 'T9'), await world.lot('W-KIT', 'L001')];
    await world.match('lot', into, from);
    const { wms } = world.systems;
    wms.rows['lots']?.push(row('a', { item: 'W-KIT', lotNumber: 'L001', manufacturer: 'ACME' }));
    await world.sync('wms');
    expect(await world.lot('W-KIT', 'L001')).toBe(0);
    wms.rows['lots']?.push(row('a', { item: 'W-KIT', lotNumber: 'L001', manufacturer: 'OTHER' }));
    await world.sync('wms');
    expect(await world.lot('W-KIT', 'L001')).not.toBe(0);
  });

  it('refuses what contradicts another decision, what is nothing, and circles', async () => {
    const [kit, other] = [await world.lot('KIT', 'L-001'), await world.lot('W-KIT', 'L001')];
    await world.match('lot', kit, other);
    const [item, wItem] = [await world.coded('item', 'KIT'), await world.coded('item', 'W-KIT')];
    expect(await world.match('item', item, wItem)).toBe('IDENTITY_CONFLICT');
    expect(await world.match('lot', other, kit)).toBe('NOT_FOUND');
    expect(await world.match('lot', kit, kit)).toBe('INVALID_INPUT');
    expect(await world.takeBack('lot', kit)).toBe('NOTHING_TO_CHANGE');
    // a sample that names the number alone says nothing of its own about the lot
    expect(await world.split('lot', kit, 'lims')).toBe('NOTHING_TO_CHANGE');
    expect(await world.split('lot', kit, 'wms')).toBe('SPLIT');
    expect(await world.split('lot', await world.lot('KIT', 'L-002'), 'wms')).toBe('NOTHING_TO_CHANGE');
  });

  it('lets one of two concurrent matches of a lot win, and the other find it gone', async () => {
    const [into, from] = [await world.lot('KIT', 'L-001'), await world.lot('W-KIT', 'L001')];
    const results = await Promise.all([world.match('lot', into, from), world.match('lot', from, into)]);
    expect(results.sort()).toEqual(['MATCHED', 'NOT_FOUND']);
  });

  it('follows a cross-reference that a source states, changes and withdraws; its lots follow', async () => {
    const before = await world.dump();
    const { wms } = world.systems;
    const states = async (record: Record<string, string>, voidReason?: string) => {
      wms.rows['references']?.push({
        key: 'x1',
        record,
        ...(voidReason === undefined ? {} : { voidReason }),
      });
      await world.sync('wms');
    };
    const reference = { entityType: 'ITEM', code: 'W-KIT', sameAs: 'KIT' };
    await states(reference);
    expect(await shown()).toEqual(['KIT L-002 7', 'KIT L001 5', 'TUBE L-001 11', 'TUBE T9 13']);
    expect(await world.rows('SELECT origin FROM identity_edge')).toEqual([{ origin: 'SOURCE' }]);
    expect(
      await world.takeBack(
        'item',
        (await world.rows<{ from_pk: number }>('SELECT from_pk FROM identity_edge'))[0]?.from_pk ?? 0,
      ),
    ).toBe('IDENTITY_CONFLICT');
    await states({ ...reference, sameAs: 'TUBE' });
    expect(await shown()).toEqual(['TUBE L-001 11', 'TUBE L-002 7', 'TUBE L001 5', 'TUBE T9 13']);
    await states({ ...reference, system: 'lims' });
    expect(await shown()).toContain('W-KIT L001 5');
    await states(reference, 'CANCELLED');
    const { inspection, identity, ...after } = await world.dump();
    const { inspection: samples, identity: names, ...golden } = before;
    expect([after, inspection, identity]).toEqual([golden, samples, names]);
  });

  it('leaves a cross-reference that another contradicts to a person', async () => {
    const { wms, erp } = world.systems;
    erp.rows['references'] = [row('x', { entityType: 'PARTY', code: 'Acme', sameAs: 'ACME' })];
    wms.rows['references'] = [row('x', { entityType: 'PARTY', code: 'Acme', sameAs: 'OTHER' })];
    await world.sync();
    expect(await world.rows('SELECT from_pk FROM identity_edge')).toEqual([]);
    expect(
      await world.rows(
        "SELECT field FROM finding WHERE rule = 'CROSS_REFERENCE_CONFLICT' AND state = 'OPEN'",
      ),
    ).toHaveLength(2);
  });

  it('never joins what differs in case, in leading zeros, in its item or in its maker by itself', async () => {
    const { erp } = world.systems;
    erp.rows['lots']?.push(
      ...['AB-7', 'ab-7', '0042', '42'].map((lotNumber) => row(lotNumber, { item: 'KIT', lotNumber })),
    );
    await world.sync('erp');
    const lots = await world.rows<{ lot_number: string }>(
      "SELECT lot_number FROM lot WHERE lot_number IN ('AB-7', 'ab-7', '0042', '42') ORDER BY lot_number",
    );
    expect(lots.map((one) => one.lot_number)).toEqual(['0042', '42', 'AB-7', 'ab-7']);
    expect(await world.rows("SELECT pk FROM lot WHERE lot_number = 'L-001'")).toHaveLength(2);
    expect(
      await world.rows("SELECT pk FROM lot WHERE lot_number = 'T9' AND manufacturer_pk IS NOT NULL"),
    ).toHaveLength(2);
    const pairs = await world.rows<{ a: string; b: string; confidence: number }>(
      `SELECT a.lot_number AS a, b.lot_number AS b, c.confidence FROM identity_candidate c
         JOIN lot a ON a.pk = c.first_pk JOIN lot b ON b.pk = c.second_pk ORDER BY 1, 2`,
    );
    expect(pairs).toEqual(
      expect.arrayContaining([
        { a: '0042', b: '42', confidence: 60 },
        { a: 'AB-7', b: 'ab-7', confidence: 60 },
        { a: 'L-001', b: 'L001', confidence: 70 },
      ]),
    );
  });

  it('is a function of versions and decisions: any sequence is taken back to the byte, and a rebuild changes nothing', async () => {
    const names = [
      ['KIT', 'L-001'],
      ['KIT', 'L-002'],
      ['W-KIT', 'L001'],
      ['W-KIT', 'L-002'],
      ['TUBE', 'L-001'],
    ] as const;
    const step = fc.oneof(
      fc.record({ act: fc.constant('match' as const), a: fc.nat(4), b: fc.nat(4) }),
      fc.record({ act: fc.constant('split' as const), a: fc.nat(4), b: fc.nat(1) }),
      fc.record({ act: fc.constant('items' as const), a: fc.nat(2), b: fc.nat(2) }),
    );
    const codes = ['KIT', 'W-KIT', 'TUBE'] as const;
    const start = await world.dump();
    let done = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 5 }), async (steps) => {
        const back: { state: Record<string, string[]>; undo: () => Promise<string> }[] = [];
        for (const { act, a, b } of steps) {
          const state = await world.dump();
          const pks = await Promise.all(
            act === 'items'
              ? [codes[a], codes[b]].map((code) => world.coded('item', code ?? ''))
              : [names[a], names[b]].map((name) => world.lot(name?.[0] ?? '', name?.[1] ?? '')),
          );
          const [into = 0, from = 0] = pks;
          if (act === 'split') {
            const result = await world.split('lot', into, b === 0 ? 'wms' : 'erp');
            if (result !== 'SPLIT') continue;
            const [edge] = await world.rows<{ to_pk: number }>(
              'SELECT to_pk FROM identity_edge ORDER BY to_pk DESC LIMIT 1',
            );
            const fresh = await world.rows<{ to_pk: number }>(
              'SELECT to_pk FROM identity_edge WHERE from_pk = ? AND system = ?',
              [into, b === 0 ? 'wms' : 'erp'],
            );
            back.push({ state, undo: () => world.match('lot', into, fresh[0]?.to_pk ?? edge?.to_pk ?? 0) });
          } else {
            const type = act === 'items' ? 'item' : 'lot';
            if ((await world.match(type, into, from)) !== 'MATCHED') continue;
            back.push({ state, undo: () => world.takeBack(type, from) });
          }
          done += 1;
          const now = await world.dump();
          await world.rebuild();
          expect(await world.dump()).toEqual(now);
        }
        for (const { state, undo } of back.reverse()) {
          expect(await undo()).toBe('TAKEN_BACK');
          expect(await world.dump()).toEqual(state);
        }
      }),
      { numRuns: Number(process.env['IDENTITY_RUNS'] ?? 4), seed: 20260601, endOnFailure: true },
    );
    expect(done).toBeGreaterThan(2);
    expect(await world.dump()).toEqual(start);
  }, 60_000);
});
