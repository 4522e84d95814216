/** The gateway as a process of its own. `lotgraph start` runs it beside everything else instead. */
import 'reflect-metadata';
import path from 'node:path';
import { loadConfig } from '../platform/config';
import { runGateway } from './run-gateway';

async function main(): Promise<void> {
  const root = path.resolve(process.env['LOTGRAPH_ROOT'] ?? process.cwd());
  const config = loadConfig(process.env, root);
  const gateway = await runGateway({ config, root, env: process.env });
  process.stdout.write(`ready gateway ${gateway.url}\n`);
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) {
    process.once(signal, () => void gateway.close().then(() => process.exit(0)));
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
