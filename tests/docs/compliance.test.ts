/** docs/compliance.md says what the table of controls and the tags in names of tests say, and nothing else. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');

function run(...args: string[]): { code: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/compliance.mjs', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { code: status, said: stdout + stderr };
}

test('docs/compliance.md is up to date, every tag names a clause, and every test and place that is named exists', () => {
  expect(run('--check')).toEqual({ code: 0, said: '' });
});

test('every file that the threat model names exists', () => {
  const named = [
    ...readFileSync(path.join(ROOT, 'docs/threat-model.md'), 'utf8').matchAll(/`([\w./-]+\.ts)`/g),
  ].map(([, file]) => file ?? '');
  expect(named.length).toBeGreaterThan(20);
  expect([...new Set(named)].filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
});

describe('a tree of its own', () => {
  let root = '';
  const put = (file: string, text: string): void => {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  const clause = (id: string, more = ''): string =>
    `  - { id: '${id}', basis: secondary, asks: Something., control: Something else.${more} }\n`;
  const table = (...clauses: string[]): void =>
    put(
      'docs/compliance/controls.yaml',
      `regulations: [{ id: Annex 11, title: Annex 11 }]\nclauses:\n${clauses.join('')}`,
    );

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'lotgraph-compliance-'));
    put('tests/a.test.ts', "test('keeps it [Annex 11 §9]', () => {});\n");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test('lists the tests of a clause, and says where there is none', () => {
    table(clause('Annex 11 §9'), clause('Annex 11 §17'));
    expect(run(`--root=${root}`).code).toBe(0);
    const text = readFileSync(path.join(root, 'docs/compliance.md'), 'utf8');
    expect(text).toContain('  - `tests/a.test.ts`: “keeps it”');
    expect(text.slice(text.indexOf('§17'))).toContain('- Gap: no test shows it yet.');
  });

  test('is refused for a tag of a clause that nobody described', () => {
    table(clause('Annex 11 §12'));
    const { code, said } = run(`--root=${root}`);
    expect([code, said]).toEqual([1, expect.stringContaining('"keeps it" names Annex 11 §9') as string]);
  });

  test('is refused for a test, or a place, that does not exist', () => {
    table(clause('Annex 11 §9', ", where: [gone/], tests: [{ file: tests/a.test.ts, name: 'loses it' }]"));
    const { code, said } = run(`--root=${root}`);
    expect(code).toBe(1);
    expect(said).toContain('there is no gone/');
    expect(said).toContain('tests/a.test.ts has no test "loses it"');
  });

  test('is stale once a test has another name', () => {
    table(clause('Annex 11 §9'));
    run(`--root=${root}`);
    put('tests/a.test.ts', "test('keeps all of it [Annex 11 §9]', () => {});\n");
    expect(run('--check', `--root=${root}`)).toMatchObject({
      code: 1,
      said: expect.stringContaining('not up to date') as string,
    });
  });
});
