/** The commands of sources that no mapping describes yet. Each loads only what it needs. */
import type { Command } from 'commander';
import { repeated } from '../who-options';
import { withHttpOptions } from './http-options';
import type * as Introspect from './introspect';

/* eslint-disable @typescript-eslint/no-require-imports -- a command loads only what it needs */

export function registerSourceCommands(program: Command, root: string): void {
  const source = program.command('source').description('source systems that are to be taken on');
  withHttpOptions(source.command('introspect'))
    .description('show tables, columns, keys, counts and sample values; reads only')
    .argument('<reference>', 'env:NAME or file:/path, where the address of the source stands')
    .option('--resource <name>', 'profile this table, endpoint or file; may be repeated', repeated)
    .option('--all', 'profile all of them')
    .option('--sample <rows>', 'rows to look at of each', '500')
    .option('--json', 'print JSON')
    .action(async (reference: string, options: Introspect.IntrospectOptions) => {
      process.exitCode = await (require('./introspect') as typeof Introspect).introspectCommand(
        root,
        reference,
        options,
      );
    });
}
