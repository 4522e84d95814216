// `npm test [-- jest arguments]`: runs the suites, says on which databases, and ends with `N passed, N failed`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installIfNeeded, requireNode, runNode } from './lib/project.mjs';

requireNode();
installIfNeeded();

const folder = mkdtempSync(path.join(tmpdir(), 'lotgraph-test-'));
const report = path.join(folder, 'report.json');
// suites read thousands of rows: workers, which inherit this, would spend a tenth of their time on moving young objects
const code = await runNode([
  '--max-semi-space-size=64',
  'node_modules/jest/bin/jest.js',
  ...['--json', '--outputFile', report],
  ...process.argv.slice(2),
]);

let result = null;
try {
  result = JSON.parse(readFileSync(report, 'utf8'));
} catch {
  // jest did not get as far as a report; its own words stand above
}
rmSync(folder, { recursive: true, force: true });

const isTested = (name, variable) => (process.env[variable] ? name : `no ${name} (${variable} is not set)`);
console.log('');
console.log(
  `Databases: SQLite, ${isTested('MariaDB/MySQL', 'LOTGRAPH_TEST_MYSQL_URL')}, ${isTested('PostgreSQL', 'LOTGRAPH_TEST_POSTGRES_URL')}`,
);
const skipped = result === null ? 0 : result.numPendingTests + result.numTodoTests;
if (skipped > 0) console.log(`${skipped} skipped`);
// a suite that could not even be loaded holds no tests, and has failed all the same
const failed = result === null ? 1 : result.numFailedTests + result.numRuntimeErrorTestSuites;
console.log(`${result?.numPassedTests ?? 0} passed, ${failed} failed`);
process.exitCode = code;
