/** `lotgraph doctor`: which files differ from what was published, and how to publish them. Needs no gateway; writes nothing. */
import path from 'node:path';
import { MappingVersions } from '../../canonical/mappings/mapping-versions';
import { openDocuments } from '../../canonical/open-documents';
import { CANONICAL_ENTITIES, CANONICAL_MIGRATIONS } from '../../canonical/schema';
import { type ShippedFile, shippedFiles } from '../../canonical/shipped-files';
import { openControls } from '../../controls/open-controls';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../../controls/schema';
import { clockOf } from '../../platform/config';
import { Database } from '../../platform/database/database';
import { loadDictionary } from '../../platform/dictionary/dictionary';
import { createLogger } from '../../platform/log';
import { commandConfig } from '../command-config';

/** Resolves to the exit code: 0 when every file is published as it stands. */
export async function doctorCommand(root: string): Promise<number> {
  const files = await look(root);
  for (const file of files) {
    console.log(`${file.state.padEnd(11)}  ${file.what}`);
    for (const problem of file.problems) console.error(`  ${problem}`);
    if (file.state !== 'SAME') console.log(`  ${adviceFor(file)}`);
  }
  return files.every(({ state }) => state === 'SAME') ? 0 : 1;
}

function adviceFor({ state, publish }: ShippedFile): string {
  switch (state) {
    case 'UNPUBLISHED':
      return 'The first start publishes it.';
    case 'BROKEN':
      return `Processes cannot go by it. Look for findings of the integrity check, then: ${publish}`;
    default:
      return `The file counts for nothing until it is published: ${publish}`;
  }
}

async function look(root: string): Promise<ShippedFile[]> {
  const config = commandConfig(root);
  const dictionary = loadDictionary(path.join(root, 'schema', 'dictionary', 'terms'));
  const clock = clockOf(config);
  const database = await Database.open({
    url: config.databaseUrl,
    entities: [...CONTROLS_ENTITIES, ...CANONICAL_ENTITIES],
    migrations: [...CONTROLS_MIGRATIONS, ...CANONICAL_MIGRATIONS],
    migrate: false,
  });
  try {
    const logger = createLogger({ level: config.logLevel, component: 'cli' });
    const controls = openControls({ config, root, database, dictionary, clock, logger });
    const { audit, records } = controls;
    return await shippedFiles({
      ...{ database, dictionary, controls, mappingsDir: config.mappingsDir },
      ...openDocuments({ root, dictionary, database, clock, audit, records }),
      versions: new MappingVersions({ database, dictionary, clock, controls }),
    });
  } finally {
    await database.close();
  }
}
