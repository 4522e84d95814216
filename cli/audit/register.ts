/** The commands of the audit trail. Each loads only what it needs. */
import type { Command } from 'commander';
import type * as CheckProof from './check-proof';
import type * as Grants from './grants';
import type * as Proof from './proof';
import type * as PublicKey from './public-key';
import type * as Verify from './verify';

/* eslint-disable @typescript-eslint/no-require-imports -- a command loads only what it needs */

export function registerAuditCommands(program: Command, root: string): void {
  program
    .command('grants')
    .description('print the GRANT statements of the runtime account, one for each table (MariaDB, MySQL)')
    .requiredOption('--user <name>', 'name of the runtime account')
    .option('--host <host>', 'host that it connects from', '%')
    .action(async (options: { user: string; host: string }) => {
      await (require('./grants') as typeof Grants).grantsCommand(root, options);
    });

  const audit = program
    .command('audit')
    .description('the audit trail: verify it, prove, search and review it');
  const list = (value: string, before: string[]): string[] => [...before, value];

  audit
    .command('verify')
    .description(
      'verify the whole trail and what it seals, reading only; exits with 1 when something is found',
    )
    .option('--database <url>', 'database to verify (default: LOTGRAPH_DATABASE_URL)')
    .option('--public-key <file>', 'public keys (PEM) that checkpoints must be signed with')
    .option('--checkpoint <file>', 'what a sink kept, or an earlier checkpoint; may be repeated', list, [])
    .option('--json', 'print the report as JSON')
    .action(async (options: Verify.VerifyCommandOptions) => {
      process.exitCode = await (require('./verify') as typeof Verify).verifyCommand(root, options);
    });

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
