import { withListPivots } from './list-pivot';

const PIVOT = {
  path: 'charcs.values',
  as: 'charc',
  name: 'id',
  value: ['text', 'number'],
  columns: ['COLOUR', 'LENGTH', 'SHAPE'],
};

test('reads names and values through the lists on the way', () => {
  const row = {
    charcs: [
      { values: [{ id: 'COLOUR', text: 'red', number: null }] },
      {
        values: [
          { id: 'LENGTH', text: '', number: '12.5' },
          { id: 'OTHER', text: 'x' },
        ],
      },
    ],
  };
  expect(withListPivots(row, [PIVOT])).toEqual({
    ...row,
    ...{ 'charc.COLOUR': 'red', 'charc.LENGTH': '12.5', 'charc.SHAPE': null },
  });
});

test('keeps all values of a name that stands several times', () => {
  const values = ['red', null, 'blue', 'green'].map((text) => ({ id: 'COLOUR', text }));
  expect(withListPivots({ charcs: { values } }, [PIVOT])).toMatchObject({
    'charc.COLOUR': ['red', 'blue', 'green'],
  });
});

test.each([[{}], [{ charcs: null }], [{ charcs: 'text' }], [{ charcs: [1, null] }]])(
  'says nothing where %j holds no such list',
  (row) => {
    expect(withListPivots(row, [PIVOT])).toMatchObject({ 'charc.COLOUR': null, 'charc.LENGTH': null });
  },
);
