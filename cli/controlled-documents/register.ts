/** The commands that each controlled document has: diff, publish, history, rollback; and `lotgraph doctor`. */
import { type Command, Option } from 'commander';
import type { WhoOptions } from '../identity/client';
import { withComponents } from '../identity/register';
import type * as Commands from './commands';
import type * as Doctor from './doctor';
import type * as Named from './named';
import type * as SignOffPolicy from './sign-off-policy';

/* eslint-disable @typescript-eslint/no-require-imports -- a command loads only what it needs */

const commands = (): typeof Commands => require('./commands') as typeof Commands;
const named = (group: keyof typeof Named.NAMED_DOCUMENTS): Commands.NamedDocument =>
  (require('./named') as typeof Named).NAMED_DOCUMENTS[group];

const asUser = (command: Command): Command =>
  withComponents(command)
    .option(
      '--user <name>',
      'who acts (default: who signed in last; in demo mode else the demo user of the document)',
    )
    .addOption(new Option('--lang <language>', 'language of refusals').choices(['zh', 'en']));

/** Adds the commands of a document to its group. */
export function registerDocumentCommands(
  group: Command,
  root: string,
  which: keyof typeof Named.NAMED_DOCUMENTS,
): void {
  asUser(group.command('diff').description('show what publishing the files would change')).action(
    async (options: WhoOptions) => {
      process.exitCode = await commands().diffCommand(root, named(which), options);
    },
  );
  asUser(group.command('publish').description('publish the files; propose it where something gets weaker'))
    .requiredOption('--reason <text>', 'why they are published')
    .action(async (options: Commands.PublishOptions) => {
      process.exitCode = await commands().publishCommand(root, named(which), options);
    });
  asUser(group.command('history').description('list what was published, newest first')).action(
    (options: WhoOptions) => commands().historyCommand(root, named(which), options),
  );
  asUser(group.command('rollback').description('publish an older version anew').argument('<number>'))
    .requiredOption('--reason <text>', 'why it is published again')
    .action(async (number: string, options: Commands.PublishOptions) => {
      process.exitCode = await commands().rollbackCommand(root, named(which), number, options);
    });
}

/** `lotgraph claims`, `lotgraph completeness`, `lotgraph sign-off-policy` and `lotgraph doctor`. */
export function registerControlledDocuments(program: Command, root: string): void {
  const claims = program.command('claims').description('what groups and claims of directories mean');
  registerDocumentCommands(claims, root, 'claims');
  const completeness = program
    .command('completeness')
    .description('what must be known about a lot before it is released');
  registerDocumentCommands(completeness, root, 'completeness');
  asUser(
    program
      .command('sign-off-policy')
      .description('who signs for what')
      .command('publish')
      .description('propose the policy as its file stands'),
  )
    .requiredOption('--reason <text>', 'why it is published')
    .action(async (options: Commands.PublishOptions) => {
      const policy = require('./sign-off-policy') as typeof SignOffPolicy;
      process.exitCode = await policy.publishSignOffPolicy(root, options);
    });
  program
    .command('doctor')
    .description('say which files differ from what was published, and how to publish them')
    .action(async () => {
      process.exitCode = await (require('./doctor') as typeof Doctor).doctorCommand(root);
    });
}
