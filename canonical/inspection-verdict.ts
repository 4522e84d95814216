/** What the results of an inspection come to: which of them count, and the verdict. Pure. */
import { groupBy } from '../platform/collections';
import type { InspectionResultRow } from './entities/quality.entity';

export type Verdict = 'PASS' | 'FAIL' | 'PENDING';

type Result = Pick<InspectionResultRow, 'ref' | 'verdict' | 'state' | 'retestOfRef'>;

const VOID_RESULT_STATES = new Set(['RETRACTED', 'REJECTED', 'CANCELLED']);
const FINAL_INSPECTION_STATES = new Set(['VERIFIED', 'PUBLISHED']);

/** Whether somebody answered for the inspection: nothing is to come. */
export const isFinal = (state: string): boolean => FINAL_INSPECTION_STATES.has(state);

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
  return passed && isFinal(state) ? 'PASS' : 'PENDING';
}

function isVoid(result: Result): boolean {
  return VOID_RESULT_STATES.has(result.state);
}
