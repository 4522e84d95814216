/** Rows of entities of which only the natural key is known, until their master comes. */
import type { BulkRow } from '../../platform/database/bulk';
import type { EntityType } from './identity';

/** Between the parts of a natural key. */
export const SEPARATOR = '|';

export const locationKey = (sitePk: number, code: string): string => `${sitePk}${SEPARATOR}${code}`;

export const STUBS: Readonly<
  Record<
    Exclude<EntityType, 'lot'>,
    { table: string; columns: readonly string[]; row: (pk: number, key: string) => BulkRow }
  >
> = {
  item: { table: 'item', columns: ['pk', 'code', 'active', 'mastered'], row: (pk, code) => [pk, code, 1, 0] },
  site: { table: 'site', columns: ['pk', 'code', 'mastered'], row: (pk, code) => [pk, code, 0] },
  party: { table: 'party', columns: ['pk', 'code', 'mastered'], row: (pk, code) => [pk, code, 0] },
  location: {
    table: 'location',
    columns: ['pk', 'site_pk', 'code', 'mastered'],
    row: (pk, key) => {
      const cut = key.indexOf(SEPARATOR);
      return [pk, Number(key.slice(0, cut)), key.slice(cut + 1), 0];
    },
  },
};
