/** The commands of people, sessions and accounts. Each loads only what it needs. */
import type { Command } from 'commander';
import type * as Account from './account';
import type * as Bootstrap from './bootstrap';
import type { WhoOptions } from './client';
import type * as People from './people';
import type * as Session from './session';

/* eslint-disable @typescript-eslint/no-require-imports -- a command loads only what it needs */

const account = (): typeof Account => require('./account') as typeof Account;
const people = (): typeof People => require('./people') as typeof People;
const session = (): typeof Session => require('./session') as typeof Session;

/** Options that say where password and code come from. */
export function withComponents(command: Command): Command {
  return command
    .option('--url <url>', 'address of the gateway (default: http://127.0.0.1 and LOTGRAPH_PORT)')
    .option('--password-file <file>', 'file whose first line is the password (default: ask)')
    .option('--code <code>', 'one-time code (default: ask)')
    .option('--demo', 'take password and code of a demo user from the demo itself');
}

const withOfficer = (command: Command): Command =>
  withComponents(command).option('--as <name>', 'security officer who acts (default: who signed in last)');

export function registerIdentityCommands(program: Command, root: string): void {
  registerSessions(program, root);
  registerPeople(program, root);
  registerAccounts(program.command('account').description('accounts: two security officers open each'), root);
  registerServices(program.command('service-account').description('accounts of apps'), root);
}

function registerSessions(program: Command, root: string): void {
  withComponents(program.command('sign-in').description('sign in with password and one-time code'))
    .option('--user <name>', 'user name (default: ask)')
    .action((options: WhoOptions) => session().signInCommand(root, options));
  program
    .command('sign-out')
    .description('end the session of a user, or of who signed in last')
    .option('--user <name>', 'user name')
    .option('--url <url>', 'address of the gateway')
    .action((options: WhoOptions) => session().signOutCommand(root, options));
  const sessions = program.command('session').description('open sessions');
  withComponents(sessions.command('list').description('list your sessions'))
    .option('--user <name>', 'user name')
    .option('--all', 'everybody’s, for security officers')
    .action((options: WhoOptions & { all?: boolean }) => session().sessionListCommand(root, options));
  withComponents(sessions.command('revoke').description('end a session at once').argument('<session>'))
    .option('--user <name>', 'user name')
    .option('--reason <text>', 'end somebody else’s, as a security officer, and say why')
    .action((id: string, options: WhoOptions & { reason?: string }) =>
      session().sessionRevokeCommand(root, id, options),
    );
}

function registerPeople(program: Command, root: string): void {
  program
    .command('people')
    .description('list the people of the demo (demo mode only)')
    .option('--passwords', 'with their passwords')
    .action((options: { passwords?: boolean }) => people().peopleCommand(root, options));
  program
    .command('code')
    .description('print the current one-time code of a demo user, as an authenticator app would')
    .requiredOption('--user <name>', 'demo user, e.g. qa-lead')
    .action((options: { user: string }) => people().codeCommand(root, options));
  program
    .command('enrol')
    .description('set your password and factor with an enrolment code')
    .option('--user <name>', 'user name (default: ask)')
    .option('--code <code>', 'enrolment code, both halves (default: ask)')
    .option('--password-file <file>', 'file whose first line is the new password (default: ask)')
    .option('--url <url>', 'address of the gateway')
    .action((options: WhoOptions) => account().enrolCommand(root, options));
}

function registerAccounts(accounts: Command, root: string): void {
  withOfficer(accounts.command('create').description('open an account for a new person').argument('<user>'))
    .requiredOption('--name-en <name>', 'name in English')
    .requiredOption('--name-zh <name>', 'name in Chinese')
    .requiredOption('--reason <text>', 'why')
    .option('--ldap', 'the directory keeps the password')
    .action((user: string, options: Parameters<typeof Account.createCommand>[2]) =>
      account().createCommand(root, user, options),
    );
  withOfficer(accounts.command('recover').description('open the recovery of an account').argument('<user>'))
    .requiredOption('--reason <text>', 'why')
    .action((user: string, options: Account.OfficerOptions) => account().recoverCommand(root, user, options));
  withOfficer(
    accounts.command('approve').description('approve, as another officer').argument('<recovery>'),
  ).action((id: string, options: Account.OfficerOptions) => account().approveCommand(root, id, options));
  withOfficer(accounts.command('waiting').description('list what waits for a second officer')).action(
    (options: Account.OfficerOptions) => account().waitingCommand(root, options),
  );
  withOfficer(accounts.command('disable').description('shut an account at once').argument('<user>'))
    .requiredOption('--reason <text>', 'why')
    .action((user: string, options: Account.OfficerOptions) => account().disableCommand(root, user, options));
  accounts
    .command('bootstrap')
    .description('make the first security officers of a deployment, over its database')
    .argument('<users...>', 'at least two user names')
    .action((users: string[]) => (require('./bootstrap') as typeof Bootstrap).bootstrapCommand(root, users));
}

function registerServices(services: Command, root: string): void {
  withOfficer(services.command('create').description('open an account for an app').argument('<client-id>'))
    .requiredOption('--expires <instant>', 'ISO instant from which on it is worth nothing')
    .requiredOption('--reason <text>', 'why')
    .option('--scope <role...>', 'what it may do beside reading the vocabulary, e.g. analyst')
    .option('--may-act-for', 'may say for which person it acts')
    .action((user: string, options: Parameters<typeof Account.createServiceCommand>[2]) =>
      account().createServiceCommand(root, user, options),
    );
  services
    .command('claim')
    .description('exchange an enrolment code for the app’s secret')
    .argument('<client-id>')
    .option('--code <code>', 'enrolment code, both halves (default: ask)')
    .option('--url <url>', 'address of the gateway')
    .action((user: string, options: WhoOptions) => account().claimServiceCommand(root, user, options));
}
