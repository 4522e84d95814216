/** Completeness rules: how they are compiled, how lots are held to them, and which changes of them are weaker. */
import path from 'node:path';
import { fromMicros } from '../../platform/decimal';
import { Dictionary, loadDictionary } from '../../platform/dictionary/dictionary';
import type { ConfigError } from '../../platform/errors';
import type { AskedTerm } from './asked-terms';
import { type Completeness, type Doubt, type LotFacts, assess } from './assess';
import { compileCompleteness } from './compile-completeness';
import { completenessDocument } from './completeness-document';
import type { CompletenessRules } from './completeness-rule';

const ROOT = path.resolve(__dirname, '..', '..');
const dictionary = loadDictionary(path.join(ROOT, 'schema', 'dictionary', 'terms'));
const document = completenessDocument(ROOT, dictionary);

const TEXT = `profiles:
  - id: device
    name: { en: Device, zh: 器械 }
    when: [{ term: item.gtin, is: present }, { term: lot.supplier, is: absent }]
    least: '90'
    asks:
      - { id: expiry, term: lot.expiresOn, weight: 3, required: true, when: [{ term: item.shelfLifeDays, is: present }] }
      - { id: record, name: { en: Record, zh: 记录 }, term: lot.documents, kinds: [WORK_ORDER], weight: 2 }
      - { id: made, term: lot.manufacturedOn }
  - id: other
    name: { en: Other, zh: 其他 }
    least: '66.67'
    asks:
      - { id: made, term: lot.manufacturedOn }
      - { id: inspected, term: lot.inspections, weight: 2 }
`;
const compile = (text: string, of = dictionary): CompletenessRules =>
  compileCompleteness('completeness.yaml', text, of, 'v1');
const problemsOf = (text: string): readonly string[] => {
  try {
    compile(text);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
};

interface Known {
  readonly values?: Readonly<Record<string, string>>;
  readonly records?: Readonly<Record<string, readonly string[]>>;
  readonly doubts?: Readonly<Record<string, Doubt>>;
}

function held({ values = {}, records = {}, doubts = {} }: Known, text = TEXT): Completeness {
  const facts: LotFacts = {
    value: ({ id }: AskedTerm) => values[id] ?? null,
    hasRecord: ({ id }, kinds) =>
      records[id] !== undefined && (kinds === null || kinds.some((kind) => records[id]?.includes(kind))),
  };
  return assess(compile(text), facts, ({ id }) => doubts[id] ?? null);
}
const idsOf = (list: readonly { readonly id: string }[]): string[] => list.map(({ id }) => id);
const scoreOf = ({ scoreMicros }: Completeness): string | null =>
  scoreMicros === null ? null : fromMicros(scoreMicros);
const STALE: Doubt = { reason: 'SOURCE_STALE', systems: ['erp'] };
const DEVICE = { 'item.gtin': '06901234567892', 'item.shelfLifeDays': '730' };

describe('a lot held to the rules', () => {
  it('is complete with all that is asked of it', () => {
    const values = { ...DEVICE, 'lot.expiresOn': '2027-01-01', 'lot.manufacturedOn': '2025-01-01' };
    const found = held({ values, records: { 'lot.documents': ['PURCHASE_ORDER', 'WORK_ORDER'] } });
    expect([found.profile?.id, scoreOf(found), found.complete]).toEqual(['device', '100', true]);
    expect(found).toMatchObject({ missing: [], unknown: [], ruleVersion: 'v1' });
  });

  it('is not without what is required, however little it weighs', () => {
    const text = TEXT.replace("least: '90'", "least: '0'");
    const found = held({ values: { ...DEVICE, 'lot.manufacturedOn': '2025-01-01' } }, text);
    expect([found.complete, scoreOf(found), idsOf(found.missing)]).toEqual([
      ...[false, '16.66'],
      ['expiry', 'record'],
    ]);
  });

  it('is not below the least score, though nothing is required', () => {
    const found = held({ values: { 'lot.manufacturedOn': '2025-01-01' } });
    expect([found.profile?.id, found.complete, scoreOf(found)]).toEqual(['other', false, '33.33']);
  });

  it('is judged by the weights and not by the rounded score', () => {
    const found = held({ records: { 'lot.inspections': [] } });
    // two thirds are 66.66… per cent: rounded up they would reach 66.67
    expect([scoreOf(found), found.complete]).toEqual(['66.66', false]);
    const enough = TEXT.replace("'66.67'", "'66.66'");
    expect(held({ records: { 'lot.inspections': [] } }, enough).complete).toBe(true);
  });

  it('is not asked for what does not concern it', () => {
    const values = { 'item.gtin': '1', 'lot.manufacturedOn': '2025-01-01' };
    const found = held({ values, records: { 'lot.documents': ['WORK_ORDER'] } });
    expect([found.complete, scoreOf(found)]).toEqual([true, '100']);
  });

  it('needs a record of the kind that is asked for, and a text that says something', () => {
    const values = { ...DEVICE, 'lot.expiresOn': '2027-01-01', 'lot.manufacturedOn': ' ' };
    const found = held({ values, records: { 'lot.documents': ['PURCHASE_ORDER'] } });
    expect(idsOf(found.missing)).toEqual(['record', 'made']);
  });
});

describe('what cannot be told', () => {
  it('is unknown, not missing, and leaves the score and the verdict unknown', () => {
    const values = { ...DEVICE, 'lot.expiresOn': '2027-01-01', 'lot.manufacturedOn': '2025-01-01' };
    const found = held({ values, doubts: { 'lot.documents': STALE } });
    expect([scoreOf(found), found.complete, found.missing]).toEqual([null, null, []]);
    expect(found.unknown).toMatchObject([{ ask: { id: 'record' }, doubt: STALE }]);
  });

  it('does not hide that something required is missing for sure', () => {
    const found = held({ values: DEVICE, doubts: { 'lot.documents': STALE } });
    expect([scoreOf(found), found.complete, idsOf(found.missing)]).toEqual([null, false, ['expiry', 'made']]);
  });

  it('is nothing that was found', () => {
    const values = { ...DEVICE, 'lot.expiresOn': '2027-01-01', 'lot.manufacturedOn': '2025-01-01' };
    const records = { 'lot.documents': ['WORK_ORDER'] };
    expect(held({ values, records, doubts: { 'lot.documents': STALE } }).complete).toBe(true);
  });

  it('of a condition leaves what depends on it unknown', () => {
    const values = { 'item.gtin': '1', 'lot.manufacturedOn': '2025-01-01' };
    const found = held({
      ...{ values, records: { 'lot.documents': ['WORK_ORDER'] } },
      doubts: { 'item.shelfLifeDays': STALE },
    });
    expect(found.complete).toBeNull();
    expect(found.unknown).toMatchObject([{ ask: { id: 'expiry' }, asked: { id: 'item.shelfLifeDays' } }]);
  });

  it('of a profile leaves all unknown, unless another condition rules the profile out', () => {
    const doubts = { 'item.gtin': STALE };
    const found = held({ doubts });
    expect(found).toMatchObject({ profile: null, scoreMicros: null, complete: null, missing: [] });
    expect(found.unknown).toMatchObject([{ ask: null, asked: { id: 'item.gtin' } }]);
    expect(held({ doubts, values: { 'lot.supplier': '7' } }).profile?.id).toBe('other');
  });
});

describe('completeness rules', () => {
  it('are shipped so that they compile, under the version that they are published by', () => {
    const rules = document.compile(document.read());
    expect(rules.version).toMatch(/^sha256:/);
    expect(idsOf(rules.profiles)).toEqual(['made-device', 'bought', 'other']);
    expect(rules.profiles.flatMap(({ asks }) => asks).find(({ id }) => id === 'expiry')?.name.zh).toBe(
      '有效期至',
    );
    expect(rules.recordTypes).toEqual(expect.arrayContaining(['lot', 'item', 'inspection', 'document']));
  });

  it.each([
    ['an unknown term', ['lot.manufacturedOn', 'lot.nothing'], 'no rule can ask for "lot.nothing"'],
    [
      'a term that the field may not show',
      ['lot.manufacturedOn', 'lot.remarks'],
      'lot.completeness would show it',
    ],
    ['a kind that is none', ['WORK_ORDER', 'DREAM'], 'must be one of PURCHASE_ORDER'],
    [
      'kinds of what has none',
      ['lot.documents, kinds: [WORK_ORDER]', 'lot.serials, kinds: [WORK_ORDER]'],
      'lot.serials has no kinds',
    ],
    ['two of one name', ['id: record', 'id: made'], 'there is another "made"'],
    ['a score that is none', ["'66.67'", "'101'"], 'must match pattern'],
    [
      'a last profile with conditions',
      [
        'name: { en: Other, zh: 其他 }',
        'name: { en: O, zh: 其 }\n    when: [{ term: item.gtin, is: absent }]',
      ],
      'the last profile holds for every other lot',
    ],
    [
      'a profile that hides the next',
      ['    when: [{ term: item.gtin, is: present }, { term: lot.supplier, is: absent }]\n', ''],
      'no later one is reached',
    ],
    [
      'a party that is compared',
      ['{ term: lot.supplier, is: absent }', '{ term: lot.supplier, in: [S1] }'],
      'lot.supplier has no value to compare',
    ],
    [
      'nothing that is asked of every lot',
      [
        '      - { id: made, term: lot.manufacturedOn }\n      - { id: inspected, term: lot.inspections, weight: 2 }\n',
        '      - { id: made, term: lot.manufacturedOn, when: [{ term: item.gtin, is: present }] }\n',
      ],
      'ask for something of every lot',
    ],
  ] as const)('refuse %s, with line and column', (_what, [from, to], problem) => {
    expect(TEXT).toContain(from);
    const [found] = problemsOf(TEXT.replace(from, to));
    expect(found).toMatch(/^completeness\.yaml:\d+:\d+ /);
    expect(found).toContain(problem);
  });

  it('ask for an attribute once the dictionary says that it can be told from the field', () => {
    const terms = dictionary.list();
    const [date] = terms.filter(({ id }) => id === 'lot.manufacturedOn');
    const own = {
      ...date,
      id: 'lot.releasedSampleOn',
      attribute: true,
      derivedFrom: [],
    } as (typeof terms)[number];
    const text = TEXT.replaceAll('lot.manufacturedOn', own.id);
    const told = terms.map((term) =>
      term.id === 'lot.completeness' ? { ...term, derivedFrom: [...term.derivedFrom, own.id] } : term,
    );
    expect(() => compile(text, new Dictionary([...terms, own]))).toThrow(/would show it/);
    const [asked] = compile(text, new Dictionary([...told, own])).terms.filter(({ id }) => id === own.id);
    expect(asked).toMatchObject({ kind: 'attribute', feeds: ['lot'] });
  });
});

describe('a change of the rules', () => {
  const places = (from: string, to: string): Record<string, boolean> => {
    expect(TEXT).toContain(from);
    const [before, after] = [TEXT, TEXT.replace(from, to)].map((text) => ({ 'completeness.yaml': text }));
    return Object.fromEntries(
      document.changes(before ?? {}, after ?? {}, () => 'high').map(({ place, weakens }) => [place, weakens]),
    );
  };

  it.each([
    ['a higher least score', "'66.67'", "'70'", { 'profiles.other.least': false }],
    ['a lower least score', "'66.67'", "'9.5'", { 'profiles.other.least': true }],
    [
      'something that becomes required',
      'id: made, term',
      'id: made, required: true, term',
      { 'profiles.device.asks.made.required': false },
    ],
    [
      'something that is required no more',
      ', required: true, when',
      ', when',
      { 'profiles.device.asks.expiry.required': true },
    ],
    ['another weight', 'weight: 3', 'weight: 4', { 'profiles.device.asks.expiry.weight': true }],
    ['other words', 'en: Record', 'en: Work order', { 'profiles.device.asks.record.name.en': false }],
    ['another condition', 'is: absent', 'is: present', { 'profiles.device.when': true }],
    [
      'an ask that is gone',
      '      - { id: inspected, term: lot.inspections, weight: 2 }\n',
      '',
      { 'profiles.other.asks.inspected': true },
    ],
    [
      'a new ask: a lot that fulfils it scores higher',
      '      - { id: inspected,',
      '      - { id: unit, term: item.uom, required: true }\n      - { id: inspected,',
      { 'profiles.other.asks.unit': true },
    ],
  ])('%s', (_what, from, to, judged) => {
    expect(places(from, to)).toEqual(judged);
  });

  it('of the order alone is weaker: the first profile that fits is the one', () => {
    const [head = '', first = '', last = ''] = TEXT.split(/(?=^ {2}- id: )/m);
    const swapped = { 'completeness.yaml': head + last + first };
    expect(document.changes({ 'completeness.yaml': TEXT }, swapped, () => 'high')).toEqual([
      { place: 'profiles', before: 'device, other', after: 'other, device', weakens: true },
    ]);
  });
});
