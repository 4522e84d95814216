import type { StreamSpec } from '../../connectors/mapping/document';
import { placesOf } from './source-places';

const stream = (source: StreamSpec['source']): StreamSpec => ({
  ...{ recordType: 'lot', source, key: 'id', fields: {} },
});

const BATCHES = stream({
  ...{ service: 'API_BATCH_SRV', entitySet: 'Batch', expand: ['to_Charc'] },
  joins: [{ entitySet: 'Product', as: 'product', on: { Product: 'Material' } }],
  pivot: [
    { path: 'to_Charc', as: 'charc', name: 'Id', value: ['CharcValue', 'CharcFromDate'], columns: ['801'] },
  ],
});

test.each([
  ['Batch', [{ resource: 'API_BATCH_SRV/Batch', column: 'Batch' }]],
  ['product.BaseUnit', [{ resource: 'API_BATCH_SRV/Product', column: 'BaseUnit' }]],
  [
    'charc.801',
    [
      { resource: 'API_BATCH_SRV/Batch', column: 'to_Charc.CharcValue' },
      { resource: 'API_BATCH_SRV/Batch', column: 'to_Charc.CharcFromDate' },
    ],
  ],
  ['#index', []],
])('the reference %s of an entity set leads to its place', (reference, places) => {
  expect(placesOf(BATCHES, reference)).toEqual(places);
});

test('a set stands by its own name where the connection leads to one service', () => {
  expect(placesOf(stream({ entitySet: 'Batch' }), 'Plant')).toEqual([{ resource: 'Batch', column: 'Plant' }]);
});

test('what an object of an API says leads to the path that it was fetched by', () => {
  const samples = stream({
    ...{ path: 'search', items: 'items' },
    joins: [{ path: '{Batch.uid}', as: 'batch', item: 'items.0' }],
  });
  expect(placesOf(samples, 'batch.title')).toEqual([{ resource: '{Batch.uid}', column: 'title' }]);
  expect(placesOf(samples, 'id')).toEqual([{ resource: 'search', column: 'id' }]);
});
