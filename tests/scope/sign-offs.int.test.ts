/** Sign-offs of a limited reader: those about lots and places in scope, page by page, and no others. */
import { toId } from '../../canonical/ids';
import type { MarkedAct } from '../../controls/sign-off/act-run';
import type { SubgraphServices } from '../../canonical/subgraph-services';
import type { Subgraph } from '../../platform/graphql/subgraph';
import type { RequestContext } from '../../platform/request';
import { createGovernanceSubgraph } from '../../subgraphs/governance/subgraph';
import { ALL_TABLES } from '../support/all-tables';
import { dataOf, requestContext, subgraphServices } from '../support/ask-subgraph';
import { describeEachDatabase } from '../support/databases';
import { tableReads } from '../support/table-reads';
import { scopeWorld, writeWorld } from './scope-world';
import { visibleWorld } from './visible-rows';

const WORLD = scopeWorld(2026);
const LIMITS = { sites: ['SZ'], suppliers: ['SUP-1'] };
const LOTS = WORLD.lot.map((row) => toId('lot', row.pk));
const SEEN = visibleWorld(WORLD, LIMITS).lot.map((row) => toId('lot', row.pk));
const HERE = toId('location', 21);
const ELSEWHERE = toId('location', 23);

const release = (lot: string): MarkedAct => ({
  ...{ action: 'lot.release', coordinate: 'Mutation.releaseLot', arguments: { lot, reason: 'complete' } },
  run: (act) => {
    act.relyOn('lot', lot, {});
    return Promise.resolve({});
  },
});

const adjust = (lot: string, location: string): MarkedAct => ({
  ...{ action: 'lot.adjustQuantity', coordinate: 'Mutation.adjustLotQuantity' },
  arguments: { lot, location, quantity: '1', reason: 'counted' },
  run: (act) => {
    act.relyOn('level', `${lot}@${location}`, {});
    return Promise.resolve({});
  },
});

describeEachDatabase('sign-offs within a row scope', (open) => {
  let services: SubgraphServices;
  let governance: Subgraph;

  const lead = (limits: object): RequestContext => {
    const request = requestContext();
    const caller = { ...request.caller, subject: 'lead', person: 'lead', roles: ['qa-lead', 'auditor'] };
    return { ...request, caller: { ...caller, ...limits } };
  };

  beforeAll(async () => {
    const database = await open(ALL_TABLES);
    await writeWorld(database, WORLD);
    services = subgraphServices(database, tableReads(database));
    governance = createGovernanceSubgraph(services);
    for (const lot of LOTS) await services.controls.signOff.propose(requestContext(), release(lot));
  });

  async function listed(request: RequestContext): Promise<string[]> {
    const lots: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const query = `query ($after: String) { signOffs(first: 2, after: $after) { nodes { id values { value } } pageInfo { hasNextPage endCursor } } }`;
      const page: { signOffs: ListedPage } = await dataOf(governance, query, { after }, request);
      // the value names the lot, and gives its id behind that
      const idOf = (value = '') => /\((\w+)\)$/u.exec(value)?.[1] ?? value;
      lots.push(...page.signOffs.nodes.map(({ values }) => idOf(values[0]?.value)));
      [after, more] = [page.signOffs.pageInfo.endCursor, page.signOffs.pageInfo.hasNextPage];
    }
    return lots.sort();
  }

  interface ListedPage {
    readonly nodes: readonly { id: string; values: readonly { value: string }[] }[];
    readonly pageInfo: { hasNextPage: boolean; endCursor: string };
  }

  it('are listed in whole pages, of lots in scope alone', async () => {
    expect(SEEN.length).toBeGreaterThan(0);
    expect(SEEN.length).toBeLessThan(LOTS.length);
    expect(await listed(lead(LIMITS))).toEqual([...SEEN].sort());
    expect(await listed(lead({}))).toEqual([...LOTS].sort());
  });

  it('are absent by their id, as those that nobody made', async () => {
    const lot = SEEN[0] ?? '';
    const one = await services.controls.signOff.propose(requestContext(), adjust(lot, HERE));
    const other = await services.controls.signOff.propose(requestContext(), adjust(lot, ELSEWHERE));
    const query = 'query ($id: ID!) { signOff(id: $id) { id } }';
    const find = async (id: string, limits: object): Promise<unknown> =>
      (await dataOf<{ signOff: unknown }>(governance, query, { id }, lead(limits))).signOff;
    const ids = [one, other].map((proposed) => proposed.proposal?.id ?? '');
    expect(await Promise.all(ids.map((id) => find(id, LIMITS)))).toEqual([{ id: ids[0] }, null]);
    expect(await Promise.all(ids.map((id) => find(id, {})))).toEqual(ids.map((id) => ({ id })));
  });

  it('cannot be rejected by who cannot see them', async () => {
    const proposed = await services.controls.signOff.propose(
      requestContext(),
      adjust(SEEN[0] ?? '', ELSEWHERE),
    );
    const id = proposed.proposal?.id ?? '';
    const query = 'mutation ($id: ID!) { rejectSignOff(signOff: $id, reason: "no") { refusals { code } } }';
    const refusalsOf = async (limits: object): Promise<unknown> =>
      (await dataOf<{ rejectSignOff: unknown }>(governance, query, { id }, lead(limits))).rejectSignOff;
    expect(await refusalsOf(LIMITS)).toEqual({ refusals: [{ code: 'NOT_FOUND' }] });
    expect(await refusalsOf({})).not.toEqual({ refusals: [{ code: 'NOT_FOUND' }] });
  });
});
