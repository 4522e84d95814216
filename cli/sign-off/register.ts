/** The commands of sign-offs. */
import type { Command } from 'commander';
import type { WhoOptions } from '../identity/client';
import { repeated, withActor } from '../who-options';
import { KNOWN_ACTS } from './acts';
import type * as Commands from './commands';
import type * as Delegation from './delegation';

/* eslint-disable @typescript-eslint/no-require-imports -- a command loads only what it needs */

const commands = (): typeof Commands => require('./commands') as typeof Commands;
const delegation = (): typeof Delegation => require('./delegation') as typeof Delegation;
const asUser = (command: Command): Command => withActor(command, 'meanings and refusals');

export function registerSignOffCommands(program: Command, root: string): void {
  registerReading(program, root);
  registerSigning(program, root);
  registerSettling(program, root);
  registerDelegation(program, root);
}

function registerReading(program: Command, root: string): void {
  asUser(program.command('inbox').description('list what waits for your signature')).action(
    (options: WhoOptions) => commands().inboxCommand(root, options),
  );
  asUser(program.command('sign-off').description('show a sign-off').argument('<id>')).action(
    (id: string, options: WhoOptions) => commands().showCommand(root, id, options),
  );
}

function registerSigning(program: Command, root: string): void {
  const acts = Object.entries(KNOWN_ACTS).map(([name, { says, more, written }]) => {
    const set = Object.entries(more).map(
      ([argument, type]) =>
        ` --set ${argument}=${written?.[argument] ?? '…'}${type.startsWith('[') ? ' (as often as needed)' : ''}`,
    );
    return `  ${name}: ${says}${set.join('')}`;
  });
  asUser(program.command('propose').description('propose an act for two signatures').argument('<act>'))
    .requiredOption('--lot <lot>', 'the lot, as ITEM/LOT or by id')
    .requiredOption('--reason <text>', 'why')
    .option('--set <name=value>', 'what else the act takes', repeated, [])
    .option('--sign', 'give your own signature at once')
    .addHelpText('after', `\nActs:\n${acts.join('\n')}`)
    .action(async (act: string, options: Commands.ProposeOptions) => {
      process.exitCode = await commands().proposeCommand(root, act, options);
    });
  asUser(program.command('sign').description('sign: shows what, and asks who you are').argument('<id>'))
    .option('--comment <text>', 'what you add in your own words')
    .option('--break-glass <reason>', 'run it on your signature alone, in an emergency; it is reviewed')
    .action(async (id: string, options: Commands.SignOptions) => {
      process.exitCode = await commands().signCommand(root, id, options);
    });
}

function registerSettling(program: Command, root: string): void {
  for (const [name, mutation, says] of [
    ['reject', 'rejectSignOff', 'reject a sign-off that you could sign; it is final'],
    ['withdraw', 'withdrawSignOff', 'take back what you proposed'],
  ] as const)
    asUser(program.command(name).description(says).argument('<id>'))
      .requiredOption('--reason <text>', 'why')
      .action(async (id: string, options: Commands.SettleOptions) => {
        process.exitCode = await commands().settleCommand(root, mutation, id, options);
      });
  asUser(program.command('review').description('review what was done in an emergency').argument('<id>'))
    .requiredOption('--finding <text>', 'what you found')
    .action(async (id: string, options: WhoOptions & { finding: string }) => {
      process.exitCode = await commands().reviewCommand(root, id, options);
    });
}

function registerDelegation(program: Command, root: string): void {
  const group = program.command('delegation').description('lend your right to sign, see and revoke it');
  asUser(group.command('lend').description('lend it for one action').argument('<action>'))
    .requiredOption('--role <role>', 'role of yours that signs')
    .requiredOption('--to <person>', 'id of the person')
    .requiredOption('--until <instant>', 'ISO instant with its zone, at most two weeks on')
    .option('--from <instant>', 'ISO instant with its zone (default: now)')
    .requiredOption('--reason <text>', 'why')
    .action(async (action: string, options: Delegation.LendOptions) => {
      process.exitCode = await delegation().lendCommand(root, action, options);
    });
  asUser(group.command('list').description('list what you lent or borrowed')).action((options: WhoOptions) =>
    delegation().delegationsCommand(root, options),
  );
  asUser(group.command('revoke').description('take it back at once').argument('<id>')).action(
    async (id: string, options: WhoOptions) => {
      process.exitCode = await delegation().revokeCommand(root, id, options);
    },
  );
}
