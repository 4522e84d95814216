/** Publishing through the graph: by one person what no regulation cares about, by two what it does, by nobody what is stale. */
import { assessNext } from '../../canonical/mappings/impact-job';
import { AuditEntryRow } from '../../controls/audit/audit-entry.entity';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { createGovernanceSubgraph } from '../../subgraphs/governance/subgraph';
import { ActsWorld } from '../commands/acts-world';
import { dataOf } from '../support/ask-subgraph';
import { startSyncedWorld } from '../support/demo-world';
import { ERP_TEXT, OTHER_REMARKS, changedErp } from './erp-draft';
import { signingTicket } from '../support/tickets';

interface Staged {
  readonly draft: string | null;
  readonly baseNumber: number | null;
  readonly problems: readonly string[];
  readonly changes: readonly { readonly path: string }[];
  readonly refusals: readonly { readonly code: string }[];
}
interface Published {
  readonly mapping: { readonly number: number } | null;
  readonly signOff: { readonly id: string; readonly status: string } | null;
  readonly refusals: readonly { readonly code: string }[];
}

const STAGED = 'draft baseNumber problems changes { path } refusals { code }';
const RESULT = 'mapping { number } signOff { id status } refusals { code }';
const OTHER_EXPIRY = changedErp([
  [['streams', 'lots', 'fields', 'expiresOn'], { from: 'manufacturing_date', apply: ['date'] }],
]);

describe('a mapping', () => {
  let acts: ActsWorld;
  let governance: Subgraph;
  beforeAll(async () => {
    acts = new ActsWorld(await startSyncedWorld());
    governance = createGovernanceSubgraph(acts.world.services);
    await acts.addPerson('ines', ['integration-engineer']);
    await acts.addPerson('stew', ['data-steward']);
  }, 120_000);
  afterAll(async () => {
    await acts.commands.close();
  });

  const call = async <T>(source: string, variables: Record<string, unknown>, by = 'ines'): Promise<T> =>
    (await dataOf<{ it: T }>(governance, source, variables, acts.request(by))).it;
  const stage = (text: string) =>
    call<Staged>(`mutation ($text: String!) { it: stageMapping(text: $text) { ${STAGED} } }`, { text });
  const publish = (
    name: 'publishMapping' | 'publishUnregulatedMapping',
    draft: string | null,
    reason = 'why',
  ) =>
    call<Published>(
      `mutation ($draft: ID!, $reason: String!) { it: ${name}(draft: $draft, reason: $reason) { ${RESULT} } }`,
      { draft, reason },
    );
  const assess = () => assessNext({ ...acts.world.services, signal: AbortSignal.timeout(60_000) });
  const sync = async () => {
    await acts.world.services.published.refresh();
    await acts.world.syncAll('erp');
  };
  async function sign(id: string, by: string): Promise<Published> {
    const ticket = await signingTicket(acts.world.services, acts.request(by), id);
    return await call<Published>(
      `mutation ($id: ID!, $ticket: String!) { it: signPublishMapping(signOff: $id, ticket: $ticket) { ${RESULT} } }`,
      { id, ticket },
      by,
    );
  }
  const numberInForce = async () => (await acts.world.services.versions.numbers()).get('erp');

  test('that does not compile is not kept, and says where it is wrong', async () => {
    const { draft, problems } = await stage(ERP_TEXT.replace('lotNumber: batch_id', 'lotNubmer: batch_id'));
    expect(draft).toBeNull();
    expect(problems.join()).toMatch(/mapping\.yaml:\d+:\d+ streams\.lots.*lotNubmer/);
  });

  test('that says what is in force has nothing to publish', async () => {
    expect((await stage(ERP_TEXT)).refusals).toEqual([{ code: 'NOTHING_TO_CHANGE' }]);
  });

  test('of an expiry is not published before it was assessed, nor by one, but by two', async () => {
    const { draft, changes, baseNumber } = await stage(OTHER_EXPIRY);
    expect({ changes, baseNumber }).toEqual({
      changes: [{ path: 'streams.lots.fields.expiresOn' }],
      baseNumber: 1,
    });
    for (const name of ['publishMapping', 'publishUnregulatedMapping'] as const)
      expect((await publish(name, draft)).refusals).toEqual([{ code: 'IMPACT_STALE' }]);
    await assess();
    const impact = await call<Record<string, unknown>>(
      `query ($draft: ID!) { it: mappingImpact(draft: $draft) { state regulated regulatedChanges
         values(first: 3) { kind field before after regulated entity } } }`,
      { draft },
    );
    expect(impact).toMatchObject({ state: 'DONE', regulated: true });
    expect(impact['values']).toContainEqual(
      expect.objectContaining({ field: 'expiresOn', kind: 'VALUE', regulated: true }),
    );
    expect((await publish('publishUnregulatedMapping', draft)).refusals).toEqual([
      { code: 'SIGN_OFF_NEEDED' },
    ]);
    expect((await publish('publishMapping', draft, ' ')).refusals).toEqual([{ code: 'REASON_REQUIRED' }]);
    const { signOff } = await publish('publishMapping', draft);
    await sign(signOff?.id ?? '', 'ines');
    expect(await numberInForce()).toBe(1);
    const done = await sign(signOff?.id ?? '', 'stew');
    expect(done.signOff?.status).toBe('EXECUTED');
    expect(await numberInForce()).toBe(2);
    await sync();
    const [mapping] = await call<Record<string, unknown>[]>(
      `query { it: mappings { system number reason derivation { state rowsChanged } } }`,
      {},
    );
    expect(mapping).toMatchObject({ system: 'erp', number: 2, reason: 'why', derivation: { state: 'DONE' } });
  }, 60_000);

  test('is rolled back as a new version, by two where that changes what is regulated', async () => {
    const staged = await call<Staged>(
      `mutation { it: rollbackMapping(system: "erp", number: 1) { ${STAGED} } }`,
      {},
    );
    await assess();
    const { signOff } = await publish('publishMapping', staged.draft);
    await sign(signOff?.id ?? '', 'ines');
    await sign(signOff?.id ?? '', 'stew');
    await sync();
    const { versions } = acts.world.services;
    expect((await versions.require('erp', 3)).text).toBe(ERP_TEXT);
    expect(
      (await call<Staged>(`mutation { it: rollbackMapping(system: "erp", number: 9) { ${STAGED} } }`, {}))
        .refusals,
    ).toEqual([{ code: 'NOT_FOUND' }]);
  }, 60_000);

  test('of remarks is published by one, unless another one was published meanwhile', async () => {
    const first = await stage(OTHER_REMARKS);
    await assess();
    const other = await stage(OTHER_REMARKS.replaceAll('see the paper', 'see the file'));
    await assess();
    expect((await publish('publishUnregulatedMapping', first.draft)).mapping).toEqual({ number: 4 });
    expect((await publish('publishUnregulatedMapping', other.draft)).refusals).toEqual([
      { code: 'IMPACT_STALE' },
    ]);
    const rows = await acts.world.services.database.reader.find(AuditEntryRow);
    const acted = rows
      .map(({ body }) => JSON.parse(body) as { action: string; outcome: string; code: string | null })
      .filter(({ action }) => action === 'mapping.publish');
    expect(acted).toContainEqual(expect.objectContaining({ outcome: 'REFUSED', code: 'IMPACT_STALE' }));
    expect(acted).toContainEqual(expect.objectContaining({ outcome: 'DONE' }));
  }, 60_000);

  test('that was altered, slipped in or taken away by SQL is run by nobody', async () => {
    const { database, versions } = acts.world.services;
    await database.write((manager) => manager.query('DROP TRIGGER tr_mapping_version_no_update'));
    const set = (text: string) =>
      database.write((manager) =>
        manager.query("UPDATE mapping_version SET text = ? WHERE system = 'erp' AND number = 4", [text]),
      );
    const { text } = await versions.require('erp', 4);
    await set(text.replaceAll('see the paper', 'see nothing'));
    await expect(versions.current()).rejects.toThrow(/was altered/);
    await set(text);
    await expect(versions.current()).resolves.toBeDefined();
    await database.write((manager) =>
      manager.query(
        "INSERT INTO mapping_version SELECT system, 5, text, text_hash, document_hash, language, reason, facts, published_by, published_at FROM mapping_version WHERE system = 'erp' AND number = 1",
      ),
    );
    await expect(versions.current()).rejects.toThrow(/without a record of ours/);
    await database.write(async (manager) => {
      await manager.query('DROP TRIGGER tr_mapping_version_no_delete');
      await manager.query("DELETE FROM mapping_version WHERE system = 'erp' AND number > 3");
    });
    await expect(versions.current()).rejects.toThrow(/is gone from the database/);
  });
});
