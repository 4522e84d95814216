import path from 'node:path';
import { loadDictionary } from '../../platform/dictionary/dictionary';
import type { ConfigError } from '../../platform/errors';
import type { ConsistencyRules } from './consistency-rule';
import { type Discrepancy, evaluate } from './evaluate';
import { compileText, loadConsistencyRules } from './load-rules';
import type { RuledInspection } from './inspection-facts';
import type { Claim, LedgerSum, RuledSubject } from './lot-facts';

const ROOT = path.resolve(__dirname, '..', '..');
const dictionary = loadDictionary(path.join(ROOT, 'schema', 'dictionary', 'terms'));
const NOW = Date.parse('2026-06-30T04:00:00Z');
const HEAD = 'owners: [{ id: quality, name: { en: Q, zh: 质 }, roles: [qa-lead] }]\nrules:\n';
const rule = (more: string): string =>
  `${HEAD}  - { id: one, name: { en: One, zh: 一 }, severity: ERROR, ${more} }\n`;
const compile = (text: string): ConsistencyRules => compileText(text, dictionary, new Set(['qa-lead']));
const problemsOf = (text: string): readonly string[] => {
  try {
    compile(text);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
};
const claim = (system: string, record: Claim['record'], recordPk = 1): Claim => ({
  ...{ system, record, recordPk, stream: 'batches', key: 'B1', readAt: NOW, changedAt: null },
});
const lotOf = (claims: Claim[], more: Partial<RuledSubject> = {}): RuledSubject => ({
  ...{ type: 'lot', pk: 1, name: 'L1', held: false, claims, ledger: [], inspections: [], ...more },
});
const moved = (more: Partial<LedgerSum>): LedgerSum => ({
  ...{ system: 'wms', site: 'SZ', zone: 'Asia/Shanghai', kind: 'DELIVERY', micros: 5_000_000 },
  ...{ firstAt: NOW, lastAt: NOW, ...more },
});
const run = (
  text: string,
  lot: RuledSubject,
  read: [string, number | null][] = [['erp', NOW]],
): Discrepancy[] => {
  const { rules } = compile(text);
  const ledgersRead = new Map([
    ['erp', NOW],
    ['wms', NOW],
  ] as const);
  const suppliers = { lot: new Map(read), item: new Map(read) };
  const state = { suppliers, resultSuppliers: new Map(read), ledgersRead, now: NOW };
  return rules.flatMap((one) => evaluate(one, lot, { dictionary, state }));
};

describe('consistency rules', () => {
  it('ships rules that compile, each with an owner that people can hold', () => {
    const { rules, owners, version } = loadConsistencyRules(ROOT, dictionary);
    expect(version).toMatch(/^[0-9a-f]{64}$/);
    expect(rules.map(({ check }) => check.kind)).toEqual(
      expect.arrayContaining(['valueDiffers', 'statusDiffers', 'stockDiffers', 'missingInSystem', 'compare']),
    );
    expect(rules.filter(({ owner }) => !owners.some(({ id }) => id === owner))).toEqual([]);
  });

  it.each([
    ['an unknown term', 'kind: valueDiffers, terms: [lot.nothing]', 'systems state no "lot.nothing"'],
    ['an owner that is none', 'kind: statusDiffers, owner: nobody', '"nobody" is not one of the owners'],
    [
      'a key of another kind',
      "kind: statusDiffers, tolerance: '1'",
      '"tolerance" says nothing to statusDiffers',
    ],
    ['a kind without its terms', 'kind: valueDiffers', 'valueDiffers needs "terms"'],
    ['a movement that is none', 'kind: movedAfterExpiry, movements: [FLY]', 'must be one of RECEIPT'],
    [
      'an order that is none',
      'kind: compare, left: { term: lot.uom }, holds: before, right: { value: kg }',
      'text has no order',
    ],
    [
      'two kinds of values',
      'kind: compare, left: { term: lot.expiresOn }, holds: equal, right: { term: lot.uom }',
      'is text, and the left side date',
    ],
    [
      'a value of another kind',
      'kind: compare, left: { term: lot.expiresOn }, holds: after, right: { value: soon }',
      'must be a day',
    ],
  ])('refuses %s, with line and column', (_, more, message) => {
    const problems = problemsOf(rule(more));
    expect(problems.some((one) => one.startsWith('consistency.yaml:3:') && one.includes(message))).toBe(true);
  });

  it('finds dates that differ by more than the tolerance, and a month that is its last day not', () => {
    const text = rule('kind: valueDiffers, terms: [lot.expiresOn], toleranceDays: 2');
    const both = (a: string, b: string) =>
      run(text, lotOf([claim('erp', { expiresOn: a }), claim('wms', { expiresOn: b }, 2)]));
    expect(both('2027-01', '2027-01-31')).toEqual([]);
    expect(both('2027-01-29', '2027-01-31')).toEqual([]);
    expect(both('2027-01-28', '2027-01-31')).toMatchObject([
      {
        ...{ raises: 'VALUE_DIFFERS', field: 'expiresOn' },
        facts: {
          values: [
            { system: 'erp', value: '2027-01-28' },
            { system: 'wms', value: '2027-01-31' },
          ],
        },
        evidence: [{ system: 'erp', stream: 'batches', key: 'B1', readAt: NOW }, { system: 'wms' }],
      },
    ]);
  });

  it('says that a lot is missing only where the system was read to its end', () => {
    const text = rule('kind: missingInSystem, in: lims');
    const lot = lotOf([claim('erp', { lotNumber: 'L1' })]);
    expect(run(text, lot, [['lims', null]])).toEqual([]);
    expect(run(text, lot, [['lims', NOW]])).toMatchObject([
      { raises: 'MISSING_IN_SYSTEM', facts: { missingIn: 'lims', knownTo: ['erp'] } },
    ]);
    expect(run(text, lotOf([claim('lims', {})]), [['lims', NOW]])).toEqual([]);
  });

  it('compares stock by site, within the tolerance', () => {
    const ledger = [moved({ system: 'erp', micros: 3_000_000 }), moved({})];
    expect(run(rule("kind: stockDiffers, tolerance: '2'"), lotOf([], { ledger }))).toEqual([]);
    expect(run(rule("kind: stockDiffers, tolerance: '1.999999'"), lotOf([], { ledger }))).toMatchObject([
      { field: 'SZ', facts: { site: 'SZ', stock: [{ system: 'erp', quantity: '3' }, { quantity: '5' }] } },
    ]);
  });

  it('holds an expired lot against its holds, its stock and the calendar of the whole world', () => {
    const text = rule('kind: expiredUnblocked, withStock: true');
    const expired = (expiresOn: string, more: Partial<RuledSubject>) =>
      run(text, lotOf([claim('erp', { expiresOn })], { ledger: [moved({})], ...more }));
    expect(expired('2026-06-28', {})).toMatchObject([{ raises: 'EXPIRED_UNBLOCKED' }]);
    expect(expired('2026-06-29', {})).toEqual([]); // somewhere it is still the 29th
    expect(expired('2026-06-28', { held: true })).toEqual([]);
    expect(expired('2026-06-28', { ledger: [] })).toEqual([]);
  });

  it('judges movements by the calendar of their site, and by none where its zone is not known', () => {
    const before = rule('kind: movedBeforeManufacture');
    const made = (zone: string | null, at: string) =>
      run(
        before,
        lotOf([claim('erp', { manufacturedOn: '2026-06-30' })], {
          ledger: [moved({ zone, firstAt: Date.parse(at) })],
        }),
      ).length;
    expect(made('Asia/Shanghai', '2026-06-29T15:59:59Z')).toBe(1);
    expect(made('Asia/Shanghai', '2026-06-29T16:00:00Z')).toBe(0);
    expect(made(null, '2026-06-29T15:59:59Z')).toBe(0);
    expect(made(null, '2026-06-29T09:59:59Z')).toBe(1);
    const after = rule('kind: movedAfterExpiry, movements: [DELIVERY]');
    const lot = lotOf([claim('erp', { expiresOn: '2026-06-29' })], { ledger: [moved({})] });
    expect(run(after, lot)).toMatchObject([{ raises: 'MOVED_AFTER_EXPIRY', field: 'SZ' }]);
    expect(run(after, { ...lot, ledger: [moved({ kind: 'SCRAP' })] })).toEqual([]);
  });

  it('compares terms, systems and values under a condition, and silence with nothing', () => {
    const text = rule(
      'kind: compare, left: { term: lot.uom, system: wms }, holds: equal, right: { term: lot.uom, system: erp }, when: [{ term: lot.supplierLotNumber, is: present }]',
    );
    const lot = (uom: string | null, supplierLotNumber: string | null) =>
      lotOf([claim('erp', { uom: 'kg', supplierLotNumber }), claim('wms', { uom }, 2)]);
    expect(run(text, lot('box', 'S1'))).toMatchObject([
      { raises: 'TERMS_DISAGREE', facts: { uom: 'box', comparedWith: 'kg' } },
    ]);
    expect(run(text, lot('box', null))).toEqual([]);
    expect(run(text, lot(null, 'S1'))).toEqual([]);
    expect(run(text, lot('kg', 'S1'))).toEqual([]);
  });

  it('refuses terms of another subject, and kinds that say nothing of items', () => {
    const problem = (more: string): string => problemsOf(rule(more)).join();
    expect(problem('kind: valueDiffers, subject: item, terms: [lot.uom]')).toContain(
      'systems state no "lot.uom" of items',
    );
    expect(problem('kind: valueDiffers, terms: [item.uom]')).toContain('systems state no "item.uom" of lots');
    expect(problem('kind: statusDiffers, subject: item')).toContain('statusDiffers is about lots alone');
  });

  const itemOf = (claims: Claim[]): RuledSubject => lotOf(claims, { type: 'item', name: 'KIT' });

  it('compares the stock of all lots of an item by site, and of ledgers that were read to their end alone', () => {
    const text = rule("kind: stockDiffers, subject: item, tolerance: '1'");
    const item = (...ledger: LedgerSum[]): RuledSubject => ({ ...itemOf([]), ledger });
    const [there, more] = [moved({}), moved({ system: 'erp', micros: 6_000_001 })];
    expect(run(text, item(there, more))).toMatchObject([
      { raises: 'STOCK_DIFFERS', field: 'SZ', facts: { site: 'SZ', stock: [{ quantity: '6.000001' }, {}] } },
    ]);
    expect(run(text, item(there, moved({ system: 'erp', micros: 6_000_000 })))).toEqual([]);
    // what only one ledger keeps has nothing to be compared with
    expect(run(text, item(there))).toEqual([]);
    expect(run(text, lotOf([], { ledger: [there, more] }))).toEqual([]);
  });

  it('finds items whose unit differs, and says nothing of lots by a rule about items', () => {
    const text = rule('kind: valueDiffers, subject: item, terms: [item.uom]');
    const claims = [claim('erp', { code: 'KIT', uom: 'box' }), claim('wms', { code: 'KIT', uom: 'each' }, 2)];
    expect(run(text, itemOf(claims))).toMatchObject([
      {
        field: 'uom',
        facts: {
          values: [
            { system: 'erp', value: 'box' },
            { system: 'wms', value: 'each' },
          ],
        },
      },
    ]);
    expect(run(text, lotOf(claims))).toEqual([]);
    expect(run(text, itemOf([claim('erp', { uom: 'box' }), claim('wms', { code: 'KIT' }, 2)]))).toEqual([]);
  });

  it('finds an item that exists in one system and not in another', () => {
    const text = rule('kind: missingInSystem, subject: item, in: lims');
    const item = itemOf([claim('erp', { code: 'KIT' })]);
    expect(run(text, item, [['lims', null]])).toEqual([]);
    expect(run(text, item, [['lims', NOW]])).toMatchObject([
      { raises: 'MISSING_IN_SYSTEM', facts: { missingIn: 'lims', knownTo: ['erp'], code: 'KIT' } },
    ]);
  });

  const inspected = (more: Partial<RuledInspection>): RuledInspection => ({
    ...{ system: 'lims', stream: 'samples', key: 'S1', number: 'S1', inspectionType: 'FG', isFinal: true },
    ...{ verdict: 'PASS', results: 3, judgedAt: NOW, readAt: NOW, ...more },
  });

  it('finds a lot that one system passed and another failed, by the newest inspection of each type', () => {
    const text = rule('kind: inspectionsDiffer');
    const of = (...inspections: RuledInspection[]) => run(text, lotOf([], { inspections }));
    const erp = inspected({ system: 'erp', verdict: 'FAIL' });
    expect(of(inspected({}), erp)).toMatchObject([
      {
        raises: 'INSPECTIONS_DIFFER',
        facts: {
          values: [
            { system: 'erp', value: 'FAIL' },
            { system: 'lims', value: 'PASS' },
          ],
        },
      },
    ]);
    expect(of(inspected({}), inspected({ system: 'erp', verdict: 'PENDING' }))).toEqual([]);
    expect(of(inspected({}), inspected({ system: 'erp', verdict: 'FAIL', isFinal: false }))).toEqual([]);
    expect(of(inspected({}), erp, inspected({ system: 'erp', key: 'S2', judgedAt: NOW + 1 }))).toEqual([]);
  });

  it('finds an inspection that was accepted without results, where the results were read to their end', () => {
    const text = rule('kind: acceptedWithoutResults');
    const lot = lotOf([], {
      inspections: [inspected({ results: 0, verdict: 'PENDING' }), inspected({ key: 'S2' })],
    });
    expect(run(text, lot, [['lims', NOW]])).toMatchObject([
      {
        raises: 'ACCEPTED_WITHOUT_RESULTS',
        field: 'S1',
        evidence: [{ system: 'lims', key: 'S1', value: null }],
      },
    ]);
    expect(run(text, lot, [['lims', null]])).toEqual([]);
    expect(run(text, lot, [['erp', NOW]])).toEqual([]);
  });
});
