/** Derives the ERP's copy anew and kills itself inside the transaction of a named number: what a power cut leaves. */
import path from 'node:path';
import { SyncService } from '../../canonical/sync/sync-service';
import { openServices } from '../../canonical/open-services';
import { Leases } from '../../controls/jobs/lease';
import { FixedClock, systemClock } from '../../platform/clock';
import { loadConfig } from '../../platform/config';
import { silentLogger } from '../../platform/log';
import { STORY_INSTANT } from '../support/demo-world';

const ROOT = path.resolve(__dirname, '../..');

async function main(): Promise<void> {
  const services = await openServices({
    root: ROOT,
    config: loadConfig(process.env, ROOT),
    ...{ env: process.env, clock: new FixedClock(STORY_INSTANT), logger: silentLogger },
  });
  const leases = new Leases(services.database, systemClock, `dying-${process.pid}`);
  const sync = new SyncService({ ...services, leases, leaseMs: 400 });
  const dieAt = Number(process.env['DIE_AT']);
  let writes = 0;
  const write = services.database.write.bind(services.database);
  services.database.write = (work) =>
    write(async (manager) => {
      const result = await work(manager);
      writes += 1;
      if (writes === dieAt) process.kill(process.pid, 'SIGKILL');
      return result;
    });
  const erp = services.systems.find(({ id }) => id === 'erp');
  if (erp === undefined) throw new Error('no erp');
  await sync.run(erp, { signal: AbortSignal.timeout(60_000), batchSize: 60, deriveOnly: true });
  await services.close();
}

void main();
