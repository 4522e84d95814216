/** The commands of the audit trail. Each loads only what it needs. */
import type { Command } from 'commander';
import { withComponents } from '../identity/register';
import type * as CheckProof from './check-proof';
import type * as ErasePerson from './erase-person';
import type * as Grants from './grants';
import type * as Proof from './proof';
import type * as PublicKey from './public-key';
import type * as Search from './search';
import type * as Verify from './verify';
import { repeated } from '../who-options';

/* eslint-disable @typescript-eslint/no-require-imports -- a command loads only what it needs */

const withWho = (command: Command): Command =>
  withComponents(command).option('--user <name>', 'who asks (default: who signed in last)');

export function registerAuditCommands(program: Command, root: string): void {
  registerGrants(program, root);
  const audit = program
    .command('audit')
    .description('the audit trail: verify it, prove, search and review it');
  registerVerify(audit, root);
  registerKeys(audit, root);
  registerProofs(audit, root);
  registerErasure(audit, root);
  registerSearch(audit, root);
  registerReview(audit, root);
}

function registerGrants(program: Command, root: string): void {
  program
    .command('grants')
    .description('print the GRANT statements of the runtime account, one for each table (MariaDB, MySQL)')
    .requiredOption('--user <name>', 'name of the runtime account')
    .option('--host <host>', 'host that it connects from', '%')
    .action(async (options: { user: string; host: string }) => {
      await (require('./grants') as typeof Grants).grantsCommand(root, options);
    });
}

function registerVerify(audit: Command, root: string): void {
  audit
    .command('verify')
    .description(
      'verify the whole trail and what it seals, reading only; exits with 1 when something is found',
    )
    .option('--database <url>', 'database to verify (default: LOTGRAPH_DATABASE_URL)')
    .option('--public-key <file>', 'public keys (PEM) that checkpoints must be signed with')
    .option(
      '--checkpoint <file>',
      'what a sink kept, or an earlier checkpoint; may be repeated',
      repeated,
      [],
    )
    .option('--json', 'print the report as JSON')
    .action(async (options: Verify.VerifyCommandOptions) => {
      process.exitCode = await (require('./verify') as typeof Verify).verifyCommand(root, options);
    });
}

function registerKeys(audit: Command, root: string): void {
  audit
    .command('public-key')
    .description('print the public keys that checkpoints were ever signed with, as PEM')
    .action(() => {
      (require('./public-key') as typeof PublicKey).publicKeyCommand(root);
    });
  audit
    .command('retire-key')
    .description('retire the key that signs checkpoints or sign-offs; the next start makes a new one')
    .option('--purpose <purpose>', 'audit or signOff', 'audit')
    .action((options: { purpose: string }) => {
      (require('./public-key') as typeof PublicKey).retireKeyCommand(root, options.purpose);
    });
}

function registerErasure(audit: Command, root: string): void {
  audit
    .command('erase-person')
    .description('make unreadable for good what is kept of a person; everything still verifies')
    .argument('<person>', 'id of the person, or with --source the name that a source uses')
    .option('--source <system>', 'erase what records of this system say of the person')
    .requiredOption('--reason <text>', 'why, as the trail keeps it')
    .action(async (person: string, options: { reason: string; source?: string }) => {
      await (require('./erase-person') as typeof ErasePerson).erasePersonCommand(root, person, options);
    });
}

function registerProofs(audit: Command, root: string): void {
  audit
    .command('proof')
    .description('write a proof that an entry stands in the trail')
    .argument('<entry>', 'id of the entry, or its place in the trail')
    .option('--out <file>', 'file to write (default: standard output)')
    .action(async (entry: string, options: { out?: string }) => {
      process.exitCode = await (require('./proof') as typeof Proof).proofCommand(root, entry, options);
    });
  audit
    .command('check-proof')
    .description('check a proof offline; exits with 1 when it is refused')
    .argument('<file>', 'proof that `audit proof` wrote')
    .requiredOption('--public-key <file>', 'public keys (PEM) that its checkpoint must be signed with')
    .action((file: string, options: { publicKey: string }) => {
      process.exitCode = (require('./check-proof') as typeof CheckProof).checkProofCommand(file, options);
    });
}

function registerSearch(audit: Command, root: string): void {
  withWho(audit.command('search'))
    .description('look for entries, newest first, by your own permissions')
    .option('--person <id>', 'person who acted; may be repeated', repeated, [])
    .option('--action <name>', 'action, e.g. signOff.sign; may be repeated', repeated, [])
    .option('--object <id>', 'public id of the object')
    .option('--type <type>', 'kind of object, e.g. lot')
    .option('--from <instant>', 'from this instant on, e.g. 2026-06-01T00:00:00Z')
    .option('--to <instant>', 'before this instant')
    .option('--text <words>', 'words of action, object, code or reason')
    .option('--field <term>', 'field that changed, e.g. lot.expiresOn')
    .option('--value <value>', 'value that a field had before or has after')
    .option('--outcome <outcome>', 'DONE, REFUSED or FAILED')
    .option('--first <n>', 'how many', '50')
    .option('--after <cursor>', 'where the page before ended')
    .option('--json', 'print as JSON')
    .action(async (options: Search.SearchOptions) => {
      await (require('./search') as typeof Search).searchCommand(root, options);
    });
}

function registerReview(audit: Command, root: string): void {
  withWho(audit.command('review'))
    .description('sign a review of a range of the trail')
    .requiredOption('--from <seq>', 'first place of the range')
    .requiredOption('--to <seq>', 'last place of the range')
    .requiredOption('--comment <text>', 'what was seen')
    .option('--action <name>', 'narrow the review to an action; may be repeated', repeated, [])
    .option('--outcome <outcome>', 'narrow the review to DONE, REFUSED or FAILED')
    .action(async (options: Search.ReviewOptions) => {
      process.exitCode = await (require('./search') as typeof Search).reviewTrailCommand(root, options);
    });
}
