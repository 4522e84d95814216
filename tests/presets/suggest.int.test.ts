/** Drafts of systems that are mapped by hand too: what a draft makes of their real tables is what the mapping makes of them. */
import { openSource } from '../../connectors/inspect/open-source';
import { requireMapping } from '../../connectors/mapping/compile-mapping';
import { suggestMapping, type Suggestion } from '../../connectors/suggest/suggest-mapping';
import { loadSynonyms } from '../../connectors/suggest/synonyms';
import { collect, openTest, streamNamed } from '../../connectors/test-support';
import { loadDictionary } from '../../platform/dictionary/dictionary';
import { fillQinghe } from '../invented/qinghe/story';
import { fillErpNext } from './erpnext/story';
import { fillOdoo } from './odoo/story';
import { fillOpenBoxes } from './openboxes/story';
import { SenaiteServer } from './senaite/server';
import { senaiteStory } from './senaite/story';
import { hasServer, openSimulated, type ServerDialect, type SimulatedSource } from './support/source-server';
import { fillU8 } from './yonyou-u8/story';

const synonyms = loadSynonyms('schema/mappings/synonyms.yaml', loadDictionary('schema/dictionary/terms'));

type Env = Readonly<Record<string, string>>;
type Options = Partial<Parameters<typeof suggestMapping>[1]>;

async function draft(env: Env, http: object = {}, more: Options = {}): Promise<Suggestion> {
  const source = openSource('env:DRAFT_URL', { env, http });
  try {
    return await suggestMapping(source, {
      ...{ system: 'draft', kind: 'OTHER', zone: 'Asia/Shanghai', reference: 'env:DRAFT_URL' },
      ...{ sampleRows: 500, synonyms, signal: new AbortController().signal, ...more },
    });
  } finally {
    await source.close();
  }
}

/** `stream <- table`, where it is drafted; or with why it is left out. */
const told = ({ streams }: Suggestion, ...types: string[]): string[] =>
  streams
    .filter(({ recordType }) => types.includes(recordType))
    .map(
      ({ recordType, resource, leftOut }) =>
        `${recordType} <- ${resource}${leftOut === null ? '' : `: ${leftOut}`}`,
    );

async function recordsOf({ text }: Suggestion, env: Env, stream: string) {
  requireMapping('draft.yaml', text);
  const system = openTest(text, env);
  try {
    return (await collect(streamNamed(system, stream))).mapped;
  } finally {
    await system.close();
  }
}

/** A database of one server with the rows of a story, and the draft that its tables give. */
function onServer(
  name: string,
  dialect: ServerDialect,
  fill: (source: SimulatedSource) => Promise<void>,
  tests: (of: { suggestion: () => Suggestion; env: () => Env }) => void,
): void {
  (hasServer(dialect) ? describe : describe.skip)(name, () => {
    let source: SimulatedSource;
    let suggestion: Suggestion;
    let env: Env;
    beforeAll(async () => {
      source = await openSimulated(dialect);
      await fill(source);
      env = { DRAFT_URL: source.url };
      suggestion = await draft(env);
    }, 60_000);
    afterAll(() => source.close());
    it('gives a draft that compiles', () => {
      expect(suggestion.compiles).toBe(true);
    });
    tests({ suggestion: () => suggestion, env: () => env });
  });
}

const QUALITY_AND_MORE = ['item', 'document', 'inspection', 'inspectionResult', 'transformation'];

onServer('ERPNext', 'MariaDB', fillErpNext, ({ suggestion, env }) => {
  it('finds items, work orders, quality and the lines of manufacture', () => {
    expect(told(suggestion(), ...QUALITY_AND_MORE)).toEqual([
      'item <- tabItem',
      'document <- tabWork Order',
      'inspection <- tabQuality Inspection',
      'inspectionResult <- tabQuality Inspection Reading',
      'transformation <- tabStock Entry Detail',
    ]);
  });

  it('tells what came out by its mark, of manufacture alone, without a declared key', async () => {
    const { text } = suggestion();
    expect(text).toMatch(/as: parent, on: \{ name: parent \} \} # no foreign key, but .* are there/u);
    expect(text).toMatch(/where: \[\{ column: parent\.purpose, in: \["Manufacture", /u);
    expect(text).toMatch(/# TODO rows with "Material Transfer for Manufacture", .* are left out/u);
    const sides = (await recordsOf(suggestion(), env(), 'transformations')).flatMap((mapped) =>
      mapped.kind === 'record' ? [String(mapped.record['role'])] : [],
    );
    expect(new Set(sides)).toEqual(new Set(['INPUT', 'OUTPUT']));
  });

  it('reads quality results with their limits and verdicts', async () => {
    const results = await recordsOf(suggestion(), env(), 'inspectionResults');
    expect(results.length).toBeGreaterThan(0);
    for (const mapped of results)
      expect(mapped).toMatchObject({
        record: {
          inspection: expect.any(String) as string,
          keyword: expect.any(String) as string,
          verdict: 'PASS',
        },
      });
  });
});

onServer('Odoo', 'PostgreSQL', fillOdoo, ({ suggestion, env }) => {
  it('finds the products, the orders and the table that links lines', () => {
    expect(told(suggestion(), 'document', 'transformation')).toEqual([
      'document <- mrp_production',
      'transformation <- stock_move_line_consume_rel',
    ]);
    expect(told(suggestion(), 'item')).toContain('item <- product_product');
  });

  it('asks which end went in, since the names of this very link say the opposite', async () => {
    expect(suggestion().text).toMatch(
      /# TODO role: consume_line_id is taken for what went in, produce_line_id for what came out; some systems name them the other way round/u,
    );
    const records = await recordsOf(suggestion(), env(), 'transformations');
    expect(records.some((mapped) => mapped.kind === 'record' && mapped.record['lotNumber'] !== null)).toBe(
      true,
    );
  });
});

onServer('Yonyou U8', 'MariaDB', fillU8, ({ suggestion, env }) => {
  it('finds the items by their columns, and says that nothing tells what went into what', async () => {
    expect(told(suggestion(), ...QUALITY_AND_MORE)).toEqual(['item <- Inventory']);
    expect(suggestion().text).toMatch(/no genealogy is drafted/u);
    const items = await recordsOf(suggestion(), env(), 'items');
    expect(items).toContainEqual(
      expect.objectContaining({
        record: expect.objectContaining({ code: 'RES-1', nameZh: '树脂' }) as object,
      }),
    );
  });

  it('joins the lines of each type to their heads, though nothing is declared', () => {
    expect(suggestion().text).toMatch(
      /table: rdrecord01, as: \w+, on: \{ ID: ID \} \} # no foreign key, but rdrecords01 is named as the lines of rdrecord01/u,
    );
  });
});

onServer('OpenBoxes', 'MariaDB', fillOpenBoxes, ({ suggestion, env }) => {
  it('takes neither lines nor stock for items or lots', () => {
    expect(told(suggestion(), 'item', 'lot', 'transformation')).toEqual([
      'item <- product',
      'lot <- inventory_item',
    ]);
  });

  it('reaches the code of the product without a declared key', async () => {
    expect(await recordsOf(suggestion(), env(), 'lots')).toContainEqual(
      expect.objectContaining({
        record: expect.objectContaining({
          item: 'KIT-9',
          lotNumber: 'LT-001',
          expiresOn: '2027-10-31',
        }) as object,
      }),
    );
  });
});

onServer('青禾仓储', 'MariaDB', fillQinghe, ({ suggestion, env }) => {
  it('finds masters and quality, and leaves open what only codes without words say', async () => {
    expect(told(suggestion(), ...QUALITY_AND_MORE)).toEqual([
      'item <- 物料档案',
      'inspection <- 检验单: no certain column for state',
      'inspectionResult <- 检验项目: no certain column for state',
    ]);
    expect(suggestion().text).toMatch(/# TODO 单据关系: no word says what its rows are/u);
    expect((await recordsOf(suggestion(), env(), 'items')).length).toBeGreaterThan(0);
  });
});

describe('SENAITE', () => {
  const server = new SenaiteServer(
    senaiteStory(),
    `Basic ${Buffer.from('lotgraph:secret').toString('base64')}`,
  );
  const login = '{ type: basic, username: env:DRAFT_USER, password: env:DRAFT_PASSWORD }';
  afterAll(() => server.api.stop());

  it('drafts samples and analyses with their states, limits and analysts', async () => {
    const env = { DRAFT_URL: await server.start(), DRAFT_USER: 'lotgraph', DRAFT_PASSWORD: 'secret' };
    const suggestion = await draft(
      env,
      { login: { type: 'basic', username: 'env:DRAFT_USER', password: 'env:DRAFT_PASSWORD' } },
      {
        http: { login },
        resources: [
          'search?catalog=senaite_catalog_sample&portal_type=AnalysisRequest&complete=yes',
          'search?catalog=senaite_catalog_analysis&portal_type=Analysis&complete=yes',
        ],
      },
    );
    expect(suggestion.compiles).toBe(true);
    expect(suggestion.streams.map(({ recordType, leftOut }) => [recordType, leftOut])).toEqual([
      ['inspection', null],
      ['inspectionResult', null],
    ]);
    expect(suggestion.text).toMatch(/lowerLimit: ResultsRange\.min # /u);
    expect(suggestion.text).toMatch(/"sample_registered": REGISTERED|"published": PUBLISHED/u);
    expect(suggestion.text).toMatch(/personal: \[\{ column: Analyst \}\]/u);
  });
});
