/** The commands of mappings. Each loads only what it needs. */
import { Option, type Command } from 'commander';
import { withHttpOptions } from '../source/http-options';
import type * as Check from './check';
import type * as Diff from './diff';
import type * as Fixture from './fixture';
import type * as History from './history';
import type * as Preview from './preview';
import type * as Publish from './publish';
import type * as Rederive from './rederive';
import type * as Rollback from './rollback';
import type * as Suggest from './suggest';
import type * as Test from './test';
import { repeated, withAsker } from '../who-options';

/* eslint-disable @typescript-eslint/no-require-imports -- a command loads only what it needs */

export function registerMapCommands(program: Command, root: string): void {
  const map = program.command('map').description('mappings of source systems: draft, preview, check, test');
  withHttpOptions(map.command('suggest'))
    .description('draft a mapping from what a source shows, with evidence and open questions')
    .argument('<reference>', 'env:NAME or file:/path, where the address of the source stands')
    .requiredOption('--system <id>', 'id that the system will have')
    .addOption(
      new Option('--kind <kind>', 'what kind of system it is')
        .choices(['ERP', 'WMS', 'LIMS', 'FILES', 'OTHER'])
        .makeOptionMandatory(),
    )
    .requiredOption('--zone <zone>', 'zone of times without an offset, e.g. Asia/Shanghai')
    .option('--resource <name>', 'only this table, endpoint or file; may be repeated', repeated)
    .option('--sample <rows>', 'rows to look at of each', '500')
    .option('--out <file>', 'where to write (default: standard output)')
    .option('--force', 'replace the file')
    .action(async (reference: string, options: Suggest.SuggestCommandOptions) => {
      process.exitCode = await (require('./suggest') as typeof Suggest).suggestCommand(
        root,
        reference,
        options,
      );
    });
  map
    .command('preview')
    .description('show live rows before and after the mapping, step by step; writes nothing')
    .argument('<mapping>', 'mapping file, or id of its system')
    .option('--stream <name>', 'only this stream')
    .option('--rows <number>', 'rows of each stream', '3')
    .option('--rejected', 'only rows that are rejected, out of the first 20000')
    .option('--json', 'print JSON')
    .action(async (mapping: string, options: Preview.PreviewCommandOptions) => {
      process.exitCode = await (require('./preview') as typeof Preview).previewCommand(
        root,
        mapping,
        options,
      );
    });
  map
    .command('check')
    .description(
      'hold the mapping against its live source: columns, keys, codes, dates, lots, stock; reads only',
    )
    .argument('<mapping>', 'mapping file, or id of its system')
    .option('--stream <name>', 'only this stream')
    .option('--rows <number>', 'rows of each stream to look at', '5000')
    .option('--strict', 'fail on warnings too')
    .option('--json', 'print JSON')
    .action(async (mapping: string, options: Check.CheckCommandOptions) => {
      process.exitCode = await (require('./check') as typeof Check).checkCommand(root, mapping, options);
    });
  map
    .command('test')
    .description('hold each mapping against the fixtures beside it')
    .argument('[folder]', 'folder of mappings (default: schema/mappings)')
    .option('--json', 'print JSON')
    .action((folder: string | undefined, options: Test.TestCommandOptions) => {
      process.exitCode = (require('./test') as typeof Test).testCommand(root, folder, options);
    });
  map
    .command('fixture')
    .description('record live rows with what the mapping makes of them')
    .argument('<mapping>', 'mapping file, or id of its system')
    .requiredOption('--stream <name>', 'the stream')
    .option('--rows <number>', 'rows to record; rows that differ in kind come first', '10')
    .option('--pseudonymise [columns]', 'replace the values of restricted fields, and of these columns')
    .option('--out <file>', 'where to write (default: fixtures/<stream>.yaml beside the mapping)')
    .option('--force', 'replace the file')
    .action(async (mapping: string, options: Fixture.FixtureCommandOptions) => {
      process.exitCode = await (require('./fixture') as typeof Fixture).fixtureCommand(
        root,
        mapping,
        options,
      );
    });
  registerPublishing(map, root);
}

/** Publishing decides what every process runs; what it would change is shown first. */
function registerPublishing(map: Command, root: string): void {
  withAsker(map.command('diff'))
    .description('show what publishing a mapping would change, value by value; publishes nothing')
    .argument('<mapping>', 'mapping file, or id of its system')
    .option(
      '--export <file>',
      'write every changed value there, as lines of JSON, straight from the database',
    )
    .action(async (file: string, options: Diff.DiffOptions) => {
      process.exitCode = await (require('./diff') as typeof Diff).diffCommand(root, file, options);
    });
  withAsker(map.command('publish'))
    .description('publish a mapping; propose it where a regulated value changes')
    .argument('<mapping>', 'mapping file, or id of its system')
    .requiredOption('--reason <text>', 'why it is published')
    .action(async (file: string, options: Publish.PublishMapOptions) => {
      process.exitCode = await (require('./publish') as typeof Publish).publishMapCommand(
        root,
        file,
        options,
      );
    });
  withAsker(map.command('rollback'))
    .description('publish an earlier version again, as a new one')
    .argument('<system>', 'id of the system')
    .argument('<number>', 'number of the version')
    .requiredOption('--reason <text>', 'why it is taken back')
    .action(async (system: string, number: string, options: Publish.PublishMapOptions) => {
      process.exitCode = await (require('./rollback') as typeof Rollback).rollbackCommand(
        ...([root, system, number, options] as const),
      );
    });
  withAsker(map.command('history'))
    .description('list the versions of a mapping, and how far the copy follows')
    .argument('<system>', 'id of the system')
    .action(async (system: string, options: Publish.PublishMapOptions) => {
      process.exitCode = await (require('./history') as typeof History).historyCommand(root, system, options);
    });
  map
    .command('rederive')
    .description(
      'bring copies under the mappings in force now, from the rows that they keep; reads no source',
    )
    .argument('[system]', 'id of the only system')
    .action(async (system: string | undefined) => {
      process.exitCode = await (require('./rederive') as typeof Rederive).rederiveCommand(root, system);
    });
}
