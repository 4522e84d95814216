/** The short form of `npm run prove -- fuzz-mappings`. */
import { fuzzMappings } from './fuzz-run';

jest.setTimeout(60_000);

test('mappings and rows that nobody would write neither break the engine nor get past it', async () => {
  const result = await fuzzMappings({ seed: 20_261_125, files: 60, syncs: 6 });
  expect(result.broken).toEqual([]);
  // a run in which nothing compiles, or nothing is refused, shows nothing
  expect(result.compiled).toBeGreaterThan(5);
  expect(result.refused).toBeGreaterThan(20);
  expect(result.synced).toBeGreaterThan(0);
  expect(result.read).toBeGreaterThan(0);
  expect(result.statements).toBeGreaterThan(0);
});
