/** `lotgraph map diff`: hands a mapping in and shows what publishing it would change; publishes nothing. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { exportImpact } from '../../worker/export-impact';
import type { AskOptions } from '../access/ask-gateway';
import { commandConfig } from '../command-config';
import { withDemoSources } from '../demo-sources';
import { mappingFile } from './open-mapping';
import { MappingCalls, showImpact } from './published';

export interface DiffOptions extends AskOptions {
  /** File to write every changed value to, as lines of JSON; read from the database itself. */
  readonly export?: string;
}

/** Resolves to the exit code: 0 when it could be assessed. */
export async function diffCommand(root: string, given: string, options: DiffOptions): Promise<number> {
  const file = mappingFile(root, given);
  if (options.export !== undefined) return await exportTo(root, await readFile(file, 'utf8'), options.export);
  const calls = new MappingCalls(root, options);
  return (await showImpact(calls, await calls.stage(file))) === null ? 1 : 0;
}

async function exportTo(root: string, text: string, file: string): Promise<number> {
  const config = commandConfig(root);
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort());
  const out = createWriteStream(file, { flags: 'wx' });
  const { changes, regulatedChanges, rows } = await exportImpact({
    ...{ config, root, text, env: withDemoSources(config, process.env), signal: abort.signal },
    write: async (line) => {
      if (!out.write(line)) await once(out, 'drain');
    },
  });
  out.end();
  await finished(out);
  console.log(
    `${changes} values (${regulatedChanges} regulated) of ${rows.total} rows were written to ${file}.`,
  );
  return 0;
}
