/** A page of rows with the newest key first. */
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { type Page, type PageArgs, toPage } from '../../canonical/graph/page.type';
import { boundNumber, cursorScope, decodeCursor, encodeCursor } from '../../platform/graphql/cursor';
import { checkPageSize } from '../../platform/graphql/page-size';

/** `list` names the list and everything that narrows it. */
export async function newestPage<R extends ObjectLiteral & { pk: number }, N>(
  query: SelectQueryBuilder<R>,
  { first, after }: PageArgs,
  [name, ...narrowing]: readonly [string, ...unknown[]],
  toNode: (row: R) => N,
): Promise<Page<N>> {
  checkPageSize(first);
  const scope = cursorScope(name, ...narrowing);
  if (after != null)
    query.andWhere(`${query.alias}.pk < :after`, {
      after: boundNumber(decodeCursor(scope, after, ['key'])[0]),
    });
  const rows = await query
    .orderBy(`${query.alias}.pk`, 'DESC')
    .limit(first + 1)
    .getMany();
  return toPage(rows, first, (row) => encodeCursor(scope, [row.pk]), toNode);
}
