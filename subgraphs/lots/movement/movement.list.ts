/** The movements of a lot in one ledger, with running balances that add up within it. */
import type { RowScope } from '../../../canonical/scope/row-scope';
import { scopeAnd } from '../../../canonical/scope/scoped-sql';
import { placeholders } from '../../../platform/graphql/batching';
import type { LotList, LotListRow, SqlText } from '../paging/lot-pages';

export interface MovementListRow extends LotListRow {
  readonly pk: unknown;
  readonly system: string;
  readonly location_pk: unknown;
  readonly party_pk: unknown;
  readonly document_ref: string | null;
  readonly kind: string;
  readonly occurred_at: unknown;
  readonly quantity_micros: unknown;
  readonly level_micros: unknown;
  readonly uom: string | null;
  readonly balance: unknown;
  readonly location_balance: unknown;
}

/** System whose ledger is read. */
export interface LedgerChoice {
  readonly ledger: string;
}

const IN_ORDER = 'ORDER BY m.occurred_at, m.pk ROWS UNBOUNDED PRECEDING';

/**
 * Movements with balances; a movement without a unit is in its item's. `condition` says which ledgers are summed, and
 * must take whole ones, or what is in scope of them: the balance of a limited caller is that of the places in scope.
 */
function withBalances(condition: string): string {
  return `SELECT m.pk, m.lot_pk, m.system, m.location_pk, m.party_pk, m.document_ref, m.kind, m.occurred_at,
      m.quantity_micros, m.level_micros, COALESCE(m.uom, i.uom) AS uom,
      SUM(m.quantity_micros) OVER (PARTITION BY m.lot_pk, m.system ${IN_ORDER}) AS balance,
      SUM(m.quantity_micros) OVER (PARTITION BY m.lot_pk, m.system, m.location_pk ${IN_ORDER}) AS location_balance
    FROM movement m LEFT JOIN lot l ON l.pk = m.lot_pk LEFT JOIN item i ON i.pk = l.item_pk WHERE ${condition}`;
}

export const MOVEMENTS: LotList<MovementListRow, LedgerChoice> = {
  name: 'lot.movements',
  keys: [
    ['occurred_at', 'number'],
    ['pk', 'key'],
  ],
  rows: (_database, scope, lotPks, { ledger }) => ({
    sql: withBalances(
      `m.lot_pk IN (${placeholders(lotPks)}) AND m.system = ?${scopeAnd(scope, (rows) => rows.atLocation('m.location_pk'))}`,
    ),
    parameters: [...lotPks, ledger],
  }),
};

/** Movements by key, with the balances that they have in their ledgers. */
export function movementsByKey(pks: readonly number[], scope: RowScope | null): SqlText {
  const keys = placeholders(pks);
  return {
    sql: `SELECT b.* FROM (${withBalances(
      `m.lot_pk IN (SELECT k.lot_pk FROM movement k WHERE k.pk IN (${keys}))${scopeAnd(scope, (rows) => rows.movement('m'))}`,
    )}) b WHERE b.pk IN (${keys})`,
    parameters: [...pks, ...pks],
  };
}
