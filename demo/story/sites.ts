import type { Place, Site } from './model';
import { at } from './rng';

export const COMPANY = 'Demo Medical Devices Co., Ltd.';

export interface SiteFacts {
  readonly code: Site;
  readonly nameEn: string;
  readonly city: string;
  readonly plant: boolean;
  readonly timezone: string;
}

export const SITES: readonly SiteFacts[] = [
  { code: 'SZ', nameEn: 'Suzhou Plant', city: '苏州', plant: true, timezone: 'Asia/Shanghai' },
  { code: 'CD', nameEn: 'Chengdu Plant', city: '成都', plant: true, timezone: 'Asia/Shanghai' },
  { code: 'SH', nameEn: 'Shanghai DC', city: '上海', plant: false, timezone: 'Asia/Shanghai' },
  { code: 'GZ', nameEn: 'Guangzhou DC', city: '广州', plant: false, timezone: 'Asia/Shanghai' },
  { code: 'RTM', nameEn: 'Rotterdam DC', city: 'Rotterdam', plant: false, timezone: 'Europe/Amsterdam' },
];

export interface Warehouse {
  readonly name: string;
  readonly title: string;
  readonly site: Site;
  readonly rejected: boolean;
  readonly zone: string;
  readonly bins: readonly string[];
}

const range = (count: number, name: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => name(index));
const two = (n: number): string => String(n).padStart(2, '0');
const rack = (site: string, letter: string, count: number): string[] =>
  range(count, (n) => `${site}-${letter}-${two(1 + Math.floor(n / 4))}-${two(1 + (n % 4))}`);

const warehousesOf = ({ code, plant }: SiteFacts): Warehouse[] => {
  const make = (title: string, zone: string, rejected: boolean, bins: string[]): Warehouse => {
    return { name: `${code} ${title} - DMD`, title: `${code} ${title}`, site: code, rejected, zone, bins };
  };
  return plant
    ? [
        make('Stores', 'STORAGE', false, [`${code}-RCV-01`, ...rack(code, 'R', 20)]),
        make('Finished Goods', 'FINISHED', false, [`${code}-STG-01`, ...rack(code, 'F', 12)]),
        make('Quarantine', 'QUARANTINE', true, [`${code}-Q-01`]),
      ]
    : [
        make('Main', 'STORAGE', false, [`${code}-RCV-01`, ...rack(code, 'A', 24)]),
        make('Returns', 'RETURNS', true, [`${code}-RET-01`]),
      ];
};

export const WAREHOUSES: readonly Warehouse[] = SITES.flatMap(warehousesOf);

type Area = 'stores' | 'finished' | 'quarantine' | 'main' | 'returns';
const TITLES: Record<Area, string> = {
  stores: 'Stores',
  finished: 'Finished Goods',
  quarantine: 'Quarantine',
  main: 'Main',
  returns: 'Returns',
};
const byName = new Map(WAREHOUSES.map((warehouse) => [warehouse.name, warehouse]));

/** A bin of an area: bin 0 is where goods arrive, the others are racks. Throws when the site has no such area. */
export function place(site: Site, area: Area, bin: number): Place {
  const warehouse = requireWarehouse(`${site} ${TITLES[area]} - DMD`);
  return { site, warehouse: warehouse.name, bin: at(warehouse.bins, bin) };
}

/** Thrown when a name is not a warehouse of the story. */
function requireWarehouse(name: string): Warehouse {
  const found = byName.get(name);
  if (!found) throw new Error(`no warehouse ${name}`);
  return found;
}
