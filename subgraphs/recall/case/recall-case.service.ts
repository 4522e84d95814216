/** Rules about recall cases: how they are found, and which of them touch a lot. */
import { type Page, type PageArgs, toPage } from '../../../canonical/graph/page.type';
import { narrow } from '../../../canonical/scope/scoped-sql';
import { RecallCaseRow } from '../../../canonical/entities/quality.entity';
import { toId } from '../../../canonical/ids';
import { AmbiguousError } from '../../../platform/errors';
import { boundNumber, cursorScope, decodeCursor, encodeCursor } from '../../../platform/graphql/cursor';
import { checkPageSize } from '../../../platform/graphql/page-size';
import type { RecallContext } from '../context';
import { type RecallCaseFilter, RecallCaseType } from './recall-case.type';

/** The case with this number, or null. Throws AmbiguousError when two systems use the number. */
export async function findRecallCase(context: RecallContext, number: string): Promise<RecallCaseType | null> {
  await context.reportCopies('recallCase');
  const query = context.services.database.reader
    .createQueryBuilder(RecallCaseRow, 'c')
    .where({ number })
    .limit(10);
  const rows = await narrow(query, context.scope, (scope) => scope.recallCase('c')).getMany();
  const [row, other] = rows;
  if (other !== undefined) {
    const candidates = rows.map((one) => toId('recallCase', one.pk));
    throw new AmbiguousError(`More than one recall has the number ${number}.`, { candidates });
  }
  return row === undefined ? null : RecallCaseType.from(row);
}

/** A page of cases, newest first. */
export async function listRecallCases(
  context: RecallContext,
  filter: RecallCaseFilter,
  { first, after }: PageArgs,
): Promise<Page<RecallCaseType>> {
  checkPageSize(first);
  await context.reportCopies('recallCase');
  const scope = cursorScope('recallCases', filter);
  const query = context.services.database.reader.createQueryBuilder(RecallCaseRow, 'c');
  narrow(query, context.scope, (rows) => rows.recallCase('c'));
  if (filter.states != null) query.andWhere('c.state IN (:...states)', { states: [...filter.states, ''] });
  if (filter.classes != null)
    query.andWhere('c.recall_class IN (:...classes)', { classes: [...filter.classes, ''] });
  if (filter.openedFrom != null) query.andWhere('c.opened_on >= :from', { from: filter.openedFrom });
  if (filter.openedTo != null) query.andWhere('c.opened_on <= :to', { to: filter.openedTo });
  if (after != null) {
    const [day, pk] = decodeCursor(scope, after, ['date', 'key']);
    query.andWhere('(c.opened_on < :day OR (c.opened_on = :day AND c.pk < :pk))', {
      day,
      pk: boundNumber(pk),
    });
  }
  const rows = await query
    .orderBy('c.opened_on', 'DESC')
    .addOrderBy('c.pk', 'DESC')
    .limit(first + 1)
    .getMany();
  return toPage(
    rows,
    first,
    (row) => encodeCursor(scope, [row.openedOn, row.pk]),
    (row) => RecallCaseType.from(row),
  );
}

/** Cases whose scope names the lot itself, newest first. */
export async function recallsOfLot(context: RecallContext, lotPk: number): Promise<RecallCaseType[]> {
  await context.reportCopies('recallCase', 'recallScope');
  return newestFirst(await context.loaders.casesOfLot.load(lotPk)).map((row) => RecallCaseType.from(row));
}

export function newestFirst(rows: readonly RecallCaseRow[]): RecallCaseRow[] {
  return [...rows].sort((a, b) => b.openedOn.localeCompare(a.openedOn) || b.pk - a.pk);
}
