import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { keptFileOf, keptTermFiles, readTermFiles } from './term-texts';

const YAML = `group: x
owner: o
steward: s
terms:
  - { id: lot.x, name: { en: X, zh: 甲 }, classification: restricted }
`;
let root: string;
let terms: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'lotgraph-terms-'));
  terms = path.join(root, 'dictionary', 'terms');
  mkdirSync(terms, { recursive: true });
  mkdirSync(path.join(root, 'generated'));
  writeFileSync(path.join(terms, 'x.yaml'), YAML);
});
afterEach(() => rmSync(root, { recursive: true }));

/** Keeps the terms with a mark that their texts do not bear: it shows which of the two was read. */
function keepMarked(): void {
  writeFileSync(keptFileOf(terms), keptTermFiles(terms).replace('"owner":"o"', '"owner":"kept"'));
}
const owners = (): (string | undefined)[] => [...readTermFiles(terms).values()].map(({ owner }) => owner);

it('says what the texts say', () => {
  const read = readTermFiles(terms);
  writeFileSync(keptFileOf(terms), keptTermFiles(terms));
  expect(readTermFiles(terms)).toEqual(read);
  expect(read.get('x.yaml')?.terms[0]?.classification).toBe('restricted');
});

it('takes what is kept while the texts are the ones that it was made of', () => {
  keepMarked();
  expect(owners()).toEqual(['kept']);
});

it('reads a text that was changed since', () => {
  keepMarked();
  writeFileSync(path.join(terms, 'x.yaml'), `${YAML}# later\n`);
  expect(owners()).toEqual(['o']);
});

it('reads a file that came since, and no file that went', () => {
  keepMarked();
  writeFileSync(path.join(terms, 'y.yaml'), YAML);
  expect(owners()).toEqual(['kept', 'o']);
  rmSync(path.join(terms, 'x.yaml'));
  expect(owners()).toEqual(['o']);
});

it('reads the texts when what is kept is not whole', () => {
  keepMarked();
  writeFileSync(keptFileOf(terms), '{"x.yaml": {');
  expect(owners()).toEqual(['o']);
});
