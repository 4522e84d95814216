/** The subgraphs that the gateway runs in its own process. */
import type { Clock } from '../platform/clock';
import type { Config } from '../platform/config';
import type { Database } from '../platform/database/database';
import type { Subgraph } from '../platform/graphql/subgraph';
import type { Logger } from '../platform/log';

/** What every subgraph is made of. */
export interface SubgraphServices {
  readonly config: Config;
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
}

const FACTORIES: readonly ((services: SubgraphServices) => Subgraph)[] = [
  // createLotsSubgraph,
  // createQualitySubgraph,
  // createRecallSubgraph,
  // createGovernanceSubgraph,
];

/** Makes the four subgraphs over shared services. */
export function createSubgraphs(services: SubgraphServices): Subgraph[] {
  return FACTORIES.map((create) => create(services));
}
