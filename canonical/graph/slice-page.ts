/** Pages of a list that is in memory already, by position after a key. */
import { type Page, type PageArgs, toPage } from './page.type';
import { InvalidInputError } from '../../platform/errors';
import { type CursorValue, decodeCursor, encodeCursor } from '../../platform/graphql/cursor';
import { checkPageSize } from '../../platform/graphql/page-size';

/**
 * The page after `after`; `keyOf` tells rows apart. Throws InvalidInputError when the row that the page before
 * ended with is gone: going on from elsewhere would miss or repeat rows.
 */
export function slicePage<R, N>(
  rows: readonly R[],
  { first, after }: PageArgs,
  scope: string,
  keyOf: (row: R) => readonly CursorValue[],
  toNode: (row: R) => N,
): Page<N> {
  checkPageSize(first);
  const keyText = (row: R): string => JSON.stringify(keyOf(row));
  let start = 0;
  if (after != null) {
    const [example] = rows;
    const wanted = JSON.stringify(decodeCursor(scope, after, example ? keyOf(example).length : 0));
    start = rows.findIndex((row) => keyText(row) === wanted) + 1;
    if (start === 0)
      throw new InvalidInputError('The list has changed; start again without "after".', {
        argument: 'after',
      });
  }
  return toPage(
    rows.slice(start, start + first + 1),
    first,
    (row) => encodeCursor(scope, keyOf(row)),
    toNode,
  );
}
