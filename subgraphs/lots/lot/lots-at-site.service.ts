/**
 * Lots that a site's movements name. Where they are few, a page is looked up by them; a walk along the order of the list
 * would look at nearly all lots before it found enough. Where they are many, that walk soon does.
 */
import type { LotsContext } from '../context';
import { toNumber } from '../loaders/sql-values';

/** Up to so many are looked up one by one; both dialects do that faster than they walk a list that holds them sparsely. */
const FEW = 10_000;

/** Keys of the lots; null where there are more than a few. A code that no site has gives none. */
export async function findLotsAtSite(
  { services }: Pick<LotsContext, 'services'>,
  site: string,
  few = FEW,
): Promise<readonly number[] | null> {
  const { reader } = services.database;
  const places = await reader.query<{ pk: unknown }[]>(
    'SELECT l.pk AS pk FROM location l JOIN site s ON s.pk = l.site_pk WHERE s.code = ?',
    [site],
  );
  const found = new Set<number>();
  for (const { pk } of places) {
    const rows = await reader.query<{ lot_pk: unknown }[]>(
      'SELECT DISTINCT lot_pk FROM movement WHERE location_pk = ? LIMIT ?',
      [pk, few + 1],
    );
    for (const row of rows) found.add(toNumber(row.lot_pk));
    if (found.size > few) return null;
  }
  return [...found].sort((one, other) => one - other);
}
