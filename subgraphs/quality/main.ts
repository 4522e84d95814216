/** The quality subgraph as a service of its own, in the split topology. */
import 'reflect-metadata';
import { runSubgraphMain } from '../../canonical/subgraph-main';
import { createQualitySubgraph } from './subgraph';

runSubgraphMain(createQualitySubgraph);
