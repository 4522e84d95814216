/** Bounds of a page: every list that can grow is read in pages of a size that the server limits. */
import { InvalidInputError } from '../errors';

export const DEFAULT_PAGE_SIZE = 50;
export const MAX_PAGE_SIZE = 200;

/** Refuses a page size that is not between 1 and `max`. Throws InvalidInputError. */
export function checkPageSize(first: number, max = MAX_PAGE_SIZE): number {
  if (!Number.isInteger(first) || first < 1 || first > max) {
    throw new InvalidInputError(`"first" must be between 1 and ${max}, but is ${first}.`, {
      argument: 'first',
      max,
    });
  }
  return first;
}
