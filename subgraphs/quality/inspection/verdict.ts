/** What inspections say about a lot: whether anything is still open. */
import type { InspectionRow } from '../../../canonical/entities/quality.entity';
import { type Verdict, isFinal } from '../../../canonical/inspection-verdict';

/** Whether an inspection was made on the lot itself or on the sterilisation load that it went through. */
export type AppliesTo = 'LOT' | 'STERILIZATION_LOAD';

/** A sample in one of these says nothing, and leaves a gap that another sample has to close. */
const GAP_STATES = new Set(['REJECTED', 'INVALID']);

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
    rest.every((one) => isFinal(one.row.state) && one.verdict !== 'PENDING') &&
    gaps.every(isClosed) &&
    needed.every((target) => rest.some((one) => one.appliesTo === target))
  );
}
