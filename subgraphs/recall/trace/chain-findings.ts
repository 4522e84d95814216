/** Findings that break the chain: where one is open, a lot or an edge may be missing from a trace. */
import type { RowScope } from '../../../canonical/scope/row-scope';
import { scopeAnd, scopedQuery } from '../../../canonical/scope/scoped-sql';
import type { Database } from '../../../platform/database/database';

export interface ChainFinding {
  readonly rule: string;
  readonly lotPk: number;
}

/** By lot: the rules that are open about it. */
export type ChainFindings = ReadonlyMap<number, readonly string[]>;

/**
 * A lot that several fit is as doubtful as each of those that it may be. A limited caller is told of findings about
 * lots in scope: a record of which nobody knows the lot is in nobody's scope.
 */
const openFindings = (scope: RowScope | null): string => `SELECT f.rule, f.subject_type AS subjectType,
  f.subject_pk AS subjectPk, f.facts FROM finding f
  WHERE f.state = 'OPEN' AND f.rule IN ('AMBIGUOUS_LOT', 'MASTER_MISSING')
  AND (f.subject_type = 'lot' OR f.rule = 'AMBIGUOUS_LOT')${scopeAnd(scope, (rows) => rows.finding('f'))}`;

interface FindingInTable {
  readonly rule: string;
  readonly subjectType: string;
  readonly subjectPk: number;
  readonly facts: string;
}

export async function loadChainFindings(database: Database, scope: RowScope | null): Promise<ChainFindings> {
  const byLot = new Map<number, string[]>();
  for (const row of await scopedQuery<FindingInTable>(database.reader, scope, openFindings(scope), [])) {
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
