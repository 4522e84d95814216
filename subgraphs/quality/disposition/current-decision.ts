/** Which of several quality decisions about a lot stands. */
import type { DispositionRow } from '../../../canonical/entities/quality.entity';

type Decision = Pick<DispositionRow, 'pk' | 'decision' | 'decidedOn'>;

/** How cautious a decision is; between decisions of one day the more cautious stands. */
const CAUTION: Readonly<Record<string, number>> = { RELEASED: 0, PENDING: 1, REJECTED: 2 };

/** Newest first; an undated decision counts as older than any dated one. */
export function newestFirst<D extends Decision>(decisions: readonly D[]): D[] {
  return [...decisions].sort(
    (a, b) =>
      (b.decidedOn ?? '').localeCompare(a.decidedOn ?? '') || cautionOf(b) - cautionOf(a) || b.pk - a.pk,
  );
}

/** The decision that stands; PENDING when nothing was decided. */
export function currentDecision(decisions: readonly Decision[]): string {
  return newestFirst(decisions)[0]?.decision ?? 'PENDING';
}

function cautionOf(decision: Decision): number {
  return CAUTION[decision.decision] ?? 1;
}
