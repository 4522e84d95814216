/** Rules about inspections: which ones concern a lot, how each is judged, and how they are found. */
import { narrow } from '../../../canonical/scope/scoped-sql';
import { InspectionRow, type InspectionResultRow } from '../../../canonical/entities/quality.entity';
import { fromId, toId } from '../../../canonical/ids';
import { AmbiguousError } from '../../../platform/errors';
import { boundNumber, cursorScope, decodeCursor, encodeCursor } from '../../../platform/graphql/cursor';
import { checkPageSize } from '../../../platform/graphql/page-size';
import type { QualityContext } from '../context';
import { type Page, type PageArgs, toPage } from '../../../canonical/graph/page.type';
import type { InspectionFilter } from './inspection-filter.input';
import { InspectionType } from './inspection.type';
import { type Verdict, verdictOf } from '../../../canonical/inspection-verdict';
import { inspectionsComplete } from './verdict';

/** Inspections of a lot: those on the lot first, then those on its sterilisation load. */
export async function inspectionsOfLot(context: QualityContext, lotPk: number): Promise<InspectionType[]> {
  const { loaders } = context;
  await context.reportCopies('inspection', 'lot');
  const concerned = await loaders.inspectionsOfLot.load(lotPk);
  const rows = await Promise.all(concerned.map((one) => loaders.inspection.load(one.inspectionPk)));
  return concerned.flatMap(({ appliesTo }, index) => {
    const row = rows[index] ?? null;
    return row === null ? [] : [InspectionType.from(row, appliesTo)];
  });
}

/** Results of an inspection in order of capture, the ones not captured yet last; alike ones by keyword. */
export async function resultsOf(
  context: QualityContext,
  row: InspectionRow,
): Promise<readonly InspectionResultRow[]> {
  await context.reportCopies('inspectionResult');
  const results = await context.loaders.resultsOfInspection.load(row.ref);
  const order = (result: InspectionResultRow): number => result.capturedAt ?? Number.POSITIVE_INFINITY;
  const name = (result: InspectionResultRow): string => `${result.keyword}\n${result.ref}`;
  return [...results].sort((a, b) =>
    order(a) !== order(b) ? order(a) - order(b) : name(a) < name(b) ? -1 : 1,
  );
}

export async function judge(context: QualityContext, row: InspectionRow): Promise<Verdict> {
  return verdictOf(row.state, await resultsOf(context, row));
}

/** Whether nothing is left to inspect on the lot. */
export async function isInspected(context: QualityContext, lotPk: number): Promise<boolean> {
  const [inspections, lot] = await Promise.all([
    inspectionsOfLot(context, lotPk),
    context.loaders.lot.load(lotPk),
  ]);
  const judged = await Promise.all(
    inspections.map(async ({ row, appliesTo }) => ({ row, appliesTo, verdict: await judge(context, row) })),
  );
  return inspectionsComplete(judged, (lot?.sterilizationLoad ?? null) !== null);
}

/** The inspection with this number, or null. Throws AmbiguousError when two systems use the number. */
export async function findInspection(
  context: QualityContext,
  number: string,
): Promise<InspectionType | null> {
  await context.reportCopies('inspection');
  const query = context.services.database.reader
    .createQueryBuilder(InspectionRow, 'i')
    .where({ number })
    .limit(10);
  const rows = await narrow(query, context.scope, (scope) => scope.inspection('i')).getMany();
  const [row, other] = rows;
  if (other !== undefined) {
    const candidates = rows.map((one) => toId('inspection', one.pk));
    throw new AmbiguousError(`More than one inspection has the number ${number}.`, { candidates });
  }
  return row === undefined ? null : InspectionType.from(row);
}

/** A page of inspections, newest first. */
export async function listInspections(
  context: QualityContext,
  filter: InspectionFilter,
  { first, after }: PageArgs,
): Promise<Page<InspectionType>> {
  checkPageSize(first);
  await context.reportCopies('inspection');
  const scope = cursorScope('inspections', filter);
  const query = context.services.database.reader.createQueryBuilder(InspectionRow, 'i');
  narrow(query, context.scope, (rows) => rows.inspection('i'));
  if (filter.lot != null) query.andWhere('i.lot_pk = :lot', { lot: fromId('lot', filter.lot) ?? 0 });
  if (filter.sterilizationLoad != null)
    query.andWhere('i.sterilization_load = :load', { load: filter.sterilizationLoad });
  if (filter.type != null) query.andWhere('i.inspection_type = :type', { type: filter.type });
  if (filter.states != null) query.andWhere('i.state IN (:...states)', { states: [...filter.states, ''] });
  if (after != null)
    query.andWhere('i.pk < :after', { after: boundNumber(decodeCursor(scope, after, ['key'])[0]) });
  const rows = await query
    .orderBy('i.pk', 'DESC')
    .limit(first + 1)
    .getMany();
  return toPage(
    rows,
    first,
    (row) => encodeCursor(scope, [row.pk]),
    (row) => InspectionType.from(row),
  );
}
