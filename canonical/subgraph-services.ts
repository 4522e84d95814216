/** What every subgraph is given when it is made; the same in both topologies. */
import type { Controls } from '../controls/open-controls';
import type { Clock } from '../platform/clock';
import type { Database } from '../platform/database/database';
import type { Dictionary } from '../platform/dictionary/dictionary';
import type { Logger } from '../platform/log';
import type { CommandPlanner } from './acts/command-planner';
import type { CanonicalDocuments } from './open-documents';
import type { CanonicalReads } from './reads';

export interface SubgraphServices extends CanonicalDocuments {
  /** Folder of the project, where `schema/` stands. */
  readonly root: string;
  readonly database: Database;
  readonly canonical: CanonicalReads;
  readonly commands: CommandPlanner;
  readonly dictionary: Dictionary;
  readonly controls: Controls;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where references to sources are looked up when a mapping is tried; absent: none is configured. */
  readonly sourceEnv?: Readonly<Record<string, string | undefined>>;
}
