/** What counts of a ledger changed; pure, so that what checks movements works it out as what wrote them did. */
export interface Replayed {
  pk: number;
  lot_pk: number;
  location_pk: number;
  quantity_micros: number;
  level_micros: number | null;
}

/** Counts whose stored change is not what the replay says; rows come in ledger order, location by location. */
export function changedCounts(rows: readonly Replayed[]): { pk: number; quantity: number }[] {
  const changed: { pk: number; quantity: number }[] = [];
  let balance = 0;
  let place = '';
  for (const row of rows) {
    const here = `${row.lot_pk}/${row.location_pk}`;
    if (here !== place) balance = 0;
    place = here;
    const quantity = row.level_micros === null ? row.quantity_micros : row.level_micros - balance;
    if (quantity !== row.quantity_micros) changed.push({ pk: row.pk, quantity });
    balance += quantity;
  }
  return changed;
}
