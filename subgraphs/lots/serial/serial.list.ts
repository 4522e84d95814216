/** The serials of a lot by number, and how many are in each state. */
import type { RowScope } from '../../../canonical/scope/row-scope';
import { scopeAnd, scopedQuery } from '../../../canonical/scope/scoped-sql';
import type { SubgraphServices } from '../../../canonical/subgraph-services';
import { groupBy } from '../../../platform/collections';
import { type Loader, batchLoader, placeholders } from '../../../platform/graphql/batching';
import { SERIAL_STATES } from '../../../schema/records/record-types';
import { toNumber } from '../loaders/sql-values';
import type { LotList, LotListRow } from '../paging/lot-pages';

export interface SerialListRow extends LotListRow {
  readonly pk: unknown;
  readonly serial_number: string;
}

export interface StateChoice {
  /** Only serials in this state; null for all. */
  readonly state: string | null;
}

export const SERIALS: LotList<SerialListRow, StateChoice> = {
  name: 'lot.serials',
  keys: [
    ['serial_number', 'text'],
    ['pk', 'key'],
  ],
  rows: (_database, scope, lotPks, { state }) => ({
    sql: `SELECT s.pk, s.lot_pk, s.serial_number FROM serial s
      WHERE s.lot_pk IN (${placeholders(lotPks)})${state === null ? '' : ' AND s.state = ?'}${scopeAnd(scope, inPlace)}`,
    parameters: [...lotPks, ...(state === null ? [] : [state])],
  }),
};

/** A serial of a lot in scope: where it is must be in scope too, unless it is nowhere, as one that was sold. */
const inPlace = (scope: RowScope): string => scope.atLocationOrNowhere('s.location_pk');

export interface SerialCount {
  readonly state: string;
  readonly count: number;
}

/** How many serials of each lot are in each state, in the order of a unit's life. */
export function serialCountLoader(
  { database }: SubgraphServices,
  scope: RowScope | null,
): Loader<number, readonly SerialCount[]> {
  return batchLoader<number, readonly SerialCount[]>(async (lotPks) => {
    const rows = await scopedQuery<{ lot_pk: unknown; state: string; count: unknown }>(
      database.reader,
      scope,
      `SELECT s.lot_pk, s.state, COUNT(*) AS count FROM serial s
       WHERE s.lot_pk IN (${placeholders(lotPks)})${scopeAnd(scope, inPlace)} GROUP BY s.lot_pk, s.state`,
      lotPks,
    );
    const states: readonly string[] = SERIAL_STATES;
    const ordered = rows
      .map((row) => ({ lotPk: toNumber(row.lot_pk), state: row.state, count: toNumber(row.count) }))
      .sort((a, b) => states.indexOf(a.state) - states.indexOf(b.state));
    return groupBy(ordered, (row) => row.lotPk);
  }, []);
}
