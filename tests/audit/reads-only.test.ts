/** What judges a database can only read it: its programs load nothing that writes. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { RUN_TYPESCRIPT } from '../support/run-typescript';

const ROOT = path.join(__dirname, '../..');
const WRITERS =
  /typeorm|platform\/database\/(bulk|database)|sequencer|audit-recorder|audit-writer|record-store|batch-writer|sinks/;

const loadedBy = (entry: string): string[] =>
  JSON.parse(
    execFileSync(
      process.execPath,
      [
        ...RUN_TYPESCRIPT,
        '-e',
        `require(${JSON.stringify(path.join(ROOT, entry))}); console.log(JSON.stringify(Object.keys(require.cache)))`,
      ],
      { cwd: ROOT, encoding: 'utf8' },
    ),
  ) as string[];

test.each(['cli/audit/verify.ts', 'cli/audit/check-proof.ts', 'controls/audit/verify/scan-thread.ts'])(
  '%s loads nothing that writes',
  (entry) => {
    const loaded = loadedBy(entry).map((file) => path.relative(ROOT, file));
    expect(loaded.filter((file) => WRITERS.test(file))).toEqual([]);
    expect(loaded).toContain(entry);
  },
  60_000,
);

test('check-proof loads no database and no network client', () => {
  const loaded = loadedBy('cli/audit/check-proof.ts').map((file) => path.relative(ROOT, file));
  expect(loaded.filter((file) => /mysql|libsql|undici|read-only/.test(file))).toEqual([]);
}, 60_000);
