/** The `lotgraph` command. Each subcommand loads only what it needs. */
import { Command, Option } from 'commander';
import path from 'node:path';
import type { Language } from '../platform/request';
import { registerAccessCommands } from './access/register';
import { registerAlarmCommands } from './alarms/register';
import { registerAuditCommands } from './audit/register';
import { registerControlledDocuments } from './controlled-documents/register';
import type * as Documents from './documents/documents';
import { registerDictionaryCommands } from './dictionary/register';
import { registerSchemaCommands } from './schema/register';
import { registerIdentityCommands } from './identity/register';
import { registerIdentityMapCommands } from './identity-map/register';
import { registerMapCommands } from './map/register';
import { registerQualityCommands } from './quality/register';
import { registerRuleCommands } from './rules/register';
import { registerSignOffCommands } from './sign-off/register';
import { registerSourceCommands } from './source/register';
import type * as Migrate from './migrate';
import type * as Query from './query';
import type * as Start from './start/start';
import type * as Sync from './sync';
import type * as Token from './token';

/* eslint-disable @typescript-eslint/no-require-imports -- a command loads only what it needs */

const root = path.resolve(process.env['LOTGRAPH_ROOT'] ?? path.join(__dirname, '../..'));

const program = new Command('lotgraph')
  .description('One graph over ERP, WMS and LIMS: lots, expiry, quality and recall.')
  .showHelpAfterError();

program
  .command('start')
  .description('run everything: the gateway, the worker, and in demo mode the three demo systems')
  .option('--split', 'run each subgraph as a process of its own')
  .action(async (options: { split?: boolean }) => {
    await (require('./start/start') as typeof Start).start({ root, split: options.split === true });
  });

program
  .command('token')
  .description('print a token for a demo user (demo mode only)')
  .requiredOption('--user <name>', 'demo user, e.g. analyst')
  .addOption(new Option('--lang <language>', 'language of messages').choices(['zh', 'en']))
  .option('--url <url>', 'address of the gateway (default: http://127.0.0.1 and LOTGRAPH_PORT)')
  .action(async ({ user, lang, url }: { user: string; lang?: Language; url?: string }) => {
    console.log(await (require('./token') as typeof Token).demoToken(root, user, lang ?? null, url));
  });

program
  .command('query')
  .description('send a query to a running gateway and print the answer')
  .argument('<file>', 'file with the query, or - for standard input')
  .option('--variables <json>', 'variables, as JSON')
  .option('--user <name>', 'who asks (default: who signed in last; in demo mode else analyst)')
  .option('--token <token>', 'token to ask with')
  .option('--url <url>', 'address of the gateway (default: http://127.0.0.1 and LOTGRAPH_PORT)')
  .action(async (file: string, options: Query.QueryOptions) => {
    process.exitCode = await (require('./query') as typeof Query).runQuery(root, file, options);
  });

program
  .command('sync')
  .description('read the source systems once')
  .argument('[system]', 'id of the only system to read')
  .action(async (system: string | undefined) => {
    process.exitCode = await (require('./sync') as typeof Sync).syncCommand(root, system);
  });

const documents = program
  .command('documents')
  .description('the operations that apps may run by id: list, check, register');
documents
  .command('list')
  .description('print id, app and name of each document')
  .action(() => {
    process.exitCode = (require('./documents/documents') as typeof Documents).listDocuments(root);
  });
documents
  .command('check')
  .description('say what does not fit the schema, the limits or the manifest')
  .action(async () => {
    process.exitCode = await (require('./documents/documents') as typeof Documents).checkDocumentsCommand(
      root,
    );
  });
documents
  .command('register')
  .description('write the manifest, which the gateway starts with')
  .action(async () => {
    process.exitCode = await (require('./documents/documents') as typeof Documents).registerDocuments(root);
  });

program
  .command('migrate')
  .description('bring the tables of the database up to date')
  .action(async () => {
    await (require('./migrate') as typeof Migrate).migrateCommand(root);
  });

registerAccessCommands(program, root);
registerAlarmCommands(program, root);
registerAuditCommands(program, root);
registerControlledDocuments(program, root);

registerIdentityCommands(program, root);
registerSignOffCommands(program, root);
registerSourceCommands(program, root);
registerDictionaryCommands(program, root);
registerSchemaCommands(program, root);
registerMapCommands(program, root);
registerRuleCommands(program, root);
registerQualityCommands(program, root);
registerIdentityMapCommands(program, root);

/** Resolves when the command has done its work. */
export const ended = program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
