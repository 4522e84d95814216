/** `lotgraph map publish`: hands a mapping in, shows what it changes, and publishes or proposes it. */
import type { AskOptions } from '../access/ask-gateway';
import { mappingFile } from './open-mapping';
import { MappingCalls, publishDraft } from './published';

export interface PublishMapOptions extends AskOptions {
  readonly reason: string;
}

/** Resolves to the exit code: 0 when it was published or proposed. */
export async function publishMapCommand(
  root: string,
  given: string,
  options: PublishMapOptions,
): Promise<number> {
  const calls = new MappingCalls(root, options);
  return await publishDraft(calls, await calls.stage(mappingFile(root, given)), options.reason);
}
