/** `lotgraph quality measure`: measures now, beside the worker. */
import 'reflect-metadata';
import { openSync } from '../../worker/open-sync';
import { openDataQuality } from '../../worker/quality-job';
import { createLogger } from '../../platform/log';
import { commandConfig } from '../command-config';
import { withDemoSources } from '../demo-sources';

export async function measureCommand(root: string, recount: boolean): Promise<void> {
  const config = commandConfig(root);
  const logger = createLogger({ level: config.logLevel, component: 'quality' });
  const { services } = await openSync(config, root, withDemoSources(config, process.env), logger);
  try {
    const { versions, scores, findings } = await openDataQuality(services).measure({ recount });
    console.log(`${versions} versions counted, ${scores} scores, ${findings} findings open`);
  } finally {
    await services.close();
  }
}
