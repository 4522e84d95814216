/** What inspections say about a lot: which results count, the verdict, and whether anything is still open. */
import type { InspectionResultRow, InspectionRow } from '../../../canonical/entities/quality.entity';
import { groupBy } from '../../../platform/collections';

export type Verdict = 'PASS' | 'FAIL' | 'PENDING';
/** Whether an inspection was made on the lot itself or on the sterilisation load that it went through. */
export type AppliesTo = 'LOT' | 'STERILIZATION_LOAD';

type Result = Pick<InspectionResultRow, 'ref' | 'verdict' | 'state' | 'retestOfRef'>;

const VOID_RESULT_STATES = new Set(['RETRACTED', 'REJECTED', 'CANCELLED']);
const FINAL_INSPECTION_STATES = new Set(['VERIFIED', 'PUBLISHED']);
/** A sample in one of these says nothing, and leaves a gap that another sample has to close. */
const GAP_STATES = new Set(['REJECTED', 'INVALID']);

/**
 * The results that count: neither void nor replaced. A result is replaced when a retest of it, or a retest of that
 * retest and so on, is not void; a retest that came to nothing leaves the earlier result standing.
 */
export function currentResults<R extends Result>(results: readonly R[]): R[] {
  const retests = groupBy(results, (result) => result.retestOfRef);
  const isReplaced = (result: R, seen: Set<string>): boolean =>
    (retests.get(result.ref) ?? []).some((retest) => {
      if (seen.has(retest.ref)) return false; // two results that name each other replace nothing
      seen.add(retest.ref);
      return !isVoid(retest) || isReplaced(retest, seen);
    });
  return results.filter((result) => !isVoid(result) && !isReplaced(result, new Set([result.ref])));
}

/** The verdict of one inspection. No result at all is no pass. */
export function verdictOf(state: string, results: readonly Result[]): Verdict {
  const current = currentResults(results);
  if (current.some((result) => result.verdict === 'FAIL')) return 'FAIL';
  const passed = current.length > 0 && current.every((result) => result.verdict === 'PASS');
  return passed && FINAL_INSPECTION_STATES.has(state) ? 'PASS' : 'PENDING';
}

export interface JudgedInspection {
  readonly row: Pick<InspectionRow, 'state' | 'inspectionType'>;
  readonly appliesTo: AppliesTo | null;
  readonly verdict: Verdict;
}

/**
 * True when nothing is left to inspect: the lot, and its sterilisation load where it has one, was inspected, each
 * inspection that was not cancelled is final, and each rejected or invalidated sample was made good by a final one
 * of the same type.
 */
export function inspectionsComplete(inspections: readonly JudgedInspection[], hasLoad: boolean): boolean {
  const counting = inspections.filter((one) => one.row.state !== 'CANCELLED');
  const gaps = counting.filter((one) => GAP_STATES.has(one.row.state));
  const rest = counting.filter((one) => !GAP_STATES.has(one.row.state));
  const isClosed = (gap: JudgedInspection): boolean =>
    rest.some((one) => one.appliesTo === gap.appliesTo && one.row.inspectionType === gap.row.inspectionType);
  const needed: AppliesTo[] = hasLoad ? ['LOT', 'STERILIZATION_LOAD'] : ['LOT'];
  return (
    rest.every((one) => FINAL_INSPECTION_STATES.has(one.row.state) && one.verdict !== 'PENDING') &&
    gaps.every(isClosed) &&
    needed.every((target) => rest.some((one) => one.appliesTo === target))
  );
}

function isVoid(result: Result): boolean {
  return VOID_RESULT_STATES.has(result.state);
}
