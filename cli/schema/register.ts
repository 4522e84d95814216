/** The commands of the graph's versions. */
import type { Command } from 'commander';
import type { AskOptions } from '../access/ask-gateway';
import type * as Schema from './schema';
import { withAsker } from '../who-options';

/* eslint-disable @typescript-eslint/no-require-imports -- a command loads only what it needs */

export function registerSchemaCommands(program: Command, root: string): void {
  const schema = program.command('schema').description('versions of the graph: check, publish, list');
  const commands = (): typeof Schema => require('./schema') as typeof Schema;
  schema
    .command('check')
    .description('compare the graph as it is composed here with the one that was published last')
    .option('--against <file>', 'compare with the schema in this file; no database is asked')
    .action(async (options: Schema.CheckOptions) => {
      process.exitCode = await commands().checkCommand(root, options);
    });
  withAsker(schema.command('publish'))
    .description('publish the graph that runs; propose it where it breaks clients')
    .requiredOption('--reason <text>', 'why it is published')
    .action(async (options: Schema.PublishOptions) => {
      process.exitCode = await commands().publishCommand(root, options);
    });
  withAsker(schema.command('versions'))
    .description('list the graphs that were published')
    .action(async (options: AskOptions) => {
      process.exitCode = await commands().versionsCommand(root, options);
    });
}
