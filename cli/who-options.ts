/** Options that say who asks or acts, the same in every group of commands; and what options that are repeated come to. */
import { type Command, Option } from 'commander';
import { withComponents } from './identity/register';

/** The same rule everywhere: docs/guides/identity.md. */
const WHO =
  "who asks or acts (default: who signed in last; in demo mode else the command's demo user, if it has one)";

/** For commands that only ask: a user, or a token. */
export const withAsker = (command: Command): Command =>
  command
    .option('--user <name>', WHO)
    .option('--token <token>', 'token to ask with')
    .option('--url <url>', 'address of the gateway (default: http://127.0.0.1 and LOTGRAPH_PORT)');

/** For commands that act in a person's name; `told` is what the language is of. */
export const withActor = (command: Command, told = 'names and refusals'): Command =>
  withComponents(command)
    .option('--user <name>', WHO)
    .addOption(new Option('--lang <language>', `language of ${told}`).choices(['zh', 'en']));

/** Collects the values of an option that may be repeated. */
export const repeated = (value: string, before: readonly string[] | undefined): string[] => [
  ...(before ?? []),
  value,
];
