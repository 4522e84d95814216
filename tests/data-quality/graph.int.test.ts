/** Scores in the graph: who is told what, how they were, and the rows behind them. */
import type { AccessProfile } from '../../platform/access';
import type { Subgraph } from '../../platform/graphql/subgraph';
import type { RequestContext } from '../../platform/request';
import { createGovernanceSubgraph } from '../../subgraphs/governance/subgraph';
import { ALL_TABLES } from '../support/all-tables';
import { ask, codesOf, dataOf, requestContext } from '../support/ask-subgraph';
import { describeEachDatabase } from '../support/databases';
import { QualityWorld, STANDARDS } from './quality-world';

jest.setTimeout(180_000);

interface Score {
  readonly id: string;
  readonly system: string;
  readonly term: string | null;
  readonly dimension: string;
  readonly numerator: number | null;
  readonly denominator: number | null;
  readonly met: boolean | null;
}
interface FailurePage {
  readonly qualityFailures: {
    readonly nodes: readonly Failing[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}
interface Failing {
  readonly key: string;
  readonly reason: string;
  readonly finding: string | null;
  readonly rejectedRow: string | null;
  readonly lot: { readonly id: string } | null;
}

describeEachDatabase('the quality of the data in the graph', (open) => {
  let world: QualityWorld;
  let governance: Subgraph;
  const everyone = requestContext();
  const atSite = (site: string): RequestContext => {
    const request = requestContext();
    return { ...request, caller: { ...request.caller, sites: [site] } };
  };
  const without = (term: string): RequestContext => {
    const { access, ...request } = requestContext();
    const narrowed: AccessProfile = {
      ...{ key: `without-${term}`, policyVersion: access.policyVersion },
      term: (id) => (id === term ? 'MASK' : access.term(id)),
      write: (id) => access.write(id),
      rule: (id) => access.rule(id),
    };
    return { ...request, access: narrowed };
  };
  const scores = async (filter: string, request = everyone): Promise<Score[]> => {
    const query = `{ qualityScores(first: 100, filter: { ${filter} }) { nodes {
      id system term dimension numerator denominator met } } }`;
    return (await dataOf<{ qualityScores: { nodes: Score[] } }>(governance, query, {}, request)).qualityScores
      .nodes;
  };
  const idOf = async (filter: string, request = everyone): Promise<string> => {
    const [score, more] = await scores(filter, request);
    expect(more).toBeUndefined();
    return score?.id ?? '';
  };
  const failing = async (id: string, request = everyone): Promise<Failing[]> => {
    const found: Failing[] = [];
    for (let after: string | null = null; ;) {
      const query = `query ($id: ID!, $after: String) { qualityFailures(score: $id, first: 1, after: $after) {
        nodes { key reason finding rejectedRow lot { id } } pageInfo { hasNextPage endCursor } } }`;
      const { qualityFailures }: FailurePage = await dataOf(governance, query, { id, after }, request);
      found.push(...qualityFailures.nodes);
      if (!qualityFailures.pageInfo.hasNextPage) return found;
      after = qualityFailures.pageInfo.endCursor;
    }
  };
  const keys = (found: readonly Failing[]): string[] => found.map(({ key, reason }) => `${key} ${reason}`);
  const COMPLETE = 'system: "erp", term: "lot.expiresOn", dimension: COMPLETENESS';

  beforeAll(async () => {
    world = new QualityWorld(await open(ALL_TABLES), STANDARDS);
    governance = createGovernanceSubgraph(world.services);
    const lot = (key: string, expiresOn: string | null, rest = {}) =>
      world.row(world.erp, 'lots', { key, record: { item: 'KIT', lotNumber: key, expiresOn }, ...rest });
    const move = (key: string, lotNumber: string, site: string): void =>
      world.row(world.erp, 'moves', {
        key,
        record: {
          ...{ item: 'KIT', lotNumber, site, location: `${site}-1`, movementKind: 'RECEIPT', quantity: '1' },
          ...{ occurredAt: '2026-05-01T00:00:00.000Z', document: null },
        },
      });
    lot('L1', null);
    lot('L2', null);
    lot('L3', '2027-01-31', { notes: [{ rule: 'TEXT_REPAIRED', field: 'expiresOn', raw: 'x' }] });
    lot('L4', '2027-01-31', { notes: [{ rule: 'TEXT_REPAIRED', field: 'expiresOn', raw: 'x' }] });
    world.row(world.erp, 'lots', { key: 'L9', record: {}, reject: 'no item' });
    move('M1', 'L1', 'HERE');
    move('M2', 'L2', 'THERE');
    move('M3', 'L3', 'HERE');
    move('M4', 'L4', 'THERE');
    await world.sync(world.erp);
    await world.measure();
  });

  it('shows shares in whole numbers, and whether they meet their standards', async () => {
    expect(await scores(COMPLETE)).toMatchObject([
      { system: 'erp', term: 'lot.expiresOn', numerator: 2, denominator: 4, met: false },
    ]);
    expect((await scores('met: false')).map(({ term, dimension }) => [term, dimension])).toEqual([
      ['lot.expiresOn', 'COMPLETENESS'],
    ]);
    expect(await scores('system: "nobody"')).toEqual([]);
  });

  it('leads to exactly the rows that fail, a page at a time', async () => {
    const missing = await failing(await idOf(COMPLETE));
    expect(keys(missing)).toEqual(['L1 MISSING', 'L2 MISSING']);
    expect(missing[0]?.lot?.id).toMatch(/^lot_/);
    const invalid = await failing(
      await idOf('system: "erp", stream: "lots", term: "lot.expiresOn", dimension: VALIDITY'),
    );
    expect(keys(invalid)).toEqual(['L3 TEXT_REPAIRED', 'L4 TEXT_REPAIRED']);
    expect(invalid[0]?.finding).toMatch(/^fnd_/);
    const rejected = await failing(
      await idOf('system: "erp", stream: "lots", term: "lot.item", dimension: VALIDITY'),
    );
    expect(rejected).toMatchObject([{ key: 'L9', reason: 'MISSING_VALUE', finding: null, lot: null }]);
    expect(rejected[0]?.rejectedRow).toMatch(/^rej_/);
  });

  it('tells a reader of one site no count of others, and no row of another site', async () => {
    const here = atSite('HERE');
    const id = await idOf(COMPLETE, here);
    expect(await scores(COMPLETE, here)).toMatchObject([{ numerator: null, denominator: null, met: null }]);
    expect(await scores('met: false', here)).toEqual([]);
    expect(keys(await failing(id, here))).toEqual(['L1 MISSING']);
    const valid = await idOf(
      'system: "erp", stream: "lots", term: "lot.expiresOn", dimension: VALIDITY',
      here,
    );
    expect(await failing(valid, here)).toMatchObject([{ key: 'L3', reason: 'TEXT_REPAIRED', finding: null }]);
    const item = await idOf('system: "erp", stream: "lots", term: "lot.item", dimension: VALIDITY', here);
    expect(await failing(item, here)).toEqual([]);
    const moves = await idOf('system: "erp", term: "movement.document", dimension: COMPLETENESS', here);
    expect(keys(await failing(moves, here))).toEqual(['M1 MISSING', 'M3 MISSING']);
    const { qualityHistory } = await dataOf<{ qualityHistory: { nodes: unknown[] } }>(
      governance,
      'query ($id: ID!) { qualityHistory(score: $id, first: 10) { nodes { numerator } } }',
      { id },
      here,
    );
    expect(qualityHistory.nodes).toEqual([]);
  });

  it('tells nothing of a term to who may not read it', async () => {
    const id = await idOf(COMPLETE);
    const masked = without('lot.expiresOn');
    expect(await scores(COMPLETE, masked)).toEqual([]);
    for (const query of [
      `{ qualityFailures(score: "${id}", first: 1) { nodes { key } } }`,
      `{ qualityHistory(score: "${id}", first: 1) { nodes { numerator } } }`,
    ])
      expect(codesOf(await ask(governance, query, {}, masked))).toEqual(['NOT_FOUND']);
    const one = await dataOf<unknown>(governance, `{ qualityScore(id: "${id}") { id } }`, {}, masked);
    expect(one).toEqual({ qualityScore: null });
  });

  it('shows how a score was, with the standards of then', async () => {
    const id = await idOf(COMPLETE);
    await world.advance(2 * 60 * 60_000);
    world.row(world.erp, 'lots', {
      key: 'L1',
      record: { item: 'KIT', lotNumber: 'L1', expiresOn: '2027-01-31' },
    });
    await world.sync(world.erp);
    world.useStandards(STANDARDS.replace("least: '75'", "least: '74'"));
    await world.measure();
    const { qualityHistory } = await dataOf<{ qualityHistory: { nodes: unknown[] } }>(
      governance,
      'query ($id: ID!) { qualityHistory(score: $id, first: 10) { nodes { measuredAt numerator denominator met standardsVersion } } }',
      { id },
    );
    expect(qualityHistory.nodes).toEqual([
      {
        ...{ measuredAt: '2026-06-01T02:00:00.000Z', numerator: 3, denominator: 4, met: true },
        standardsVersion: world.standardsOf(STANDARDS.replace("least: '75'", "least: '74'")).version,
      },
      {
        ...{ measuredAt: '2026-06-01T00:00:00.000Z', numerator: 2, denominator: 4, met: false },
        standardsVersion: world.standardsOf(STANDARDS).version,
      },
    ]);
  });

  it('refuses cursors of another score, and ids that are none', async () => {
    const [a, b] = [await idOf(COMPLETE), await idOf(COMPLETE.replace('COMPLETENESS', 'VALIDITY'))];
    const page = await dataOf<{ qualityFailures: { pageInfo: { endCursor: string } } }>(
      governance,
      `{ qualityFailures(score: "${b}", first: 1) { pageInfo { endCursor } } }`,
    );
    const again = `{ qualityFailures(score: "${a}", first: 1, after: "${page.qualityFailures.pageInfo.endCursor}") { nodes { key } } }`;
    expect(codesOf(await ask(governance, again))).toEqual(['INVALID_INPUT']);
    const none = '{ qualityFailures(score: "qsc_0zz", first: 1) { nodes { key } } }';
    expect(codesOf(await ask(governance, none))).toEqual(['NOT_FOUND']);
  });
});
