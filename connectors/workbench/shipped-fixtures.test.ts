/** The shipped mappings do what their fixtures say; `lotgraph map test` is the same from the command line. */
import { loadMappings } from '../load-mappings';
import { runFixtures } from './run-fixtures';

test.each(loadMappings('schema/mappings').map((mapping) => [mapping.document.system.id, mapping] as const))(
  '%s',
  (_, mapping) => {
    const { cases, mismatches, untested } = runFixtures(mapping);
    expect({ mismatches, untested }).toEqual({ mismatches: [], untested: [] });
    expect(cases).toBeGreaterThanOrEqual(mapping.streams.length);
  },
);
