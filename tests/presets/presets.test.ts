/** The presets that are shipped: each compiles, and does with the rows of its fixtures what they say. */
import { loadDictionary } from '../../platform/dictionary/dictionary';
import { attributeFieldsOf } from '../../platform/dictionary/attributes';
import { loadMappings } from '../../connectors/load-mappings';
import { runFixtures } from '../../connectors/workbench/run-fixtures';

const presets = loadMappings(
  'schema/mappings/presets',
  attributeFieldsOf(loadDictionary('schema/dictionary/terms')),
);

test('a deployment that does not copy a preset does not load it', () => {
  const shipped = loadMappings('schema/mappings').map(({ document }) => document.system.id);
  expect(presets.map(({ document }) => document.system.id).filter((id) => shipped.includes(id))).toEqual([]);
});

test.each(presets.map((mapping) => [mapping.document.system.id, mapping] as const))('%s', (_, mapping) => {
  const { cases, mismatches, untested } = runFixtures(mapping);
  expect({ mismatches, untested }).toEqual({ mismatches: [], untested: [] });
  expect(cases).toBeGreaterThanOrEqual(mapping.streams.length);
});
