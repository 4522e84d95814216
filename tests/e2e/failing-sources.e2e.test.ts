/** A legacy system that is down, slow or talks nonsense costs only its own fields, and the answer says so. */
import { EXAMPLE } from '../../demo/index';
import { startSyncedWorld, type DemoWorld } from '../support/demo-world';
import { startWorldGateway, type WorldGateway } from './world-gateway';

jest.setTimeout(180_000);

const QUERY = `query($item: String!, $lotNumber: String!) { lot(item: $item, lotNumber: $lotNumber) {
  lotNumber expiresOn stock { onHand { amount } mode stale location { code } } inspections { number } } }`;
const KIT = { item: EXAMPLE.itemCode, lotNumber: EXAMPLE.lotNumber };

describe('with a failing source', () => {
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

  const fault = async (system: 'wms' | 'lims' | 'erp', body: object): Promise<void> => {
    await fetch(`${world.simulators[system].url}/__faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  };
  const heal = async (system: 'wms' | 'lims' | 'erp'): Promise<void> => {
    await fetch(`${world.simulators[system].url}/__faults`, { method: 'DELETE' });
  };

  it.each(['hang', '500', 'halfPage', 'wrongContentType', 'reset', 'down'])(
    'answers from the copy, and says so, while the WMS gives: %s',
    async (mode) => {
      const healthy = await gateway.ask(QUERY, KIT);
      await fault('wms', { mode });
      try {
        const answer = await gateway.ask(QUERY, KIT);
        expect(answer.errors).toBeUndefined();
        const lot = (
          answer.data as {
            lot: {
              expiresOn: string;
              stock: { mode: string; stale: boolean; onHand: { amount: string } }[];
              inspections: unknown[];
            };
          }
        ).lot;
        expect(lot.expiresOn).not.toBeNull();
        expect(lot.inspections).not.toHaveLength(0);
        expect(lot.stock.map((one) => [one.mode, one.stale])).toEqual(lot.stock.map(() => ['COPY', true]));
        const before = (healthy.data as { lot: typeof lot }).lot;
        expect(lot.stock.map((one) => one.onHand.amount)).toEqual(
          before.stock.map((one) => one.onHand.amount),
        );
        const live = answer.sources.find((one) => one.system === 'wms' && one.mode === 'LIVE');
        expect(live).toMatchObject({ status: 'STALE', stale: true, ageSeconds: 0 });
        expect(live?.error).toMatch(/^SOURCE_(UNAVAILABLE|NONSENSE)$/);
      } finally {
        await heal('wms');
      }
      await recovered();
    },
  );

  /** A breaker may stay open for a while after the system is well again. */
  async function recovered(): Promise<void> {
    const deadline = Date.now() + 40_000;
    for (;;) {
      const { sources } = await gateway.ask(QUERY, KIT);
      if (sources.some((one) => one.mode === 'LIVE' && one.status === 'OK')) return;
      if (Date.now() > deadline) throw new Error('the WMS did not come back');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  it('keeps the good copy when a sync reads nonsense, and says how old it is', async () => {
    await fault('lims', { mode: 'halfPage' });
    const [summary] = await world.syncAll('lims');
    expect(summary).toMatchObject({ state: 'FAILED' });
    await heal('lims');
    world.clock.set(world.clock.now() + 10 * 60_000);
    const answer = await gateway.ask(QUERY, KIT);
    expect(answer.errors).toBeUndefined();
    expect(answer.sources.find((one) => one.system === 'lims')).toMatchObject({
      status: 'STALE',
      stale: true,
      ageSeconds: 600,
    });
    await world.syncAll();
    const fresh = await gateway.ask(QUERY, KIT);
    expect(fresh.sources.every((one) => one.status === 'OK')).toBe(true);
  });

  it('brings a change in each source into the graph with the next sync', async () => {
    await fetch(`${world.simulators.wms.url}/__activity`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        act: 'ship',
        lotNumber: EXAMPLE.lotNumber,
        productCode: EXAMPLE.itemCode,
        quantity: 1,
        now: new Date(world.clock.now()).toISOString(),
      }),
    });
    const [summary] = await world.syncAll('wms');
    expect(summary?.changed).toBeGreaterThan(0);
    expect(await world.syncAll('wms')).toMatchObject([{ changed: 0 }]);
  });
});
