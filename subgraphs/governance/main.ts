/** The governance subgraph as a service of its own, in the split topology. */
import 'reflect-metadata';
import { runSubgraphMain } from '../../canonical/subgraph-main';
import { createGovernanceSubgraph } from './subgraph';

runSubgraphMain(createGovernanceSubgraph);
