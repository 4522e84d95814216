/** Derives the ERP's copy anew and kills itself inside the transaction of a named number: what a power cut leaves. */
import path from 'node:path';
import { SyncService } from '../../canonical/sync/sync-service';
import { openServices } from '../../canonical/open-services';
import { Leases } from '../../controls/jobs/lease';
import { FixedClock } from '../../platform/clock';
import { loadConfig } from '../../platform/config';
import { silentLogger } from '../../platform/log';

const ROOT = path.resolve(__dirname, '../..');

async function main(): Promise<void> {
  const clock = new FixedClock(Number(process.env['NOW']));
  const services = await openServices({
    root: ROOT,
    config: loadConfig(process.env, ROOT),
    ...{ env: process.env, clock, logger: silentLogger },
  });
  const leases = new Leases(services.database, clock, `dying-${process.pid}`);
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
