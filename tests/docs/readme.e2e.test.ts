/** What the READMEs show is what a user gets: their queries are asked, their commands are the same in both languages. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { startSyncedWorld, type DemoWorld } from '../support/demo-world';
import { startWorldGateway, type WorldGateway } from '../e2e/world-gateway';

jest.setTimeout(180_000);

const ROOT = path.join(__dirname, '../..');
const READMES = ['README.md', 'README.zh-CN.md'];

/** The texts of the fenced blocks of a language, in their order. */
function blocksOf(file: string, language: string): string[] {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  return [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)]
    .filter(([, given]) => given === language)
    .map(([, , content]) => content ?? '');
}

const commandsOf = (file: string): string[] =>
  blocksOf(file, 'sh').flatMap((block) => block.trimEnd().split('\n'));

/** Ages differ from run to run, and the READMEs leave the request's id out. */
function comparable(answer: string): unknown {
  return JSON.parse(answer, (key, value: unknown) => {
    if (key === 'requestId') return undefined;
    return key === 'ageSeconds' && typeof value === 'number' ? 0 : value;
  });
}

describe('the READMEs', () => {
  let world: DemoWorld;
  let gateway: WorldGateway;

  beforeAll(async () => {
    world = await startSyncedWorld();
    gateway = await startWorldGateway(world, 'single');
  });

  afterAll(async () => {
    await gateway.close();
    await world.close();
  });

  it.each(READMES)('%s shows each query with the answer that it gets', async (file) => {
    const queries = blocksOf(file, 'graphql');
    const answers = blocksOf(file, 'json');
    expect(queries).not.toHaveLength(0);
    expect(answers).toHaveLength(queries.length);
    for (const [index, query] of queries.entries()) {
      const { text } = await gateway.ask(query);
      expect(comparable(text)).toEqual(comparable(answers[index] ?? ''));
    }
  });

  it.each(READMES)('%s names query files that answer without an error', async (file) => {
    const asked = commandsOf(file).flatMap((line) => {
      const [, query, variables, user] =
        /^npx lotgraph query (docs\/\S+) --variables '(.*?)'(?: --user (\S+))?$/.exec(line) ?? [];
      return query === undefined ? [] : [{ query, variables, user }];
    });
    expect(asked).not.toHaveLength(0);
    for (const { query, variables, user = 'analyst' } of asked) {
      const given = JSON.parse(variables ?? '{}') as object;
      const answer = await gateway.askAs([user], readFileSync(path.join(ROOT, query), 'utf8'), given);
      expect(answer.errors).toBeUndefined();
      expect(answer.data?.['lot']).not.toBeNull();
    }
  });

  it('show the same commands, queries and answers in both languages', () => {
    const [english, chinese] = READMES.map((file) => ({
      commands: commandsOf(file),
      queries: blocksOf(file, 'graphql'),
      answers: blocksOf(file, 'json'),
      variables: [...new Set(readFileSync(path.join(ROOT, file), 'utf8').match(/LOTGRAPH_\w+/g))],
    }));
    expect(chinese).toEqual(english);
  });

  it('name scripts of package.json, and commands of the command line', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const commandLine = readdirSync(path.join(ROOT, 'cli'), { recursive: true, encoding: 'utf8' })
      .filter((file) => /(^|[\\/])(main|register)\.ts$/.test(file))
      .map((file) => readFileSync(path.join(ROOT, 'cli', file), 'utf8'))
      .join('\n');
    for (const line of [...commandsOf('README.md'), ...commandsOf('CONTRIBUTING.md')]) {
      const [program, ...words] = line.split(' ').filter((word) => !/^[A-Z_]+=/.test(word));
      if (program === 'npx') expect(commandLine).toContain(`.command('${words[1] ?? ''}')`);
      else expect(scripts).toHaveProperty([words.find((word) => word !== 'run') ?? '']);
    }
  });
});
