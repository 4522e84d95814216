/** The commands of the data dictionary. Each loads only what it needs. */
import type { Command } from 'commander';
import { Option } from 'commander';
import type * as Export from './export';
import type * as Lint from './lint';
import type * as Look from './look';
import type { AskOptions } from '../access/ask-gateway';
import { withAsker } from '../who-options';

/* eslint-disable @typescript-eslint/no-require-imports -- a command loads only what it needs */

export function registerDictionaryCommands(program: Command, root: string): void {
  const dictionary = program
    .command('dictionary')
    .description('the data dictionary: search it, follow lineage, lint it, export it');
  const look = (): typeof Look => require('./look') as typeof Look;

  withAsker(dictionary.command('search'))
    .argument('<words>', 'name or synonym, in English or Chinese')
    .description('find terms by any name or synonym')
    .action(async (words: string, options: AskOptions) => {
      process.exitCode = await look().searchCommand(root, words, options);
    });
  withAsker(dictionary.command('lineage'))
    .argument('<place>', 'coordinate such as Lot.expiresOn, or a term such as lot.expiresOn')
    .description('print the columns that a place of the graph is read from, and who asks for it')
    .action(async (place: string, options: AskOptions) => {
      process.exitCode = await look().lineageCommand(root, place, options);
    });
  withAsker(dictionary.command('impact'))
    .argument('<system>', 'id of the system')
    .argument('<column>', 'column, or resource.column')
    .description('print what of the graph a column feeds, and whose operations use it')
    .action(async (system: string, column: string, options: AskOptions) => {
      process.exitCode = await look().impactCommand(root, system, column, options);
    });
  withAsker(dictionary.command('orphans'))
    .description('list terms without a place, fields without a term, terms that nobody answers for')
    .action(async (options: AskOptions) => {
      process.exitCode = await look().orphansCommand(root, options);
    });
  withAsker(dictionary.command('flow'))
    .description('print the data flow map as a Mermaid flow chart')
    .action(async (options: AskOptions) => {
      process.exitCode = await look().flowCommand(root, options);
    });
  dictionary
    .command('lint')
    .description('say what is wrong with names and terms of the files as they stand')
    .action(() => {
      process.exitCode = (require('./lint') as typeof Lint).lintCommand(root);
    });
  withAsker(dictionary.command('export'))
    .addOption(
      new Option('--format <format>', 'what to write')
        .choices(['odcs', 'openlineage', 'xlsx'])
        .makeOptionMandatory(),
    )
    .option('--out <folder>', 'folder that the files are written to', '.')
    .description('write the dictionary with its lineage to files; the export stands in the audit trail')
    .action(async (options: Export.ExportOptions) => {
      process.exitCode = await (require('./export') as typeof Export).exportCommand(root, options);
    });
}
