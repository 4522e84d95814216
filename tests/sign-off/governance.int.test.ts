/** Sign-offs in the graph: what waits for whom, in words, and no more than the reader may see. */
import path from 'node:path';
import { createGovernanceSubgraph } from '../../subgraphs/governance/subgraph';
import { AccountRow, PersonRow, RoleGrantRow, SessionRow } from '../../controls/identity/identity.entity';
import { OutboxCommandRow } from '../../controls/outbox/outbox.entity';
import type { MarkedAct } from '../../controls/sign-off/act-run';
import { CANONICAL_ENTITIES, CANONICAL_MIGRATIONS } from '../../canonical/schema';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../../controls/schema';
import type { SubgraphServices } from '../../canonical/subgraph-services';
import type { Subgraph } from '../../platform/graphql/subgraph';
import type { AccessProfile } from '../../platform/access';
import type { RequestContext } from '../../platform/request';
import { READ_ALL } from '../support/access';
import { NOW, dataOf, requestContext, subgraphServices } from '../support/ask-subgraph';
import { describeEachDatabase } from '../support/databases';
import { tableReads } from '../support/table-reads';

/** An act as another subgraph would propose it. */
const RELEASE: MarkedAct = {
  ...{
    action: 'lot.release',
    coordinate: 'Mutation.releaseLot',
    arguments: { lot: 'lot_1', reason: 'complete' },
  },
  run: (act) => {
    act.relyOn('lot', 'lot_1', { disposition: 'PENDING' });
    act.change({ field: 'lot.disposition', before: 'PENDING', after: 'RELEASED' });
    return Promise.resolve({});
  },
};
const FIELDS = `id status actionName proposedBy reason values { name value } changes { name before after hidden } differences { name }
  mine { slot meaning mutation signingHash } emergency { meaning }`;

describeEachDatabase(`sign-offs in the graph (${path.basename(__filename)})`, (open) => {
  let services: SubgraphServices;
  let governance: Subgraph;
  let id = '';

  const as = (
    person: string,
    roles: readonly string[],
    more: Partial<RequestContext> = {},
  ): RequestContext => {
    const request = { ...requestContext(), ...more };
    return {
      ...request,
      caller: { ...request.caller, subject: person, person, roles, session: `s-${person}` },
    };
  };
  const officer = (more: Partial<RequestContext> = {}): RequestContext => as('officer', ['qa-officer'], more);
  const lead = (more: Partial<RequestContext> = {}): RequestContext => as('lead', ['qa-lead'], more);
  const ask = async <T>(
    request: RequestContext,
    query: string,
    variables: Record<string, unknown> = {},
  ): Promise<T> => await dataOf<T>(governance, query, variables, request);

  beforeAll(async () => {
    const database = await open({
      entities: [...CONTROLS_ENTITIES, ...CANONICAL_ENTITIES],
      migrations: [...CONTROLS_MIGRATIONS, ...CANONICAL_MIGRATIONS],
    });
    services = subgraphServices(database, tableReads(database));
    governance = createGovernanceSubgraph(services);
    await database.write(async (manager) => {
      for (const [person, role] of [
        ['officer', 'qa-officer'],
        ['lead', 'qa-lead'],
      ] as const) {
        await services.controls.identity.context.seals.insert(manager, PersonRow, {
          id: person,
          nameEn: person,
          nameZh: person,
          status: 'ACTIVE',
          createdAt: 0,
        });
        await services.controls.identity.context.seals.insert(manager, AccountRow, {
          ...{ id: person, person, kind: 'password', userName: person, secretHash: null, externalKey: null },
          ...{ status: 'ACTIVE', serviceRoles: null, mayActFor: false, expiresAt: null, createdAt: 0 },
        });
        await manager.insert(SessionRow, {
          ...{ id: `s-${person}`, account: person, person, stage: 'FULL', amr: '["pwd","otp"]', authTime: 0 },
          ...{ client: 'test', language: null, onBehalfOf: null, refreshHash: null, createdAt: 0 },
          ...{ expiresAt: Number.MAX_SAFE_INTEGER, revokedAt: null },
        });
        await services.controls.identity.context.seals.insert(manager, RoleGrantRow, {
          ...{ id: `g-${person}`, person, role, sites: '[]', suppliers: '[]', source: 'ACT', validFrom: 0 },
          ...{ expiresAt: null, grantedBy: 'system', proposal: null, revokedAt: null, lastUsedAt: null },
        });
      }
    });
    const { proposal } = await services.controls.signOff.propose(officer(), RELEASE);
    id = proposal?.id ?? '';
  });

  it('show what systems were asked, and why one refused, in the caller’s language and no system’s own words', async () => {
    const { outbox } = services.controls;
    await services.database.write(async (manager) => {
      const commands = ['erp', 'wms', 'lims'].map((system) => ({
        ...{ system, kind: 'blockLot' as const, subject: 'lot_1', payload: { native: system } },
      }));
      const ids: string[] = [];
      for (const command of commands) ids.push(await outbox.enqueue(manager, id, command));
      const [declared = '', plain = ''] = ids;
      const reason = { en: 'the lot is shipped', zh: '该批次已发货' };
      const refused = (outcome: object) => ({
        state: 'REFUSED',
        nextAt: null,
        outcome: JSON.stringify(outcome),
      });
      await manager.update(OutboxCommandRow, { id: declared }, refused({ said: 'NO', code: '7', reason }));
      await manager.update(
        OutboxCommandRow,
        { id: plain },
        refused({ said: 'NO', code: 'INSERT INTO lots ON db7.plant.local', reason: 'db7.plant.local' }),
      );
    });
    const query = `query ($id: ID!) { signOff(id: $id) { sentCommands { system state refusalReason } } }`;
    const shown = async (language: 'en' | 'zh') =>
      (await ask<{ signOff: { sentCommands: unknown } }>(officer({ language }), query, { id })).signOff
        .sentCommands;
    expect(await shown('zh')).toEqual([
      { system: 'erp', state: 'REFUSED', refusalReason: '该批次已发货' },
      { system: 'wms', state: 'REFUSED', refusalReason: '业务系统拒绝执行指令。' },
      { system: 'lims', state: 'PENDING', refusalReason: null },
    ]);
    expect(JSON.stringify(await shown('en'))).not.toContain('db7');
  });

  it('show in the inbox what waits for the caller, in words of the caller’s language [21 CFR 11.50]', async () => {
    const { signOffInbox } = await ask<{ signOffInbox: unknown[] }>(
      officer({ language: 'zh' }),
      `{ signOffInbox { ${FIELDS} } }`,
    );
    expect(signOffInbox).toEqual([
      {
        ...{ id, status: 'PROPOSED', actionName: '批次放行', proposedBy: 'Tester', reason: 'complete' },
        values: [
          { name: '待放行批次', value: 'lot_1' },
          { name: '放行理由', value: 'complete' },
        ],
        changes: [expect.objectContaining({ before: 'PENDING', after: 'RELEASED', hidden: false })],
        differences: null, // no subgraph that runs the act is served here
        mine: {
          ...{ slot: 1, mutation: 'signReleaseLot', meaning: '本人已审核该批次的记录，确认完整且符合要求。' },
          signingHash: expect.stringMatching(/^sha256:/) as string,
        },
        emergency: null,
      },
    ]);
  });

  it('hide the values of terms that the reader may not read', async () => {
    const access: AccessProfile = {
      ...READ_ALL,
      term: (term) => (term === 'lot.disposition' ? 'MASK' : 'READ'),
    };
    const found = await ask<{ signOff: { changes: unknown[] } }>(
      lead({ access }),
      `query ($id: ID!) { signOff(id: $id) { ${FIELDS} } }`,
      { id },
    );
    expect(found.signOff.changes).toEqual([
      expect.objectContaining({ before: null, after: null, hidden: true }),
    ]);
  });

  it('are there for who proposed, who may sign, and the readers of the policy, and nobody else', async () => {
    const query = '{ signOffs(first: 10) { nodes { id } } }';
    const count = async (request: RequestContext): Promise<number> =>
      (await ask<{ signOffs: { nodes: unknown[] } }>(request, query)).signOffs.nodes.length;
    expect(await count(lead())).toBe(1);
    expect(await count(as('audrey', ['auditor']))).toBe(1);
    expect(await count(as('sam', ['security-officer']))).toBe(0);
    expect(await count(as('ann', ['analyst']))).toBe(0);
    const one = await ask<{ signOff: unknown }>(
      as('ann', ['analyst']),
      'query ($id: ID!) { signOff(id: $id) { id } }',
      { id },
    );
    expect(one.signOff).toBeNull();
  });

  it('page from the newest, each once', async () => {
    const again = { ...RELEASE, arguments: { lot: 'lot_1', reason: 'again' } };
    await services.controls.signOff.propose(officer(), again);
    const query =
      'query ($after: String) { signOffs(first: 1, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }';
    interface PageOf {
      signOffs: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
    }
    const first = await ask<PageOf>(lead(), query);
    const second = await ask<PageOf>(lead(), query, { after: first.signOffs.pageInfo.endCursor });
    expect([first.signOffs.pageInfo.hasNextPage, second.signOffs.pageInfo.hasNextPage]).toEqual([
      true,
      false,
    ]);
    expect(first.signOffs.nodes[0]?.id).not.toBe(second.signOffs.nodes[0]?.id);
  });

  it('answer refusals in the caller’s language, and take a delegation', async () => {
    const reject = `mutation ($id: ID!) { p: rejectSignOff(signOff: $id, reason: "no") { proposal { status } refusals { code message } } }`;
    expect(await ask(as('ann', ['analyst'], { language: 'zh' }), reject, { id })).toEqual({
      p: { proposal: null, refusals: [{ code: 'NOT_ELIGIBLE', message: '您无权对此操作进行该签核动作。' }] },
    });
    const lend = `mutation ($from: Instant!, $until: Instant!, $ticket: String!) { p: delegateSignOff(action: "lot.release", role: "qa-lead", to: "officer",
      from: $from, until: $until, reason: "leave", ticket: $ticket) { delegation { id from to role } refusals { code } } }`;
    const day = 86_400_000;
    const [from, until] = [new Date(NOW).toISOString(), new Date(NOW + day).toISOString()];
    const { ticket } = await services.database.write((manager) =>
      services.controls.identity.issueTicket(manager, {
        ...{ person: 'lead', account: 'lead', session: 's-lead', methods: ['pwd', 'otp'] },
        purpose: `lotgraph signOff.delegate lot.release qa-lead officer ${from} ${until}`,
      }),
    );
    expect(await ask(lead(), lend, { from, until, ticket: 'none' })).toEqual({
      p: { delegation: null, refusals: [{ code: 'STEP_UP_REQUIRED' }] },
    });
    const lent = await ask<{ p: { delegation: { id: string } | null } }>(lead(), lend, {
      ...{ from, until, ticket },
    });
    expect(lent.p).toMatchObject({
      delegation: { from: 'lead', to: 'officer', role: 'qa-lead' },
      refusals: [],
    });
    expect(await ask(officer(), '{ signOffDelegations { from } }')).toEqual({
      signOffDelegations: [{ from: 'lead' }],
    });
  });
});
