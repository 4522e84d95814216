/** The commands of data quality. */
import type { Command } from 'commander';
import { registerDocumentCommands } from '../controlled-documents/register';
import type { WhoOptions } from '../identity/client';
import { withActor } from '../who-options';
import type * as Measure from './measure';
import type * as Quality from './quality';

/* eslint-disable @typescript-eslint/no-require-imports -- a command loads only what it needs */

const quality = (): typeof Quality => require('./quality') as typeof Quality;

export function registerQualityCommands(program: Command, root: string): void {
  const group = program
    .command('quality')
    .description('how complete, valid, consistent and timely the data is: show, history, failing, measure');
  withActor(group.command('show').description('print the scores'))
    .option('--system <id>', 'only those of a source system')
    .option('--stream <name>', 'only those of a stream')
    .option('--term <id>', 'only those of a term')
    .option('--dimension <name>', 'completeness, validity, consistency or timeliness')
    .option('--below', 'only those that fall below a standard')
    .action((options: Quality.ShowOptions) => quality().showScores(root, options));
  const standards = group.command('standards').description('what is asked of the data: list, publish');
  registerDocumentCommands(standards, root, 'standards');
  withActor(standards.command('list', { isDefault: true }).description('print what is asked')).action(
    (options: WhoOptions) => quality().showStandards(root, options),
  );
  const ofScore = (name: string, description: string): Command =>
    withActor(group.command(name).description(description).argument('<score>', 'id of the score'));
  ofScore('history', 'print how a score was, newest first')
    .option('--most <rows>', 'how many measurements', '50')
    .action((id: string, options: Quality.ListOptions) => quality().showHistory(root, id, options));
  ofScore('failing', 'list the rows behind a score that is not whole')
    .option('--most <rows>', 'how many rows', '100')
    .action((id: string, options: Quality.ListOptions) => quality().listFailures(root, id, options));
  group
    .command('measure')
    .description('measure now, on the database itself')
    .option('--recount', 'count from the first version on instead of from where it stands')
    .action(async (options: { recount?: boolean }) => {
      await (require('./measure') as typeof Measure).measureCommand(root, options.recount === true);
    });
}
