/** The conditions of a lot filter, as parameterised SQL that both dialects understand. */
import type { SelectQueryBuilder } from 'typeorm';
import type { RowScope } from '../../../canonical/scope/row-scope';
import { scopeAnd } from '../../../canonical/scope/scoped-sql';
import type { LotRow } from '../../../canonical/entities/lot.entity';
import { AFTER_ANY_CHARACTER } from '../paging/prefix';
import type { LotFilter } from './lot-filter.input';

/** Lots whose computed expiry hold stands; see expired-lots.service.ts. */
export interface ExpiredLots {
  /** Lots that expire before this date are expired wherever they are. */
  readonly everywhereBefore: string;
  /** Lots of the dates in doubt that are expired where they are held. */
  readonly lotPks: readonly number[];
}

/** What narrowing by holds needs to know beside the holds that sources state. */
export interface FilteredHolds {
  /** Null when the filter does not ask for expiry holds. */
  readonly expired: ExpiredLots | null;
  /** Lots with a hold of our own of one of the kinds. */
  readonly heldHere: readonly number[];
}

/** What had to be found before the lots themselves. */
export interface FoundForFilter {
  /** Null when the filter does not ask for holds. */
  readonly holds: FilteredHolds | null;
  /** Lots of the filter's site, where they are few; else null. */
  readonly atSite: readonly number[] | null;
}

type LotQuery = SelectQueryBuilder<LotRow>;

/** Narrows the query, in which the lot's alias is `lot`. */
export function applyLotFilter(
  query: LotQuery,
  filter: LotFilter,
  { holds, atSite }: FoundForFilter,
  scope: RowScope | null,
): void {
  const { items, lotNumber, lotNumberPrefix, site, supplier, manufacturer } = filter;
  if (items) inItems(query, items);
  if (lotNumber != null) query.andWhere('lot.lotNumber = :lotNumber', { lotNumber });
  if (lotNumberPrefix != null) {
    query.andWhere('lot.lotNumber >= :prefix AND lot.lotNumber <= :prefixEnd', {
      prefix: lotNumberPrefix,
      prefixEnd: lotNumberPrefix + AFTER_ANY_CHARACTER,
    });
  }
  if (site != null) inSite(query, site, atSite, scope);
  if (supplier != null) inParty(query, scope, 'supplierPk', 'supplier', supplier);
  if (manufacturer != null) inParty(query, scope, 'manufacturerPk', 'manufacturer', manufacturer);
  if (filter.expiresBefore != null)
    query.andWhere('lot.expiresOn < :expiresBefore', { expiresBefore: filter.expiresBefore });
  if (filter.expiresAfter != null)
    query.andWhere('lot.expiresOn > :expiresAfter', { expiresAfter: filter.expiresAfter });
  if (filter.sterilizationLoad != null)
    query.andWhere('lot.sterilizationLoad = :load', { load: filter.sterilizationLoad });
  if (filter.hasHold) withHold(query, filter.hasHold, holds);
}

function inSite(
  query: LotQuery,
  site: string,
  lotPks: readonly number[] | null,
  scope: RowScope | null,
): void {
  if (lotPks === null)
    query.andWhere(
      // a scalar subquery with a limit: of an EXISTS the server would make a join that begins with the whole site
      `COALESCE((SELECT 1 FROM movement m JOIN location l ON l.pk = m.location_pk JOIN site s ON s.pk = l.site_pk
        WHERE m.lot_pk = lot.pk AND s.code = :site LIMIT 1), 0) = 1`,
      { site },
    );
  else if (lotPks.length > 0) query.andWhere('lot.pk IN (:...lotPks)', { lotPks });
  if (lotPks?.length === 0 || scope?.hasSite(site) === false) query.andWhere('1 = 0');
}

function inItems(query: LotQuery, codes: readonly string[]): void {
  if (codes.length === 0) query.andWhere('1 = 0');
  else
    query.andWhere('lot.itemPk IN (SELECT i.pk FROM item i WHERE i.code IN (:...items))', { items: codes });
}

function inParty(
  query: LotQuery,
  scope: RowScope | null,
  property: string,
  parameter: string,
  code: string,
): void {
  query.andWhere(
    `lot.${property} IN (SELECT p.pk FROM party p WHERE p.code = :${parameter}${scopeAnd(scope, (rows) => rows.party('p'))})`,
    { [parameter]: code, ...scope?.parameters },
  );
}

function withHold(query: LotQuery, kinds: readonly string[], holds: FilteredHolds | null): void {
  if (kinds.length === 0) {
    query.andWhere('1 = 0');
    return;
  }
  const expired = holds?.expired ?? null;
  const pks = [...(expired?.lotPks ?? []), ...(holds?.heldHere ?? [])];
  const stated = 'EXISTS (SELECT 1 FROM lot_hold h WHERE h.lot_pk = lot.pk AND h.kind IN (:...kinds))';
  const computed = expired === null ? '' : ' OR lot.expiresOn < :everywhereBefore';
  const named = pks.length === 0 ? '' : ' OR lot.pk IN (:...heldPks)';
  query.andWhere(`(${stated}${computed}${named})`, {
    kinds,
    ...(expired === null ? {} : { everywhereBefore: expired.everywhereBefore }),
    ...(named === '' ? {} : { heldPks: pks }),
  });
}
