/** Links of the documentation lead somewhere, and the state of the capabilities is proved by tests that exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

const DOCUMENTS = [
  ...['README.md', 'README.zh-CN.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'demo/README.md'],
  ...readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.posix.join('docs', file.replaceAll('\\', '/'))),
];

/** As a heading's anchor is written by the usual Markdown hosts. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

function problemOf(from: string, link: string): string | null {
  const [target = '', anchor] = link.split('#');
  const file = target === '' ? from : path.join(path.dirname(from), target);
  if (!existsSync(path.join(ROOT, file))) return `${from}: ${link} does not exist`;
  if (anchor === undefined) return null;
  const anchors = [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? ''));
  return anchors.includes(anchor) ? null : `${from}: ${link} has no such heading`;
}

test.each(DOCUMENTS)('every link of %s leads to a file and heading that exist', (document) => {
  const prose = read(document).replace(/^```[^]*?^```$/gm, '');
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link ?? '')
    .filter((link) => !/^[a-z]+:/.test(link));
  expect(links.map((link) => problemOf(document, link)).filter((problem) => problem !== null)).toEqual([]);
});

describe('docs/capabilities.md', () => {
  const rows = [...read('docs/capabilities.md').matchAll(/^\| (\d+) \| (.*) \|$/gm)].map(([, id, rest]) => {
    const [zh, en, state, built, proof] = (rest ?? '').split(' | ');
    return { id: Number(id), zh, en, state, built: built ?? '', proof: proof ?? '' };
  });
  const inBackticks = (text: string): string[] =>
    [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word ?? '');

  it('lists each capability once, in order, in one of three states', () => {
    const ids = rows.map((row) => row.id);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    expect(rows.filter((row) => !/^(\*\*built\*\*|partly|not yet)$/.test(row.state ?? ''))).toEqual([]);
  });

  it('names places that exist', () => {
    const places = rows.flatMap((row) => inBackticks(row.built));
    expect(places).not.toHaveLength(0);
    expect(places.filter((place) => !existsSync(path.join(ROOT, place)))).toEqual([]);
  });

  it('names a test for all that is built or partly built, which exists under that name', () => {
    const problems = rows.flatMap(({ id, state, proof }) => {
      const files = inBackticks(proof);
      const names = [...proof.matchAll(/“([^”]+)”/g)].map(([, name]) => name ?? '');
      if (state === 'not yet') return files.length > 0 ? [`${id}: a proof of what is not there`] : [];
      if (files.length === 0 || names.length === 0) return [`${id}: no test is named`];
      const text = files.map((file) => (existsSync(path.join(ROOT, file)) ? read(file) : '')).join('\n');
      return names.filter((name) => !text.includes(name)).map((name) => `${id}: no test “${name}”`);
    });
    expect(problems).toEqual([]);
  });
});
