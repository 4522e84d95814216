/** The commands of the identity map. Each loads only what it needs. */
import { Option, type Command } from 'commander';
import type * as Commands from './commands';
import { withAsker } from '../who-options';

/* eslint-disable @typescript-eslint/no-require-imports -- a command loads only what it needs */

export function registerIdentityMapCommands(program: Command, root: string): void {
  const load = (): typeof Commands => require('./commands') as typeof Commands;
  const map = program
    .command('identity-map')
    .description('what is one over systems: pairs that may be, matches, splits, what was decided');
  withAsker(map.command('candidates'))
    .description('list pairs that may be one, with what speaks for and against it, most likely first')
    .addOption(
      new Option('--type <type>', 'only these').choices(['item', 'site', 'location', 'party', 'lot']),
    )
    .option('--first <number>', 'how many', '20')
    .option('--json', 'print JSON')
    .action(async (options: Commands.CandidateOptions) => {
      process.exitCode = await load().candidatesCommand(root, options);
    });
  withAsker(map.command('match'))
    .description('propose that two are one; two people sign')
    .argument('<into>', 'id of the one that remains')
    .argument('<from>', 'id of the one that is joined to it')
    .requiredOption('--reason <text>', 'why they are one')
    .action(async (into: string, from: string, options: Commands.DecisionOptions) => {
      process.exitCode = await load().matchCommand(root, into, from, options);
    });
  withAsker(map.command('split'))
    .description('propose to take a match back, or to set apart what one system means; two people sign')
    .argument('<id>', 'id that was joined to another; with --system, id of what is split')
    .option('--system <id>', 'system whose words mean something else')
    .requiredOption('--reason <text>', 'why they are two')
    .action(async (id: string, options: Commands.DecisionOptions) => {
      process.exitCode = await load().splitCommand(root, id, options);
    });
  const pair = (command: Command): Command =>
    withAsker(command)
      .argument('<first>', 'id of one of the pair')
      .argument('<second>', 'id of the other')
      .requiredOption('--reason <text>', 'why');
  for (const [act, words] of [
    ['dismiss', 'set a pair aside that is not one; it comes back when its evidence changes'],
    ['restore', 'take a dismissal back'],
  ] as const)
    pair(map.command(act).description(words)).action(
      async (first: string, second: string, options: Commands.DecisionOptions) => {
        process.exitCode = await load().dismissCommand(root, act, [first, second], options);
      },
    );
  withAsker(map.command('dismissed'))
    .description('list pairs that were set aside, newest first')
    .action(async (options: Commands.DecisionOptions) => {
      process.exitCode = await load().dismissalsCommand(root, options);
    });
  withAsker(map.command('history'))
    .description('list what was decided, newest first')
    .argument('[id]', 'only about this one')
    .action(async (id: string | undefined, options: Commands.DecisionOptions) => {
      process.exitCode = await load().historyCommand(root, id, options);
    });
}
