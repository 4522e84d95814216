/** Which operations clients run: counted by client and day, without values, bounded, and never in the way of an answer. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../../controls/schema';
import { USAGE_KEPT_DAYS, UsageStore } from '../../controls/usage/usage-store';
import { readDocuments } from '../../gateway/documents/document-file';
import { writeManifest } from '../../gateway/documents/manifest';
import type { Database } from '../../platform/database/database';
import { describeEachDatabase } from '../support/databases';
import { Cleanup, INSTANT, send, startSingle } from './toy-gateway';

const TABLES = { entities: CONTROLS_ENTITIES, migrations: CONTROLS_MIGRATIONS };
const LOT = 'query LotNumber($id: ID!) { lot(id: $id) { lotNumber } }\n';

describeEachDatabase('usage', (open) => {
  const cleanup = new Cleanup();
  let database: Database;
  let store: UsageStore;
  beforeEach(async () => {
    database = await open(TABLES);
    store = new UsageStore(database);
  });
  afterEach(() => cleanup.run());

  /** Runs the bodies through a gateway that is closed afterwards, so that all is written. */
  async function run(bodies: readonly object[], usage = store): Promise<number[]> {
    const folder = mkdtempSync(path.join(tmpdir(), 'lotgraph-usage-'));
    cleanup.add(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(path.join(folder, 'printer'));
    writeFileSync(path.join(folder, 'printer/lot.graphql'), LOT);
    writeManifest(folder, readDocuments(folder).documents);
    const toy = await startSingle(cleanup, { env: { LOTGRAPH_DOCUMENTS: folder }, gateway: { usage } });
    const statuses: number[] = [];
    for (const body of bodies) {
      const answer = await send(toy.gateway, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${toy.token}` },
        body: JSON.stringify(body),
      });
      statuses.push(answer.status);
    }
    await toy.gateway.close();
    return statuses;
  }

  it('knows what a registered document uses before anybody runs it', async () => {
    await run([]);
    expect(await store.consumersOf(['Lot.lotNumber'])).toEqual([
      expect.objectContaining({
        ...{ name: 'LotNumber', app: 'printer', registered: true, clients: [], lastUsedOn: null, times: 0 },
      }),
    ]);
    expect(await store.consumersOf(['Query.lot(id:)'])).toHaveLength(1);
    expect(await store.consumersOf(['Lot.id'])).toEqual([]);
  });

  it('adds uses up, whatever values they carry, and keeps none of those', async () => {
    const ask = (id: string) => ({ query: `{ lot(id: "${id}") { lotNumber } }` });
    expect(await run([ask('secret-1'), ask('secret-2')])).toEqual([200, 200]);
    await run([ask('secret-3')]);
    const [adHoc, ...others] = (await store.consumersOf(['Lot.lotNumber'])).filter((one) => !one.registered);
    expect(others).toEqual([]);
    expect(adHoc).toMatchObject({ app: null, times: 3, lastUsedOn: INSTANT.slice(0, 10) });
    const all = JSON.stringify(await database.reader.query('SELECT * FROM graph_operation'));
    expect(all).not.toContain('secret');
  });

  it('counts a registered document as what it is, and forgets its registration with it', async () => {
    const id = 'x';
    await run([{ query: LOT, variables: { id } }]);
    expect(await store.consumers()).toEqual([expect.objectContaining({ app: 'printer', times: 1 })]);
    await store.register([], 0);
    expect(await store.consumers()).toEqual([
      expect.objectContaining({ app: 'printer', registered: false, times: 1 }),
    ]);
  });

  it('counts nothing that was refused', async () => {
    expect(await run([{ query: '{ nothing }' }])).toEqual([400]);
    expect((await store.consumers()).map(({ app }) => app)).toEqual(['printer']);
  });

  it('answers all the same when nothing can be written', async () => {
    const broken = Object.assign(new UsageStore(database), {
      record: () => Promise.reject(new Error('down')),
      register: () => Promise.reject(new Error('down')),
    });
    expect(await run([{ query: '{ now }' }], broken)).toEqual([200]);
    expect(await store.consumers()).toEqual([]);
  });

  it('forgets what was not used for long', async () => {
    await run([{ query: '{ now }' }]);
    const later = Date.parse(INSTANT) + (USAGE_KEPT_DAYS + 2) * 86_400_000;
    await store.forgetOld(later);
    expect((await store.consumers()).map(({ app }) => app)).toEqual(['printer']);
    const rows = await database.reader.query<{ n: number | string }[]>(
      'SELECT COUNT(*) AS n FROM graph_operation',
    );
    expect(Number(rows[0]?.n)).toBe(1);
  });
});
