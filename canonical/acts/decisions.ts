/** Which of several quality decisions about a lot stands: those that sources recorded, and our own. */

export interface Decision {
  readonly decision: string;
  /** Calendar date; null where the source gives none. */
  readonly decidedOn: string | null;
  /** Instant of a decision of our own; null for one of a source, which knows only days. */
  readonly at: number | null;
  /** Order among decisions that nothing else tells apart. */
  readonly order: number;
}

/** How cautious a decision is; between decisions of one day the more cautious stands. */
const CAUTION: Readonly<Record<string, number>> = { RELEASED: 0, PENDING: 1, REJECTED: 2 };

/**
 * Newest first; an undated decision counts as older than any dated one. On one day our newest decision goes before those
 * of sources, unless a source rejected: it may have done so after us.
 */
export function newestFirst<D extends Decision>(decisions: readonly D[]): D[] {
  const newestOwn = new Map<string, number>();
  for (const { decidedOn, at } of decisions) {
    const day = decidedOn ?? '';
    if (at !== null) newestOwn.set(day, Math.max(at, newestOwn.get(day) ?? at));
  }
  const rankOf = (one: D): number => {
    if (one.at === null) return CAUTION[one.decision] ?? 1;
    // our newest of the day stands above a source's release or open decision; our older ones below everything
    if (one.at < (newestOwn.get(one.decidedOn ?? '') ?? one.at)) return -1;
    return one.decision === 'REJECTED' ? 3 : 1.5;
  };
  return [...decisions].sort(
    (a, b) =>
      (b.decidedOn ?? '').localeCompare(a.decidedOn ?? '') ||
      rankOf(b) - rankOf(a) ||
      (b.at ?? 0) - (a.at ?? 0) ||
      b.order - a.order,
  );
}

/** The decision that stands; PENDING when nothing was decided. */
export function currentDecision(decisions: readonly Decision[]): string {
  return newestFirst(decisions)[0]?.decision ?? 'PENDING';
}
