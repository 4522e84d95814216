/** `lotgraph map rederive`: brings copies under the mappings in force now, from the rows that they keep. */
import 'reflect-metadata';
import { runSync } from '../../worker/run-sync';
import { commandConfig } from '../command-config';
import { withDemoSources } from '../demo-sources';

/** Resolves to the exit code: 0 when nothing is left to be derived. */
export async function rederiveCommand(root: string, system: string | undefined): Promise<number> {
  const config = commandConfig(root);
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort());
  const summaries = await runSync({
    ...{ config, root, system, env: withDemoSources(config, process.env), deriveOnly: true },
    signal: abort.signal,
  });
  for (const { system: id, state, errorMessage } of summaries)
    console.log(`${id}: ${errorMessage ?? (state === 'SUCCEEDED' ? 'derived under its mapping' : state)}`);
  return summaries.every(({ state }) => state === 'SUCCEEDED') ? 0 : 1;
}
