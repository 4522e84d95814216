import { CANONICAL_ENTITIES, CANONICAL_MIGRATIONS } from '../../canonical/schema';
import type { CanonicalReads } from '../../canonical/reads';
import type { SubgraphServices } from '../../canonical/subgraph-services';
import { type AuditAct, SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { checkProof } from '../../controls/audit/proof';
import { Sequencer } from '../../controls/audit/sequencer';
import { readPublicKeys } from '../../controls/integrity/signature';
import type { AccessProfile } from '../../platform/access';
import type { Subgraph } from '../../platform/graphql/subgraph';
import type { RequestContext } from '../../platform/request';
import { createGovernanceSubgraph } from '../../subgraphs/governance/subgraph';
import { READ_ALL } from '../support/access';
import { ask, codesOf, dataOf, requestContext, subgraphServices } from '../support/ask-subgraph';
import { describeEachDatabase } from '../support/databases';
import { CONTROLS_TABLES, personActor } from './audit-world';

const TABLES = {
  entities: [...CONTROLS_TABLES.entities, ...CANONICAL_ENTITIES],
  migrations: [...CONTROLS_TABLES.migrations, ...CANONICAL_MIGRATIONS],
};

interface Page {
  auditEntries: { nodes: { seq: number }[]; pageInfo: { endCursor: string | null; hasNextPage: boolean } };
}

/** As READ_ALL, but for these terms. */
const without = (...terms: string[]): AccessProfile => ({
  ...READ_ALL,
  key: `without ${terms.join()}`,
  term: (id) => (terms.includes(id) ? 'DENY' : 'READ'),
});
const reader = (access: AccessProfile, caller: Partial<RequestContext['caller']> = {}): RequestContext => {
  const request = requestContext();
  return { ...request, access, caller: { ...request.caller, ...caller } };
};

describeEachDatabase('the audit trail in the graph', (open) => {
  let services: SubgraphServices;
  let subgraph: Subgraph;

  const acts: readonly (readonly [string, AuditAct])[] = [
    [
      'p1',
      {
        action: 'hold.place',
        outcome: 'DONE',
        object: { type: 'lot', id: 'lot_1' },
        reason: 'Scratch on the seal',
      },
    ],
    [
      'p2',
      {
        action: 'hold.place',
        outcome: 'REFUSED',
        code: 'NOT_ELIGIBLE',
        object: { type: 'lot', id: 'lot_2' },
      },
    ],
    [
      'p1',
      {
        ...{
          action: 'expiry.change',
          outcome: 'DONE',
          object: { type: 'lot', id: 'lot_1' },
          reason: '供应商通知：有效期延长',
        },
        changes: [{ field: 'lot.expiresOn', before: '2027-01-31', after: '2028-01-31' }],
      },
    ],
    [
      'p3',
      {
        ...{ action: 'account.update', outcome: 'DONE', object: { type: 'account', id: 'a1' } },
        changes: [{ field: 'status', before: 'LOCKED', after: 'ACTIVE' }],
      },
    ],
  ];

  beforeAll(async () => {
    const database = await open(TABLES);
    services = subgraphServices(database, {} as CanonicalReads);
    subgraph = createGovernanceSubgraph(services);
    const { controls, clock } = services;
    for (const [person, act] of acts)
      await database.write((manager) =>
        controls.audit.record(manager, personActor(person, `Name of ${person}`), act),
      );
    for (let n = 0; n < 20; n += 1)
      await database.write((manager) =>
        controls.audit.record(manager, SYSTEM_ACTOR, { action: 'grant.expire', outcome: 'DONE' }),
      );
    const sequencer = new Sequencer({
      database,
      clock,
      algorithm: 'sha256',
      signer: controls.signing.for('audit'),
    });
    await sequencer.drain();
    await sequencer.checkpoint();
  });

  const found = async (filter: object, access: AccessProfile = READ_ALL): Promise<number[]> => {
    const query =
      'query ($f: AuditEntryFilter) { auditEntries(first: 50, filter: $f) { nodes { action objectId account } } }';
    const { auditEntries } = await dataOf<{ auditEntries: { nodes: { action: string }[] } }>(
      subgraph,
      query,
      { f: filter },
      reader(access),
    );
    return auditEntries.nodes
      .map(({ action }) => acts.findIndex(([, act]) => act.action === action))
      .filter((n) => n >= 0);
  };

  test('is found by person, action, object, time, text, outcome and changed value', async () => {
    expect(await found({ persons: ['p3'] })).toEqual([3]);
    expect(await found({ actions: ['expiry.change'] })).toEqual([2]);
    expect(await found({ objectType: 'lot', objectId: 'lot_1', actions: ['expiry.change'] })).toEqual([2]);
    expect(await found({ text: 'scratch SEAL' })).toEqual([0]);
    expect(await found({ text: '有效期延长' })).toEqual([2]);
    expect(await found({ outcome: 'REFUSED' })).toEqual([0]);
    expect(await found({ changedField: 'lot.expiresOn' })).toEqual([2]);
    expect(await found({ changedValue: '2027-01-31' })).toEqual([2]);
    expect(await found({ changedField: 'lot.expiresOn', changedValue: '2028-01-31' })).toEqual([2]);
    expect(await found({ changedField: 'lot.expiresOn', changedValue: '2029-01-31' })).toEqual([]);
    expect(await found({ from: '2030-01-01T00:00:00Z' })).toEqual([]);
    expect(await found({ persons: [] })).toEqual([]);
  });

  test('pages newest first, each entry once, also while more are added', async () => {
    const query =
      'query ($after: String) { auditEntries(first: 7, after: $after) { nodes { seq } pageInfo { endCursor hasNextPage } } }';
    const seen: number[] = [];
    let after: string | null = null;
    for (;;) {
      const { auditEntries }: Page = await dataOf<Page>(subgraph, query, { after });
      seen.push(...auditEntries.nodes.map(({ seq }) => seq));
      if (!auditEntries.pageInfo.hasNextPage) break;
      after = auditEntries.pageInfo.endCursor;
    }
    expect(seen).toEqual(Array.from({ length: 24 }, (_, n) => 24 - n));
  });

  test('shows a change only to who may read its field, and finds it for nobody else', async () => {
    const query =
      '{ auditEntries(first: 50, filter: { actions: ["expiry.change", "account.update"] }) { nodes { changes { field before after masked } } } }';
    const changesFor = async (access: AccessProfile) =>
      (
        await dataOf<{ auditEntries: { nodes: { changes: object[] }[] } }>(
          subgraph,
          query,
          {},
          reader(access),
        )
      ).auditEntries.nodes.flatMap((one) => one.changes);
    expect(await changesFor(READ_ALL)).toEqual([
      { field: 'status', before: 'LOCKED', after: 'ACTIVE', masked: false },
      { field: 'lot.expiresOn', before: '2027-01-31', after: '2028-01-31', masked: false },
    ]);
    expect(await changesFor(without('lot.expiresOn', 'auditChange.otherValue'))).toEqual([
      { field: 'status', before: null, after: null, masked: true },
      { field: 'lot.expiresOn', before: null, after: null, masked: true },
    ]);
    expect(await found({ changedValue: '2027-01-31' }, without('lot.expiresOn'))).toEqual([]);
    const refused = await ask(
      subgraph,
      '{ auditEntries(filter: { changedField: "lot.expiresOn" }) { nodes { id } } }',
      {},
      reader(without('lot.expiresOn')),
    );
    expect(codesOf(refused)).toEqual(['ACCESS_DENIED']);
  });

  test('is refused to who is limited to some sites or suppliers', async () => {
    for (const limit of [{ sites: ['SZ'] }, { suppliers: ['S1'] }]) {
      const refused = await ask(subgraph, '{ auditEntries { nodes { id } } }', {}, reader(READ_ALL, limit));
      expect(codesOf(refused)).toEqual(['ACCESS_DENIED']);
    }
  });

  test('gives an entry with a proof that checks offline, and the name of its person until it is destroyed', async () => {
    const list = '{ auditEntries(filter: { persons: ["p3"] }) { nodes { id } } }';
    const [first] = (await dataOf<{ auditEntries: { nodes: { id: string }[] } }>(subgraph, list)).auditEntries
      .nodes;
    const query = 'query ($id: ID!) { auditEntry(id: $id) { personName proof } }';
    interface Entry {
      auditEntry: { personName: string | null; proof: object | null };
    }
    const read = (access: AccessProfile = READ_ALL): Promise<Entry> =>
      dataOf<Entry>(subgraph, query, { id: first?.id }, reader(access));
    const { auditEntry } = await read();
    expect(auditEntry.personName).toBe('Name of p3');
    const keys = readPublicKeys(services.controls.signing.for('audit').publicKey);
    expect(checkProof(JSON.stringify(auditEntry.proof), keys)).toMatchObject({ ok: true });
    expect((await read(without('auditChange.otherValue'))).auditEntry.proof).toBeNull();
    await services.database.write((manager) => services.controls.personal.destroy(manager, 'p3'));
    expect((await read()).auditEntry.personName).toBeNull();
  });

  test('shows the newest checkpoint and that it is genuine', async () => {
    const query = '{ auditCheckpoint { treeSize genuine pendingSeconds keyId } }';
    const { auditCheckpoint } = await dataOf<{ auditCheckpoint: object }>(subgraph, query);
    const { keyId } = services.controls.signing.for('audit');
    expect(auditCheckpoint).toEqual({ treeSize: 24, genuine: true, pendingSeconds: 0, keyId });
  });

  test('[Annex 11 §9] is reviewed with a ticket for exactly this review, once', async () => {
    const caller = { person: 'p1', session: 's1' };
    const scope = 'fromSeq: 1, toSeq: 20, comment: "Refusals looked at, none of concern.", outcome: REFUSED';
    const offer = `{ auditReviewOffer(${scope}) { purpose entries root } }`;
    const { auditReviewOffer } = await dataOf<{ auditReviewOffer: { purpose: string; entries: number } }>(
      subgraph,
      offer,
      {},
      reader(READ_ALL, caller),
    );
    expect(auditReviewOffer.entries).toBe(1);
    const refusal = `mutation { reviewAuditTrail(${scope}, ticket: "none") { review { id } refusals { code } } }`;
    const refused = await dataOf<{ reviewAuditTrail: object }>(
      subgraph,
      refusal,
      {},
      reader(READ_ALL, caller),
    );
    expect(refused.reviewAuditTrail).toEqual({ review: null, refusals: [{ code: 'STEP_UP_REQUIRED' }] });
    const beyond = await ask(
      subgraph,
      '{ auditReviewOffer(fromSeq: 1, toSeq: 99, comment: "x") { entries } }',
      {},
      reader(READ_ALL, caller),
    );
    expect(codesOf(beyond)).toEqual(['INVALID_INPUT']);
  });
});
