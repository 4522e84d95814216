/** Opens what the audit commands work on: the tables of the controls, as they are. */
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../../controls/schema';
import { Database } from '../../platform/database/database';

/** Runs `work` on the database and closes it. Makes no tables. */
export async function withTrail<T>(
  databaseUrl: string,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const database = await Database.open({
    ...{ url: databaseUrl, entities: CONTROLS_ENTITIES, migrations: CONTROLS_MIGRATIONS },
    migrate: false,
  });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
