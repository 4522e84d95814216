/** The commands of the audit trail. Each loads only what it needs. */
import type { Command } from 'commander';
import type * as Grants from './grants';

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
}
