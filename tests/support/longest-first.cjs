// Order of the suites: the longest first, so that the workers end together.
const { default: TestSequencer } = require('@jest/test-sequencer');

const KINDS = ['.e2e.test.ts', '.int.test.ts', '.test.ts'];
const kindOf = ({ path }) => KINDS.findIndex((suffix) => path.endsWith(suffix));

module.exports = class LongestFirst extends TestSequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    if (sorted.some(({ duration }) => duration !== undefined)) return sorted;
    // nothing ran here yet: what starts processes takes longest, and the size of a file, jest's guess, says little
    return sorted.sort((a, b) => kindOf(a) - kindOf(b));
  }
};
