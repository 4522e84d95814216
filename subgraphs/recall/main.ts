/** The recall subgraph as a service of its own, in the split topology. */
import 'reflect-metadata';
import { runSubgraphMain } from '../../canonical/subgraph-main';
import { createRecallSubgraph } from './subgraph';

runSubgraphMain(createRecallSubgraph);
