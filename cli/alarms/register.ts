/** The commands of alarms. */
import type { Command } from 'commander';
import type { WhoOptions } from '../identity/client';
import { registerDocumentCommands } from '../controlled-documents/register';
import { withActor } from '../who-options';
import type * as Alarms from './alarms';

/* eslint-disable @typescript-eslint/no-require-imports -- a command loads only what it needs */

const alarms = (): typeof Alarms => require('./alarms') as typeof Alarms;

export function registerAlarmCommands(program: Command, root: string): void {
  const group = program
    .command('alarms')
    .description('alarms: list, acknowledge, close, silence; publish their rules');
  registerDocumentCommands(group, root, 'alarms');
  withActor(group.command('list').description('list alarms that are not closed'))
    .option('--all', 'closed and silenced ones too')
    .action((options: Alarms.ListOptions) => alarms().listCommand(root, options));
  withActor(group.command('rules').description('list the rules, and which of them are silent')).action(
    (options: WhoOptions) => alarms().rulesCommand(root, options),
  );
  for (const [name, says, about] of [
    ['acknowledge', 'say that you look into an alarm; it escalates no further', 'what you know so far'],
    ['close', 'close an alarm', 'what it was'],
  ] as const)
    withActor(group.command(name).description(says).argument('<id>'))
      .requiredOption('--reason <text>', about)
      .action(async (id: string, options: Alarms.SettleOptions) => {
        process.exitCode = await alarms().settleCommand(root, name, id, options);
      });
  withActor(group.command('suppress').description('silence a rule for a while').argument('<rule>'))
    .requiredOption('--until <instant>', 'ISO instant with its zone')
    .requiredOption('--reason <text>', 'why')
    .action(async (rule: string, options: Alarms.SuppressOptions) => {
      process.exitCode = await alarms().suppressCommand(root, rule, options);
    });
}
