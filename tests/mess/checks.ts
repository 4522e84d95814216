/**
 * What must become of each kind of planted mess: the right value, a finding, or a rejected row. A kind without an
 * entry here fails the test, so the generator cannot plant what nobody checks.
 */
import type { Planted } from '../../demo/index';
import type { CopyQuestions, LotInCopy } from './graph-of-copy';

type Check = (copy: CopyQuestions, planted: Planted) => Promise<void>;

const MICROS = 1_000_000;

const text = (value: unknown): string => {
  if (typeof value !== 'string') throw new Error(`text expected, found ${JSON.stringify(value)}`);
  return value;
};
const lotOf = (copy: CopyQuestions, { keys }: Planted): Promise<LotInCopy> =>
  copy.lot(text(keys['itemCode']), text(keys['lotNumber']));

/** The lot of the entry has an open finding of the rule. */
const lotFinding =
  (rule: string): Check =>
  async (copy, planted) => {
    expect(await copy.findings(rule, await lotOf(copy, planted))).not.toHaveLength(0);
  };

/** WMS and ERP agree on the lot's stock at every site. */
const ledgersAgree: Check = async (copy, planted) => {
  const lot = await lotOf(copy, planted);
  expect(await copy.stock(lot, 'wms')).toEqual(await copy.stock(lot, 'erp'));
  expect(await copy.findings('STOCK_DIFFERS', lot)).toEqual([]);
};

/** The finding states by how much the ledgers differ. */
const stockDiffersBy: Check = async (copy, planted) => {
  const lot = await lotOf(copy, planted);
  const total = async (system: string): Promise<number> =>
    [...(await copy.stock(lot, system)).values()].reduce((sum, one) => sum + one, 0);
  const difference = ((await total('wms')) - (await total('erp'))) / MICROS;
  expect(String(difference)).toBe(text(planted.expect['wmsMinusErp']));
  expect(await copy.findings('STOCK_DIFFERS', lot)).toHaveLength(1);
};

/** A document that was cancelled or never submitted moved nothing. */
const movedNothing: Check = async (copy, planted) => {
  const lot = await lotOf(copy, planted);
  expect(await copy.movementsOf(lot, text(planted.keys['deliveryNote']))).toEqual([]);
};

const resultsThatCount = (results: Awaited<ReturnType<CopyQuestions['results']>>): string[] =>
  results
    .filter((one) => !['RETRACTED', 'REJECTED', 'CANCELLED'].includes(one.state))
    .map((one) => String((one.numeric_micros ?? 0) / MICROS));

/** A sample in a state in which its results do not count: shown with that state, or kept as a void record. */
const sampleState =
  (state: string): Check =>
  async (copy, planted) => {
    const lot = await lotOf(copy, planted);
    const states = await copy.query<{ state: string }>('SELECT state FROM inspection WHERE lot_pk = ?', [
      lot.pk,
    ]);
    expect(states.map((row) => row.state)).toContain(state);
  };

export const CHECKS: Readonly<Record<string, Check>> = {
  'item-code-padded': async (copy, { keys }) => {
    expect(await copy.query('SELECT code FROM item WHERE code = ?', [text(keys['wmsCode'])])).toEqual([]);
    const records = await copy.query<{ system: string }>(
      `SELECT s.system FROM item i JOIN source_record r ON r.entity_pk = i.pk JOIN source_stream s ON s.pk = r.stream_pk
        WHERE i.code = ? ORDER BY s.system`,
      [text(keys['itemCode'])],
    );
    expect(records.map((row) => row.system)).toEqual(['erp', 'wms']);
  },
  'item-disabled': async (copy, { keys }) => {
    expect(await copy.query('SELECT active FROM item WHERE code = ?', [text(keys['itemCode'])])).toEqual([
      { active: 0 },
    ]);
  },
  'shared-number': async (copy, { keys }) => {
    for (const item of keys['itemCodes'] as string[]) {
      const lot = await copy.lot(item, text(keys['lotNumber']));
      expect(await copy.findings('SAME_NUMBER', lot)).toHaveLength(1);
    }
  },
  'expiry-differs': async (copy, planted) => {
    const lot = await lotOf(copy, planted);
    expect(lot.expiresOn).toBe(planted.expect['erp']);
    expect(await copy.findings('VALUE_DIFFERS', lot)).toEqual([
      {
        values: [
          { system: 'erp', value: planted.expect['erp'] },
          { system: 'wms', value: planted.expect['wms'] },
        ],
      },
    ]);
  },
  'zero-date': async (copy, planted) => {
    const lot = await lotOf(copy, planted);
    expect(lot.expiresOn).toBe(planted.expect['wms']);
    const notes = await copy.recordFindings('ZERO_DATE');
    expect(notes.map((note) => note['key'])).toContain(text(planted.keys['lotNumber']));
  },
  'null-expiry': lotFinding('NO_EXPIRY'),
  'dotted-date': async (copy, planted) => {
    const lot = await lotOf(copy, planted);
    const records = await copy.query<{ canonical: string }>(
      `SELECT v.canonical FROM source_record r JOIN source_stream s ON s.pk = r.stream_pk
         JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version WHERE s.system = ? AND r.entity_pk = ?`,
      [planted.systems[0] ?? '', lot.pk],
    );
    const field = planted.systems[0] === 'erp' ? 'supplierExpiresOn' : 'expiresOn';
    const expiries = records.map((row) => (JSON.parse(row.canonical) as Record<string, unknown>)[field]);
    expect(expiries).toEqual([planted.expect['expiry'] ?? planted.expect['supplierExpiry']]);
  },
  'bad-date': async (copy, { expect: expected }) => {
    const rejected = await copy.rejected('wms');
    const found = rejected.filter(
      (row) => row.code === 'BAD_DATE' && row.raw.includes(text(expected['value'])),
    );
    expect(found).toHaveLength(1);
    expect(found[0]?.message).toContain(text(expected['value']));
  },
  'expiry-before-made': lotFinding('EXPIRY_BEFORE_MANUFACTURE'),
  'status-differs': lotFinding('STATUS_DIFFERS'),
  blocked: async (copy, planted) => {
    const systems = (await copy.holds(await lotOf(copy, planted))).map((hold) => hold.split(' ')[0]);
    expect([...new Set(systems)]).toEqual(['erp', 'wms']);
  },
  'unknown-status': async (copy, planted) => {
    const notes = await copy.recordFindings('UNKNOWN_CODE');
    expect(notes.map((note) => note['raw'])).toContain(text(planted.expect['value']));
    expect(await copy.holds(await lotOf(copy, planted))).toContain(`${String(planted.systems[0])} UNKNOWN`);
  },
  'html-entity': async (copy, planted) => {
    const lot = await lotOf(copy, planted);
    const records = await copy.query<{ canonical: string }>(
      'SELECT v.canonical FROM source_record r JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version WHERE r.entity_pk = ?',
      [lot.pk],
    );
    const reasons = records.map(
      (row) => (JSON.parse(row.canonical) as { remarks?: string | null }).remarks ?? '',
    );
    expect(reasons.map((reason) => reason.replace(/\s+/g, ' '))).toContain(
      text(planted.expect['text']).replace(/\s+/g, ' '),
    );
  },
  'missing-batch': async (copy, planted) => {
    const lot = await lotOf(copy, planted);
    expect(await copy.findings('MASTER_MISSING', lot)).toHaveLength(1);
    expect(await copy.query('SELECT pk FROM movement WHERE lot_pk = ?', [lot.pk])).not.toHaveLength(0);
  },
  'unknown-lot': async (copy, planted) => {
    const lot = await lotOf(copy, planted);
    expect(await copy.findings('MISSING_IN_SYSTEM', lot)).toHaveLength(1);
    const onHand = [...(await copy.stock(lot, 'wms')).values()].reduce((sum, one) => sum + one, 0);
    expect(String(onHand / MICROS)).toBe(text(planted.expect['onHand']));
  },
  'no-lot-number': async (copy) => {
    const rejected = await copy.rejected('wms');
    expect(
      rejected.filter((row) => row.code === 'MISSING_VALUE' && row.field === 'lotNumber'),
    ).not.toHaveLength(0);
  },
  'count-difference': stockDiffersBy,
  'missed-movement': stockDiffersBy,
  'product-count': ledgersAgree,
  'count-in-between': async (copy, planted) => {
    await ledgersAgree(copy, planted);
    const lot = await lotOf(copy, planted);
    expect(
      await copy.query('SELECT movement_pk FROM level_movement WHERE lot_pk = ?', [lot.pk]),
    ).not.toHaveLength(0);
  },
  'locale-number': async (copy, planted) => {
    const lot = await lotOf(copy, planted);
    const results = await copy.query<{ numeric_micros: number | null }>(
      'SELECT r.numeric_micros FROM inspection_result r JOIN inspection i ON i.ref = r.inspection_ref WHERE i.lot_pk = ?',
      [lot.pk],
    );
    expect(results.map((row) => String((row.numeric_micros ?? 0) / MICROS))).toContain(
      text(planted.expect['result']),
    );
  },
  'lot-written': async (copy, planted) => {
    const lot = await copy.lot(text(planted.expect['itemCode']), text(planted.expect['lotNumber']));
    const written = text(planted.keys['written']);
    if (planted.systems.includes('wms')) {
      const raws = await copy.query<{ raw: string }>(
        `SELECT v.raw FROM source_record r JOIN source_stream s ON s.pk = r.stream_pk
           JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version WHERE s.system = 'wms' AND r.entity_pk = ?`,
        [lot.pk],
      );
      expect(raws.map((row) => (JSON.parse(row.raw) as { lotNumber: string }).lotNumber)).toContain(written);
    } else {
      const raws = await copy.query<{ raw: string }>(
        `SELECT v.raw FROM inspection i JOIN source_record r ON r.pk = i.pk
           JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version WHERE i.lot_pk = ?`,
        [lot.pk],
      );
      expect(raws.some((row) => row.raw.includes(JSON.stringify(written).slice(1, -1)))).toBe(true);
    }
  },
  'cancelled-delivery': movedNothing,
  'draft-delivery': movedNothing,
  return: async (copy, planted) => {
    const movements = await copy.movementsOf(await lotOf(copy, planted), text(planted.keys['deliveryNote']));
    expect(movements.map((one) => [one.kind, String(one.quantity_micros / MICROS)])).toEqual([
      ['CUSTOMER_RETURN', text(planted.expect['quantityBack'])],
    ]);
  },
  'box-unit': async (copy, planted) => {
    const lot = await lotOf(copy, planted);
    const movements = await copy.movementsOf(lot, text(planted.keys['document']));
    const pieces = movements.reduce((sum, one) => sum + Math.abs(one.quantity_micros), 0) / MICROS;
    expect(String(pieces)).toBe(text(planted.expect['pieces']));
    const lines = await copy.query<{ quantity_micros: number; uom: string }>(
      'SELECT l.quantity_micros, l.uom FROM document_line l JOIN document d ON d.ref = l.document_ref WHERE l.lot_pk = ? AND d.number = ?',
      [lot.pk, text(planted.keys['document'])],
    );
    expect(lines.map((line) => [String(line.quantity_micros / MICROS), line.uom])).toEqual([
      [text(planted.expect['pieces']), 'pcs'],
    ]);
  },
  'split-consumption': async (copy, planted) => {
    const lot = await lotOf(copy, planted);
    const parents = await copy.query<{ lot_number: string }>(
      `SELECT DISTINCT a.lot_number FROM genealogy_edge e JOIN lot a ON a.pk = e.ancestor_lot_pk WHERE e.descendant_lot_pk = ? ORDER BY 1`,
      [lot.pk],
    );
    expect(parents.map((row) => row.lot_number)).toEqual(
      expect.arrayContaining(planted.expect['inputs'] as string[]),
    );
  },
  'ambiguous-reference': async (copy, planted) => {
    const notes = await copy.recordFindings('AMBIGUOUS_LOT');
    const found = notes.find((note) => note['lotNumber'] === planted.keys['clientReference']);
    expect(found?.['candidates']).toHaveLength(2);
  },
  'full-width': async (copy, planted) => {
    const lot = await copy.lot(text(planted.expect['itemCode']), text(planted.expect['lotNumber']));
    const raws = await copy.query<{ raw: string }>(
      `SELECT v.raw FROM inspection i JOIN source_version v ON v.record_pk = i.pk WHERE i.lot_pk = ?`,
      [lot.pk],
    );
    expect(raws.some((row) => row.raw.includes(text(planted.keys['clientReference'])))).toBe(true);
  },
  'unknown-reference': async (copy, planted) => {
    if (planted.expect['finding'] === 'reference without a lot') {
      const notes = await copy.recordFindings('NO_LOT');
      expect(notes).not.toHaveLength(0);
      return;
    }
    const [item, lotNumber] = text(planted.keys['clientReference']).split('/');
    const lots = await copy.query<{ pk: number }>('SELECT pk FROM lot WHERE lot_number = ?', [
      lotNumber ?? item ?? '',
    ]);
    if (lots.length === 0) {
      const notes = await copy.recordFindings('UNKNOWN_LOT');
      expect(notes.map((note) => note['lotNumber'])).toContain(lotNumber ?? item);
    } else {
      const lot = await copy.lot(item ?? '', lotNumber ?? '');
      expect(await copy.findings('MASTER_MISSING', lot)).toHaveLength(1);
    }
  },
  retest: async (copy, planted) => {
    const results = await copy.results(await lotOf(copy, planted), text(planted.keys['keyword']));
    expect(resultsThatCount(results)).toEqual([text(planted.expect['result'])]);
    expect(results.some((one) => one.retest_of_ref !== null)).toBe(true);
    expect(
      results.some((one) => one.state === 'RETRACTED' && one.value === planted.expect['retracted']),
    ).toBe(true);
  },
  retracted: async (copy, planted) => {
    const results = await copy.results(await lotOf(copy, planted), text(planted.keys['keyword']));
    expect(resultsThatCount(results)).toEqual([]);
    expect(
      results.some((one) => one.state === 'RETRACTED' && one.value === planted.expect['retracted']),
    ).toBe(true);
  },
  'sample-invalid': sampleState('INVALID'),
  'sample-rejected': sampleState('REJECTED'),
  'sample-cancelled': async (copy, planted) => {
    const lot = await lotOf(copy, planted);
    const counted = await copy.query<{ state: string }>('SELECT state FROM inspection WHERE lot_pk = ?', [
      lot.pk,
    ]);
    const voided = await copy.query<{ canonical: string }>(
      `SELECT v.canonical FROM source_record r JOIN source_stream s ON s.pk = r.stream_pk
         JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version
        WHERE s.system = 'lims' AND r.void_reason IS NOT NULL AND s.record_type = 'inspection'`,
    );
    const kept = voided.some(
      (row) => (JSON.parse(row.canonical) as { lotNumber?: string }).lotNumber === planted.keys['lotNumber'],
    );
    expect(kept || counted.some((row) => row.state === 'CANCELLED')).toBe(true);
  },
  'qa-bad-row': async (copy) => {
    const rejected = await copy.rejected('qa');
    expect(rejected.map((row) => row.code)).toEqual(['UNREADABLE_ROW', 'UNREADABLE_ROW']);
  },
  example: async (copy, planted) => {
    const lot = await lotOf(copy, planted);
    const parents = await copy.query<{ lot_number: string }>(
      `SELECT DISTINCT a.lot_number FROM genealogy_edge e JOIN lot a ON a.pk = e.ancestor_lot_pk WHERE e.descendant_lot_pk = ? ORDER BY 1`,
      [lot.pk],
    );
    expect(parents.map((row) => row.lot_number)).toEqual([...(planted.expect['inputs'] as string[])].sort());
    const serials = await copy.query<{ serial_number: string }>(
      'SELECT serial_number FROM serial WHERE lot_pk = ? ORDER BY 1',
      [lot.pk],
    );
    expect(serials.map((row) => row.serial_number)).toEqual(planted.keys['serials']);
  },
};
