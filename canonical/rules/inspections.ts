/** What inspections of several systems say of one lot, held against one another. Pure. */
import type { Evidence } from './claims';
import { RAISES } from './consistency-rule';
import type { Discrepancy } from './evaluate';
import type { RuledInspection } from './inspection-facts';
import type { CopyState, RuledSubject } from './lot-facts';

const LONGEST_FIELD = 64;

const within = ({ inspections }: RuledSubject, systems: readonly string[] | null): RuledInspection[] =>
  inspections.filter((one) => one.isFinal && (systems?.includes(one.system) ?? true));

/** One system passed the lot and another failed it. A system that is not done with the lot says neither. */
export function inspectionsDiffer(systems: readonly string[] | null, lot: RuledSubject): Discrepancy[] {
  const judged = newestOfEach(within(lot, systems)).filter(({ verdict }) => verdict !== 'PENDING');
  const verdicts = [...new Set(judged.map(({ system }) => system))].sort().map((system) => {
    const own = judged.filter((one) => one.system === system);
    return { system, value: own.some(({ verdict }) => verdict === 'FAIL') ? 'FAIL' : 'PASS' };
  });
  if (new Set(verdicts.map(({ value }) => value)).size < 2) return [];
  return [
    {
      ...{ raises: RAISES.inspectionsDiffer, field: null, term: 'inspection.verdict' },
      facts: { values: verdicts },
      evidence: judged.map((one) => evidenceOf(one, one.verdict)),
    },
  ];
}

/** What was inspected again is judged by its newest inspection. */
function newestOfEach(inspections: readonly RuledInspection[]): RuledInspection[] {
  const newest = new Map<string, RuledInspection>();
  for (const one of inspections) {
    const key = JSON.stringify([one.system, one.inspectionType]);
    const known = newest.get(key);
    if (known === undefined || (one.judgedAt ?? 0) >= (known.judgedAt ?? 0)) newest.set(key, one);
  }
  return [...newest.values()];
}

/** An inspection that somebody answered for, and that holds no result that counts: one finding each. */
export function acceptedWithoutResults(
  systems: readonly string[] | null,
  lot: RuledSubject,
  { resultSuppliers }: CopyState,
): Discrepancy[] {
  return (
    within(lot, systems)
      // unknown is not absent: the results of the system must have been read to their end
      .filter(({ system, results }) => results === 0 && (resultSuppliers.get(system) ?? null) !== null)
      .map((one) => ({
        ...{ raises: RAISES.acceptedWithoutResults, term: 'inspection.verdict' },
        field: one.number.slice(0, LONGEST_FIELD),
        facts: { values: [{ system: one.system, value: null }], inspection: one.number },
        evidence: [evidenceOf(one, null)],
      }))
  );
}

const evidenceOf = (
  { system, stream, key, readAt, judgedAt }: RuledInspection,
  value: string | null,
): Evidence => ({ system, stream, key, value, readAt, changedAt: judgedAt });
