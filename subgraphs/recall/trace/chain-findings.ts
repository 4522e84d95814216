/** Findings that break the chain: where one is open, a lot or an edge may be missing from a trace. */
import type { Database } from '../../../platform/database/database';

export interface ChainFinding {
  readonly rule: string;
  readonly lotPk: number;
}

/** By lot: the rules that are open about it. */
export type ChainFindings = ReadonlyMap<number, readonly string[]>;

/** A lot that several fit is as doubtful as each of those that it may be. */
const OPEN_FINDINGS = `SELECT rule, subject_type AS subjectType, subject_pk AS subjectPk, facts FROM finding
  WHERE state = 'OPEN' AND rule IN ('AMBIGUOUS_LOT', 'MASTER_MISSING')
  AND (subject_type = 'lot' OR rule = 'AMBIGUOUS_LOT')`;

interface FindingInTable {
  readonly rule: string;
  readonly subjectType: string;
  readonly subjectPk: number;
  readonly facts: string;
}

export async function loadChainFindings(database: Database): Promise<ChainFindings> {
  const byLot = new Map<number, string[]>();
  for (const row of await database.reader.query<FindingInTable[]>(OPEN_FINDINGS)) {
    for (const lotPk of lotsOf(row)) {
      const rules = byLot.get(lotPk) ?? [];
      if (!rules.includes(row.rule)) byLot.set(lotPk, [...rules, row.rule].sort());
    }
  }
  return byLot;
}

function lotsOf({ subjectType, subjectPk, facts }: FindingInTable): number[] {
  const { candidates } = JSON.parse(facts) as { candidates?: unknown };
  const named = Array.isArray(candidates)
    ? candidates.filter((one): one is number => typeof one === 'number')
    : [];
  return subjectType === 'lot' ? [subjectPk, ...named] : named;
}
