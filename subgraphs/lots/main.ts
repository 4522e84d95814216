/** The lots subgraph as a service of its own, in the split topology. */
import 'reflect-metadata';
import { openServices } from '../../canonical/open-services';
import { runSubgraphService } from '../../controls/serving/run-service';
import { assertSignOffEnforced } from '../../controls/sign-off/guard-sign-off';
import { clockOf } from '../../platform/config';
import { createLotsSubgraph } from './subgraph';

runSubgraphService(async ({ config, root, logger }) => {
  const services = await openServices({
    ...{ root, logger, clock: clockOf(config), env: process.env },
    databaseUrl: config.databaseUrl,
    mappingsDir: config.mappingsDir,
    sourceDeadlineMs: config.sourceDeadlineMs,
  });
  const subgraph = createLotsSubgraph(services);
  assertSignOffEnforced(subgraph.schema);
  return { subgraph, close: () => services.close() };
});
