/** The commands of consistency rules and findings. */
import type { Command } from 'commander';
import type { WhoOptions } from '../identity/client';
import { registerDocumentCommands } from '../controlled-documents/register';
import { withActor } from '../who-options';
import type * as Rules from './rules';

/* eslint-disable @typescript-eslint/no-require-imports -- a command loads only what it needs */

const rules = (): typeof Rules => require('./rules') as typeof Rules;

export function registerRuleCommands(program: Command, root: string): void {
  const group = program.command('rules').description('what systems must agree on: list, run, publish');
  registerDocumentCommands(group, root, 'rules');
  withActor(group.command('list').description('list the rules')).action((options: WhoOptions) =>
    rules().listRules(root, options),
  );
  withActor(group.command('run').description('check all lots in the background'))
    .option('--rule <id>', 'only this rule')
    .option('--wait <seconds>', 'how long to wait for the end; 0 does not', '600')
    .action(async (options: Rules.RunOptions) => {
      process.exitCode = await rules().runRules(root, options);
    });
  registerFindingCommands(program, root);
}

function registerFindingCommands(program: Command, root: string): void {
  const group = program
    .command('findings')
    .description('where data disagree: list, take, assign, state, comment');
  withActor(group.command('list').description('list findings, newest first'))
    .option('--mine', 'only those that I take care of')
    .option('--owner <id>', 'only those of an owner')
    .option('--state <state>', 'open, acknowledged, in_work, accepted or resolved')
    .option('--rule <id>', 'only those of a rule')
    .option('--system <id>', 'only those that name a system')
    .action((options: Rules.ListOptions) => rules().listFindings(root, options));
  const settle =
    (act: Parameters<typeof Rules.settleFinding>[1]) => async (id: string, options: Rules.SettleOptions) => {
      process.exitCode = await rules().settleFinding(root, act, id, options);
    };
  withActor(group.command('take').description('take care of a finding').argument('<id>')).action(
    settle('take'),
  );
  withActor(group.command('assign').description('give a finding to someone').argument('<id>'))
    .option('--to <account>', 'id of the account; without it nobody takes care of it any more')
    .action(settle('assign'));
  withActor(group.command('state').description('say how far it is').argument('<id>'))
    .requiredOption('--state <state>', 'open, acknowledged, in_work or accepted')
    .option('--reason <text>', 'why; needed to accept')
    .option('--until <instant>', 'end of an acceptance, ISO instant with its zone')
    .action(settle('state'));
  withActor(group.command('comment').description('add words to its history').argument('<id>'))
    .requiredOption('--text <text>', 'what is said')
    .action(settle('comment'));
}
