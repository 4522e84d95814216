/** The site that holds most of a lot, by the synced copy: expiry is judged by the calendar there. */
import type { RowScope } from '../../../canonical/scope/row-scope';
import { scopeAnd, scopedQuery } from '../../../canonical/scope/scoped-sql';
import type { SubgraphServices } from '../../../canonical/subgraph-services';
import { type Loader, batchLoader, placeholders } from '../../../platform/graphql/batching';
import { toNumber } from '../loaders/sql-values';

interface SiteLevel {
  readonly lot_pk: unknown;
  readonly system: string;
  readonly site_pk: unknown;
  readonly level: unknown;
}

/** Key of the site in scope with most stock, by lot; null where no site holds any. Equal stock: the site known longest. */
export function holdingSiteLoader(
  { database }: SubgraphServices,
  scope: RowScope | null,
  ledgers: LedgerLoader,
): HoldingSiteLoader {
  return batchLoader<number, number | null>(async (lotPks) => {
    const believed = new Map(
      await Promise.all(lotPks.map(async (pk) => [pk, (await ledgers.load(pk))[0]] as const)),
    );
    const rows = await scopedQuery<SiteLevel>(
      database.reader,
      scope,
      `SELECT m.lot_pk, m.system, l.site_pk, SUM(m.quantity_micros) AS level
       FROM movement m JOIN location l ON l.pk = m.location_pk
       WHERE m.lot_pk IN (${placeholders(lotPks)})${scopeAnd(scope, (one) => one.location('l'))}
       GROUP BY m.lot_pk, m.system, l.site_pk`,
      lotPks,
    );
    const best = new Map<number, { site: number; level: number }>();
    for (const row of rows) {
      const [lot, site, level] = [toNumber(row.lot_pk), toNumber(row.site_pk), toNumber(row.level)];
      if (level <= 0 || believed.get(lot) !== row.system) continue;
      const known = best.get(lot);
      if (!known || level > known.level || (level === known.level && site < known.site))
        best.set(lot, { site, level });
    }
    return new Map([...best].map(([lot, { site }]) => [lot, site]));
  }, null);
}

/** Systems that keep a ledger of the lot, the most believed first. */
export type LedgerLoader = Loader<number, readonly string[]>;
export type HoldingSiteLoader = Loader<number, number | null>;
