/** `lotgraph map rollback`: publishes an earlier version of a mapping again, as a new one. */
import { InvalidInputError } from '../../platform/errors';
import type { PublishMapOptions } from './publish';
import { MappingCalls, publishDraft } from './published';

/** Resolves to the exit code: 0 when it was published or proposed. */
export async function rollbackCommand(
  root: string,
  system: string,
  version: string,
  options: PublishMapOptions,
): Promise<number> {
  const number = Number(version);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidInputError(`"${version}" is no number of a version; see lotgraph map history ${system}`);
  const calls = new MappingCalls(root, options);
  const staged = await calls.rollBack(system, number);
  if (staged.refusals.some(({ code }) => code === 'NOT_FOUND')) {
    console.error(`${system} has no version ${number}; see lotgraph map history ${system}`);
    return 1;
  }
  return await publishDraft(calls, staged, options.reason);
}
