/** `lotgraph grants`: the statements that give the runtime account what it needs, and no more. */
import 'reflect-metadata';
import { grantsFor } from '../../controls/audit/grants';
import { commandConfig } from '../command-config';
import { withTrail } from './open-trail';

export async function grantsCommand(root: string, options: { user: string; host: string }): Promise<void> {
  const { databaseUrl } = commandConfig(root);
  const statements = await withTrail(databaseUrl, ({ reader }) =>
    grantsFor(reader, options.user, options.host),
  );
  for (const statement of statements) console.log(statement);
}
