import type { Condition } from '../mapping/document';
import { alternativesOf, filterText } from './filter';
import type { ODataProperty, ODataType } from './metadata';

const property = (name: string, type: string, more: Partial<ODataProperty> = {}) =>
  [
    name,
    {
      ...{ name, type, nullable: true, isDate: false, filterable: true, sortable: true, label: null },
      ...more,
    },
  ] as const;

const TYPE: ODataType = {
  ...{ name: 'T.T', key: ['Id'], navigations: new Map() },
  properties: new Map([
    property('Id', 'Edm.Int64'),
    property('Small', 'Edm.Int32'),
    property('Plant', 'Edm.String'),
    property('Flag', 'Edm.Boolean'),
    property('Guid', 'Edm.Guid'),
    property('Qty', 'Edm.Decimal'),
    property('Fixed', 'Edm.String', { filterable: false }),
  ]),
};
const GUID = '0050568d-393c-1ed4-9d97-e65f0f3fcc23';
const filter = (conditions: readonly Condition[], version: 2 | 4 = 2) =>
  filterText(alternativesOf(conditions, TYPE, version));

test.each<[string, Condition, string | null, string | null]>([
  ['text', { column: 'Plant', equals: "O'Hara" }, "Plant eq 'O''Hara'", "Plant eq 'O''Hara'"],
  ['a long integer', { column: 'Id', equals: 7 }, 'Id eq 7L', 'Id eq 7'],
  ['an integer', { column: 'Small', in: [1, 2] }, 'Small eq 1 or Small eq 2', 'Small eq 1 or Small eq 2'],
  ['a flag', { column: 'Flag', equals: true }, 'Flag eq true', 'Flag eq true'],
  ['a GUID', { column: 'Guid', equals: GUID }, `Guid eq guid'${GUID}'`, `Guid eq ${GUID}`],
  ['a beginning', { column: 'Plant', startsWith: '10' }, "startswith(Plant,'10')", "startswith(Plant,'10')"],
  ['an integer written otherwise', { column: 'Small', equals: '007' }, null, null],
  ['a decimal, which has several spellings', { column: 'Qty', equals: 1 }, null, null],
  ['a denial, which a service takes otherwise', { not: { column: 'Plant', equals: 'a' } }, null, null],
  ['what is empty', { column: 'Plant', empty: true }, null, null],
  ['a pattern', { column: 'Plant', matches: '^1' }, null, null],
  ['what the service does not filter by', { column: 'Fixed', equals: 'a' }, null, null],
  ['what it does not know', { column: 'to_X.Y', equals: 'a' }, null, null],
])('asks for %s', (_what, condition, second, fourth) => {
  expect(filter([condition], 2)).toBe(second);
  expect(filter([condition], 4)).toBe(fourth);
});

test('spreads alternatives out instead of using brackets', () => {
  const plants: Condition = { column: 'Plant', in: ['a', 'b'] };
  expect(filter([plants, { column: 'Small', in: [1, 2] }])).toBe(
    "Plant eq 'a' and Small eq 1 or Plant eq 'a' and Small eq 2 or Plant eq 'b' and Small eq 1 or Plant eq 'b' and Small eq 2",
  );
});

test('asks for more rather than for less where a part cannot be asked', () => {
  const plant: Condition = { column: 'Plant', equals: 'a' };
  expect(filter([{ all: [plant, { column: 'Plant', empty: false }] }])).toBe("Plant eq 'a'");
  expect(filter([{ any: [plant, { column: 'Qty', equals: 1 }] }])).toBeNull();
});

test('asks for more rather than at great length', () => {
  const many = (n: number) => Array.from({ length: n }, (_, i) => i);
  expect(filter([{ column: 'Small', in: many(41) }])).toBeNull();
  expect(
    filter([
      { column: 'Small', in: many(20) },
      { column: 'Id', in: many(3) },
    ]),
  ).toBe('Id eq 0L or Id eq 1L or Id eq 2L');
});
