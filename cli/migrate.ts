/** `lotgraph migrate`: brings the tables up to date, under an account that may. */
import 'reflect-metadata';
import { mkdirSync } from 'node:fs';
import { migrateDatabase } from '../canonical/open-services';
import { commandConfig } from './command-config';

export async function migrateCommand(root: string): Promise<void> {
  const config = commandConfig(root);
  if (config.databaseUrl.startsWith('sqlite:')) mkdirSync(config.dataDir, { recursive: true });
  await migrateDatabase(config.databaseUrl);
  console.log('The tables are up to date.');
}
