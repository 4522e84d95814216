/** Every table of the product: what a subgraph finds when it runs. */
import { CANONICAL_ENTITIES, CANONICAL_MIGRATIONS } from '../../canonical/schema';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../../controls/schema';
import type { TestTables } from './databases';

export const ALL_TABLES: TestTables = {
  entities: [...CONTROLS_ENTITIES, ...CANONICAL_ENTITIES],
  migrations: [...CONTROLS_MIGRATIONS, ...CANONICAL_MIGRATIONS],
};
