/** The main of every subgraph service: the stitched copy's services, the subgraph, and no mutation left unguarded. */
import { runSubgraphService } from '../controls/serving/run-service';
import { assertSignOffEnforced } from '../controls/sign-off/guard-sign-off';
import { clockOf } from '../platform/config';
import type { Subgraph } from '../platform/graphql/subgraph';
import { openServices } from './open-services';
import type { SubgraphServices } from './subgraph-services';

type CreateSubgraph = (services: SubgraphServices) => Subgraph;

/**
 * Runs until the process is told to stop. Called by `subgraphs/<name>/main.ts` alone. `actsOf` are subgraphs that it does
 * not serve, but of which it tries the acts that are proposed, to tell what has changed since.
 */
export function runSubgraphMain(create: CreateSubgraph, actsOf: readonly CreateSubgraph[] = []): void {
  runSubgraphService(async ({ config, root, logger }) => {
    const services = await openServices({
      ...{ root, logger, clock: clockOf(config), env: process.env },
      config,
    });
    services.published.follow();
    const subgraph = create(services);
    assertSignOffEnforced(subgraph.schema);
    services.controls.signOff.present.serve([subgraph, ...actsOf.map((other) => other(services))]);
    return { subgraph, access: services.controls.access, close: () => services.close() };
  });
}
