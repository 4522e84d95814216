/** `lotgraph account bootstrap`: the first officers of a deployment, over its database. */
import 'reflect-metadata';
import path from 'node:path';
import { bootstrapOfficers } from '../../controls/identity/bootstrap';
import { openControls } from '../../controls/open-controls';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../../controls/schema';
import { clockOf } from '../../platform/config';
import { Database } from '../../platform/database/database';
import { loadDictionary } from '../../platform/dictionary/dictionary';
import { createLogger } from '../../platform/log';
import { commandConfig } from '../command-config';
import { writeCodes } from './account';

export async function bootstrapCommand(root: string, users: readonly string[]): Promise<void> {
  const config = commandConfig(root);
  const tables = { entities: CONTROLS_ENTITIES, migrations: CONTROLS_MIGRATIONS };
  const database = await Database.open({ url: config.databaseUrl, ...tables, migrate: false });
  try {
    const { identity } = openControls({
      ...{ config, root, database, clock: clockOf(config) },
      dictionary: loadDictionary(path.join(root, 'schema', 'dictionary', 'terms')),
      logger: createLogger({ level: config.logLevel, component: 'cli' }),
    });
    await identity.adopt();
    const officers = users.map((user) => ({ user, name: user }));
    const codes = await bootstrapOfficers(identity.context, identity.grants, officers);
    writeCodes(users.map((user, index) => ({ user, code: codes[index] ?? '' })));
  } finally {
    await database.close();
  }
}
