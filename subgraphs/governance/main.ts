/**
 * The governance subgraph as a service of its own, in the split topology. Its inbox shows what has changed since an act was
 * proposed, whichever subgraph's act it is.
 */
import 'reflect-metadata';
import { runSubgraphMain } from '../../canonical/subgraph-main';
import { createLotsSubgraph } from '../lots/subgraph';
import { createQualitySubgraph } from '../quality/subgraph';
import { createGovernanceSubgraph } from './subgraph';

runSubgraphMain(createGovernanceSubgraph, [createLotsSubgraph, createQualitySubgraph]);
