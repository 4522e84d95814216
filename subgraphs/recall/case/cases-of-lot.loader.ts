/** The recall cases whose scope names a lot, in one statement whether there are any or not. */
import { RecallCaseRow, RecallScopeRow } from '../../../canonical/entities/quality.entity';
import { groupBy } from '../../../platform/collections';
import type { Database } from '../../../platform/database/database';
import { type Loader, batchLoader } from '../../../platform/graphql/batching';

/** A lot of a scope, with its case as the join gives it. */
type ScopeWithCase = RecallScopeRow & { readonly recallCase: RecallCaseRow };

/** Each case of a lot once, in no order. */
export function casesOfLotLoader(database: Database): Loader<number, readonly RecallCaseRow[]> {
  return batchLoader<number, readonly RecallCaseRow[]>(async (lotPks) => {
    const scopes = (await database.reader
      .createQueryBuilder(RecallScopeRow, 's')
      .innerJoinAndMapOne('s.recallCase', RecallCaseRow, 'c', 'c.ref = s.recallRef')
      .where('s.lotPk IN (:...lotPks)', { lotPks })
      .getMany()) as ScopeWithCase[];
    const byLot = [...groupBy(scopes, (scope) => scope.lotPk)];
    return new Map(byLot.map(([lotPk, group]) => [lotPk, casesOf(group)]));
  }, []);
}

function casesOf(scopes: readonly ScopeWithCase[]): RecallCaseRow[] {
  return [...new Map(scopes.map(({ recallCase }) => [recallCase.pk, recallCase])).values()];
}
