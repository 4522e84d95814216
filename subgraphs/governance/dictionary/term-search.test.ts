import type { Term } from '../../../platform/dictionary/dictionary';
import { searchTerms } from './term-search';

const term = (id: string, en: string, zh: string, more: Partial<Term> = {}): Term =>
  ({
    id,
    name: { en, zh },
    definition: { en: `${en}.`, zh: `${zh}。` },
    synonyms: { en: [], zh: [] },
    ...more,
  }) as Term;

const TERMS = [
  term('lot.expiresOn', 'Expiry date', '有效期至', {
    synonyms: { en: ['use by'], zh: ['失效日期'] },
    definition: { en: 'Last day of use.', zh: '可使用的最后一日。' },
  }),
  term('lot.expiryPrecision', 'Expiry precision', '有效期精度'),
  term('lot.id', 'Lot id', '批次标识'),
  term('lot', 'Lot', '批次'),
  term('shelf.asOf', 'As of', '截至', {
    definition: { en: 'Day on which expiry was judged.', zh: '判断日。' },
  }),
];

const found = (search: string): string[] => searchTerms(TERMS, search).map(({ id }) => id);

test('an exact name comes before a prefix', () => {
  expect(found('lot').slice(0, 2)).toEqual(['lot', 'lot.expiresOn']);
  expect(found('批次')).toEqual(['lot', 'lot.id']);
});

test('names come before definitions', () => {
  expect(found('expiry')).toEqual(['lot.expiresOn', 'lot.expiryPrecision', 'shelf.asOf']);
});

test.each([
  ['a synonym in English', 'USE BY'],
  ['a synonym in Chinese', '失效日期'],
  ['a definition in Chinese', '最后一日'],
  ['full-width letters', 'Expiry date'],
  ['words in another order', 'date expiry'],
])('finds a term by %s', (_how, search) => {
  expect(found(search)[0]).toBe('lot.expiresOn');
});

test('finds nothing where nothing fits, and everything where nothing is asked', () => {
  expect(found('zzz')).toEqual([]);
  expect(found('  ')).toHaveLength(TERMS.length);
});
