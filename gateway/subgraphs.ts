/** The subgraphs that the gateway runs in its own process. */
import type { SubgraphServices } from '../canonical/subgraph-services';
import type { Subgraph } from '../platform/graphql/subgraph';
import { createGovernanceSubgraph } from '../subgraphs/governance/subgraph';
import { createLotsSubgraph } from '../subgraphs/lots/subgraph';
import { createQualitySubgraph } from '../subgraphs/quality/subgraph';
import { createRecallSubgraph } from '../subgraphs/recall/subgraph';

/** Makes every subgraph over the same services. */
export function createSubgraphs(services: SubgraphServices): Subgraph[] {
  return [
    createLotsSubgraph(services),
    createQualitySubgraph(services),
    createRecallSubgraph(services),
    createGovernanceSubgraph(services),
  ];
}
