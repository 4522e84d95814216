/** Matching and splitting through the graph: by two people, frozen, audited, and led to by the old id. */
import { AuditEntryRow } from '../../controls/audit/audit-entry.entity';
import { toId } from '../../canonical/ids';
import { findCandidates } from '../../canonical/stewardship/candidates';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { createGovernanceSubgraph } from '../../subgraphs/governance/subgraph';
import { ActsWorld } from '../commands/acts-world';
import { dataOf } from '../support/ask-subgraph';
import { startSyncedWorld } from '../support/demo-world';
import { signingTicket } from '../support/tickets';

interface Answer {
  readonly remaining: string | null;
  readonly signOff: { readonly id: string; readonly status: string } | null;
  readonly refusals: readonly { readonly code: string }[];
}

const RESULT = 'remaining signOff { id status } refusals { code }';

describe('the identity map', () => {
  let acts: ActsWorld;
  let governance: Subgraph;
  let into: string;
  let from: string;
  const pkOf = (id: string) => Number.parseInt(id.slice('lot_'.length), 36);

  beforeAll(async () => {
    acts = new ActsWorld(await startSyncedWorld());
    governance = createGovernanceSubgraph(acts.world.services);
    await acts.addPerson('stew', ['data-steward']);
    await acts.addPerson('lead', ['qa-lead']);
    const rows = await acts.world.services.database.reader.query<{ a: number; b: number }[]>(
      `SELECT a.pk AS a, b.pk AS b FROM lot a JOIN lot b ON b.item_pk = a.item_pk AND b.pk > a.pk
        WHERE a.mastered = 1 AND b.mastered = 1 AND a.manufacturer_pk IS NOT NULL AND b.manufacturer_pk IS NOT NULL
          AND a.pk NOT IN (SELECT lot_pk FROM disposition) AND b.pk NOT IN (SELECT lot_pk FROM disposition)
        ORDER BY a.pk, b.pk LIMIT 1`,
    );
    into = toId('lot', rows[0]?.a ?? 0);
    from = toId('lot', rows[0]?.b ?? 0);
  }, 120_000);
  afterAll(async () => {
    await acts.commands.close();
  });

  const call = async <T>(source: string, variables: Record<string, unknown> = {}, by = 'stew'): Promise<T> =>
    (await dataOf<{ it: T }>(governance, source, variables, acts.request(by))).it;
  const match = (a: string, b: string, reason = 'one label, two keys') =>
    call<Answer>(
      `mutation ($a: ID!, $b: ID!, $r: String!) { it: matchIdentities(into: $a, from: $b, reason: $r) { ${RESULT} } }`,
      { a, b, r: reason },
    );
  async function sign(name: string, id: string, by: string): Promise<Answer> {
    const ticket = await signingTicket(acts.world.services, acts.request(by), id);
    return await call<Answer>(
      `mutation ($id: ID!, $ticket: String!) { it: ${name}(signOff: $id, ticket: $ticket) { ${RESULT} } }`,
      { id, ticket },
      by,
    );
  }
  const hasRow = async (id: string) =>
    (
      await acts.world.services.database.reader.query<unknown[]>('SELECT pk FROM lot WHERE pk = ?', [
        pkOf(id),
      ])
    ).length > 0;
  const lotById = async (id: string) =>
    (
      await dataOf<{ lot: { id: string } | null }>(
        acts.lots,
        'query ($id: ID!) { lot: lotById(id: $id) { id } }',
        { id },
        acts.request('stew'),
      )
    ).lot;

  test('refuses a match without a reason, of what is not there, and of two kinds', async () => {
    expect((await match(into, from, ' ')).refusals).toEqual([{ code: 'REASON_REQUIRED' }]);
    expect((await match(into, 'lot_zzzzzz')).refusals).toEqual([{ code: 'NOT_FOUND' }]);
    expect((await match(into, 'itm_1')).refusals).toEqual([{ code: 'INVALID_INPUT' }]);
  });

  test('joins two lots only once two people have signed, and the old id leads to the lot that remains', async () => {
    const { signOff } = await match(into, from);
    expect(await hasRow(from)).toBe(true);
    await sign('signMatchIdentities', signOff?.id ?? '', 'stew');
    expect(await hasRow(from)).toBe(true);
    const done = await sign('signMatchIdentities', signOff?.id ?? '', 'lead');
    expect([done.signOff?.status, done.remaining]).toEqual(['EXECUTED', into]);
    expect(await hasRow(from)).toBe(false);
    expect(await lotById(from)).toEqual({ id: into });
    const [decision] = await call<Record<string, unknown>[]>(
      `query ($id: ID!) { it: identityDecisions(entity: $id) { kind into other reason signOff: signOffId decidedAt } }`,
      { id: from },
    );
    expect(decision).toMatchObject({ kind: 'MATCHED', into, other: from, signOff: signOff?.id });
    const entry = await acts.world.services.database.reader.findOneByOrFail(AuditEntryRow, {
      id: (
        await acts.world.services.database.reader.query<{ entry_id: string }[]>(
          "SELECT entry_id FROM regulated_record WHERE record_type = 'identityDecision'",
        )
      )[0]?.entry_id,
    } as never);
    expect(entry.body).toContain('signOff.execute');
  }, 60_000);

  test('is taken back by two people, and the old id is itself again', async () => {
    const split = await call<Answer>(
      `mutation ($e: ID!) { it: splitIdentity(entity: $e, reason: "two labels") { ${RESULT} } }`,
      { e: from },
    );
    await sign('signSplitIdentity', split.signOff?.id ?? '', 'stew');
    await sign('signSplitIdentity', split.signOff?.id ?? '', 'lead');
    expect(await lotById(from)).toEqual({ id: from });
  }, 60_000);

  test('is stale once a record that describes one of them has changed', async () => {
    const { signOff } = await match(into, from);
    await sign('signMatchIdentities', signOff?.id ?? '', 'stew');
    await acts.world.services.database.write(async (manager) => {
      const [record] = await manager.query<{ pk: number }[]>(
        'SELECT pk FROM source_record WHERE entity_pk = ? ORDER BY pk LIMIT 1',
        [pkOf(from)],
      );
      await manager.query(
        `INSERT INTO source_version (record_pk, version, raw, canonical, hash, mapping_version, read_at)
         SELECT record_pk, version + 1, raw, canonical, hash, mapping_version, read_at FROM source_version v
          WHERE record_pk = ? AND version = (SELECT r.version FROM source_record r WHERE r.pk = v.record_pk)`,
        [record?.pk],
      );
      await manager.query('UPDATE source_record SET version = version + 1 WHERE pk = ?', [record?.pk]);
    });
    const late = await sign('signMatchIdentities', signOff?.id ?? '', 'lead');
    expect(late.refusals).toEqual([{ code: 'SIGN_OFF_STALE' }]);
    expect(await hasRow(from)).toBe(true);
  }, 60_000);

  test('offers pairs with what speaks for and against them, and tells a limited caller none', async () => {
    const { database, clock } = acts.world.services;
    await database.write(async (manager) => {
      await manager.query(
        `INSERT INTO lot (pk, item_pk, manufacturer_pk, lot_number, expires_on, mastered)
         SELECT 900000001, item_pk, NULL, LOWER(REPLACE(lot_number, '-', ' ')), expires_on, 0 FROM lot WHERE pk = ?`,
        [pkOf(into)],
      );
      await findCandidates(manager, clock.now(), [900000001]);
    });
    const source = `query { it: identityCandidates(entityType: LOT, first: 20) { nodes {
      firstId secondId confidence evidence { kind supports } } pageInfo { hasNextPage } } }`;
    const { nodes } = await call<{ nodes: { firstId: string; secondId: string; evidence: unknown[] }[] }>(
      source,
    );
    const pair = nodes.find((one) => one.firstId === into);
    expect(pair?.secondId).toBe(toId('lot', 900000001));
    expect(pair?.evidence).toEqual(
      expect.arrayContaining([
        { kind: 'SAME_NORMAL_NAME', supports: true },
        { kind: 'SAME_ITEM', supports: true },
      ]),
    );
    const limited = await dataOf<{ it: { nodes: unknown[] } }>(
      governance,
      source,
      {},
      acts.request('stew', ['SZ-01']),
    );
    expect(limited.it.nodes).toEqual([]);
  });

  describe('a pair that is set aside', () => {
    const other = toId('lot', 900000001);
    const settle = (name: 'dismiss' | 'restore', pair: readonly string[], reason: string, by = 'stew') =>
      call<{ dismissal: { firstId: string } | null; refusals: { code: string }[] }>(
        `mutation ($a: ID!, $b: ID!, $r: String!) {
           it: ${name}IdentityCandidate(firstId: $a, secondId: $b, reason: $r) { dismissal { firstId } refusals { code } } }`,
        { a: pair[0], b: pair[1], r: reason },
        by,
      );
    const isListed = async () =>
      (
        await call<{ nodes: { firstId: string; secondId: string }[] }>(
          'query { it: identityCandidates(entityType: LOT, first: 100) { nodes { firstId secondId } } }',
        )
      ).nodes.some(({ firstId, secondId }) => firstId === into && secondId === other);
    const look = () =>
      acts.world.services.database.write((manager) =>
        findCandidates(manager, acts.world.services.clock.now(), [pkOf(into)]),
      );
    const spell = (lotNumber: string) =>
      acts.world.services.database.write((manager) =>
        manager.query('UPDATE lot SET lot_number = ? WHERE pk = ?', [lotNumber, pkOf(other)]),
      );

    test('is refused without a reason, by whom it is not for, and where it is no candidate', async () => {
      expect((await settle('dismiss', [into, other], ' ')).refusals).toEqual([{ code: 'REASON_REQUIRED' }]);
      expect((await settle('dismiss', [into, from], 'two')).refusals).toEqual([{ code: 'NOT_FOUND' }]);
      expect((await settle('dismiss', [into, 'itm_1'], 'two')).refusals).toEqual([{ code: 'NOT_FOUND' }]);
      expect((await settle('restore', [into, other], 'one')).refusals).toEqual([{ code: 'NOT_FOUND' }]);
      const limited = await dataOf<{ it: { refusals: unknown } }>(
        governance,
        `mutation ($a: ID!, $b: ID!) { it: dismissIdentityCandidate(firstId: $a, secondId: $b, reason: "x") { refusals { code } } }`,
        { a: into, b: other },
        acts.request('stew', ['SZ-01']),
      );
      expect(limited.it.refusals).toEqual([{ code: 'ACCESS_DENIED' }]);
      expect(await isListed()).toBe(true);
    });

    test('leaves the queue, in either order of its ids, and is listed with its reason', async () => {
      expect((await settle('dismiss', [other, into], 'two labels')).dismissal).toEqual({ firstId: into });
      expect(await isListed()).toBe(false);
      const listed = await call<unknown[]>(
        'query { it: identityDismissals { firstId secondId reason dismissedBy evidence { kind } } }',
      );
      expect(listed).toMatchObject([
        { firstId: into, secondId: other, reason: 'two labels', dismissedBy: 'stew' },
      ]);
      const limited = await dataOf<{ it: unknown[] }>(
        governance,
        'query { it: identityDismissals { firstId } }',
        {},
        acts.request('stew', ['SZ-01']),
      );
      expect(limited.it).toEqual([]);
    });

    test('stays away as long as its evidence is the same, and is back when that changes', async () => {
      await look();
      expect(await isListed()).toBe(false);
      const [row] = await acts.world.services.database.reader.query<{ lot_number: string }[]>(
        'SELECT lot_number FROM lot WHERE pk = ?',
        [pkOf(other)],
      );
      const spelt = row?.lot_number ?? '';
      await spell(spelt.toUpperCase());
      await look();
      expect(await isListed()).toBe(true);
      await spell(spelt);
      await look();
      expect(await isListed()).toBe(false);
    });

    test('is a question again when the dismissal is taken back, and both acts stand in the trail', async () => {
      expect((await settle('restore', [into, other], 'looked again')).refusals).toEqual([]);
      expect(await isListed()).toBe(true);
      const entries = await acts.world.services.database.reader.query<{ body: string }[]>(
        "SELECT body FROM audit_entry WHERE body LIKE '%identityMap.%' ORDER BY id",
      );
      const acted = entries
        .map(({ body }) => JSON.parse(body) as { action: string; outcome: string; reason?: string })
        .filter(({ outcome }) => outcome === 'DONE')
        .map(({ action, reason }) => [action, reason]);
      expect(acted).toEqual([
        ['identityMap.dismiss', 'two labels'],
        ['identityMap.restore', 'looked again'],
      ]);
    });
  });
});
