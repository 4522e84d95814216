/** The main of every subgraph service: the stitched copy's services, the subgraph, and no mutation left unguarded. */
import { runSubgraphService } from '../controls/serving/run-service';
import { assertSignOffEnforced } from '../controls/sign-off/guard-sign-off';
import { clockOf } from '../platform/config';
import type { Subgraph } from '../platform/graphql/subgraph';
import { openServices } from './open-services';
import type { SubgraphServices } from './subgraph-services';

/** Runs until the process is told to stop. Called by `subgraphs/<name>/main.ts` alone. */
export function runSubgraphMain(create: (services: SubgraphServices) => Subgraph): void {
  runSubgraphService(async ({ config, root, logger }) => {
    const services = await openServices({
      ...{ root, logger, clock: clockOf(config), env: process.env },
      config,
    });
    services.published.follow();
    const subgraph = create(services);
    assertSignOffEnforced(subgraph.schema);
    return { subgraph, access: services.controls.access, close: () => services.close() };
  });
}
