/** The commands of the access policy. Each loads only what it needs. */
import type { Command } from 'commander';
import type { AskOptions } from './ask-gateway';
import type * as Explain from './explain';
import type * as Publish from './publish';
import type * as Unused from './unused';
import { withAsker } from '../who-options';

/* eslint-disable @typescript-eslint/no-require-imports -- a command loads only what it needs */

export function registerAccessCommands(program: Command, root: string): void {
  const access = program.command('access').description('permissions: explain them, publish them');
  withAsker(access.command('explain'))
    .description('say for each field of a query: allowed, masked or denied, and by which line of the policy')
    .requiredOption('--query <file>', 'file with the query, or - for standard input')
    .option('--variables <json>', 'variables, as JSON')
    .option('--roles <names>', 'explain for these roles, separated by commas, instead of your own')
    .option('--person <id>', 'explain for this person instead of yourself')
    .action(async (options: Explain.ExplainOptions) => {
      process.exitCode = await (require('./explain') as typeof Explain).explainCommand(root, options);
    });
  withAsker(access.command('publish'))
    .description('publish the policy as its files stand; propose it where somebody gains by it')
    .requiredOption('--reason <text>', 'why it is published')
    .action(async (options: Publish.PublishOptions) => {
      process.exitCode = await (require('./publish') as typeof Publish).publishCommand(root, options);
    });
  withAsker(access.command('unused'))
    .description('list grants in force that nobody has used')
    .option('--days <days>', 'for so many days', '90')
    .action(async (options: Unused.UnusedOptions) => {
      process.exitCode = await (require('./unused') as typeof Unused).unusedCommand(root, options);
    });
  withAsker(access.command('conflicts'))
    .description('list people who hold roles that the policy keeps apart')
    .action(async (options: AskOptions) => {
      process.exitCode = await (require('./unused') as typeof Unused).conflictsCommand(root, options);
    });
}
