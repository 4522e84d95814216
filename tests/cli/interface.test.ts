/** What `lotgraph dictionary lint` and `lotgraph schema check --against` say of the files as they stand. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lintCommand } from '../../cli/dictionary/lint';
import { checkCommand } from '../../cli/schema/schema';
import { schemaContentOf } from '../../controls/schema-versions/schema-content';
import { loadDictionary } from '../../platform/dictionary/dictionary';
import { ROOT } from '../support/ask-subgraph';

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  for (const stream of ['log', 'error'] as const)
    jest.spyOn(console, stream).mockImplementation((...words: unknown[]) => void lines.push(words.join(' ')));
});
afterEach(() => jest.restoreAllMocks());

test('the shipped names are in order', () => {
  expect(lintCommand(ROOT)).toBe(0);
  expect(lines).toEqual(['The names of the graph and of the dictionary are in order.']);
});

test('a graph that lost a field breaks clients, and one that gained a field does not', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lotgraph-schema-'));
  try {
    const supergraph = readFileSync(path.join(ROOT, 'schema/generated/supergraph.graphql'), 'utf8');
    const dictionary = loadDictionary(path.join(ROOT, 'schema/dictionary/terms'));
    const { sdl } = await schemaContentOf(supergraph, dictionary);
    const against = (text: string): string => {
      const file = path.join(folder, 'published.graphql');
      writeFileSync(file, text);
      return file;
    };
    expect(await checkCommand(ROOT, { against: against(sdl) })).toBe(0);
    expect(lines).toEqual(['Nothing differs.']);
    expect(await checkCommand(ROOT, { against: against(`${sdl}\nextend type Lot { gone: String }`) })).toBe(
      1,
    );
    expect(lines.at(-1)).toMatch(/^BREAKING .*gone.*Lot/);
    const less = sdl.replace(/^ {2}sterilizationLoad: String$/m, '  other: String');
    lines.length = 0;
    expect(await checkCommand(ROOT, { against: against(less) })).toBe(1);
    expect(lines.some((line) => /^SAFE .*sterilizationLoad/.test(line))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
