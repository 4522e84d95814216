/** `lotgraph map publish`: hands a mapping in, shows what it changes, and publishes or proposes it. */
import { readFile } from 'node:fs/promises';
import type { AskOptions } from '../access/ask-gateway';
import { MappingCalls, publishDraft } from './published';

export interface PublishMapOptions extends AskOptions {
  readonly reason: string;
}

/** Resolves to the exit code: 0 when it was published or proposed. */
export async function publishMapCommand(
  root: string,
  file: string,
  options: PublishMapOptions,
): Promise<number> {
  const calls = new MappingCalls(root, options);
  return await publishDraft(calls, await calls.stage(await readFile(file, 'utf8')), options.reason);
}
