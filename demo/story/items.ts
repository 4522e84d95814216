// The catalogue of one cell: 150 items over six levels, with their bills of material.
import { gtin14 } from './gtin';
import { ADDITIVES, ASSEMBLIES, COMPONENTS, DEVICES, KITS, PACKAGING, PARTS, RESINS } from './item-names';
import type { BomLine, Item, Level, Site } from './model';
import { at } from './rng';

const LEVELS: Record<Item['kind'], Level> = {
  RES: 1,
  ADD: 1,
  CMP: 1,
  PKG: 1,
  MLD: 2,
  SUB: 3,
  DEV: 4,
  PKU: 5,
  KIT: 6,
};
const SIZES = ['S', 'M', 'L', 'XL'] as const;
/** Room in the numbering: no kind has more than 40 items in a cell. */
const ROOM = 40;
const PER_LEVEL_LOTS = 13;
const KIT_LOTS_PER_ITEM = 12.5;

interface Draft {
  kind: Item['kind'];
  index: number;
  cell: number;
  names: readonly (readonly [string, string])[];
  site: Site;
  shelfDays: number | null;
  bom?: BomLine[];
  serial?: boolean;
  boxSize?: number;
}

const KIND_ORDER: readonly Item['kind'][] = ['RES', 'ADD', 'CMP', 'PKG', 'MLD', 'SUB', 'DEV', 'PKU', 'KIT'];

function make(draft: Draft): Item {
  const { kind, index, cell, names } = draft;
  const [en, zh] = at(names, index);
  const number = 1001 + cell * ROOM + index;
  const code = `${kind}-${number}`;
  const size = index >= names.length ? ` ${at(SIZES, Math.floor(index / names.length))}` : '';
  const model = cell > 0 ? ` V${cell + 1}` : '';
  const weighed = kind === 'RES' || kind === 'ADD';
  return {
    code,
    kind,
    level: LEVELS[kind],
    nameEn: `${en}${size}${model}`,
    nameZh: `${zh}${size}${model}`,
    uom: weighed ? 'Kg' : 'Nos',
    gtin: gtin14(KIND_ORDER.indexOf(kind) * 100_000 + number),
    shelfDays: draft.shelfDays,
    serial: draft.serial ?? false,
    site: draft.site,
    boxSize: draft.boxSize ?? 1,
    registrationNo: LEVELS[kind] >= 4 ? `苏械注准2022${String(2140000 + number)}` : null,
    bom: draft.bom ?? [],
    lotSize: 0,
    disabled: false,
    wmsCode: code,
  };
}

const plant = (chengdu: boolean): Site => (chengdu ? 'CD' : 'SZ');
const many = (count: number, draft: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => draft(index));

/** The 150 items of a cell, lowest level first. */
export function itemsOf(cell: number): Item[] {
  const raw = (
    kind: Item['kind'],
    count: number,
    names: Draft['names'],
    shelfDays: number,
    boxSize = 1,
  ): Item[] =>
    many(count, (index) =>
      make({ kind, index, cell, names, site: plant(index % 2 === 1), shelfDays, boxSize }),
    );
  const resins = raw('RES', 12, RESINS, 1095);
  const additives = raw('ADD', 6, ADDITIVES, 730);
  const components = raw('CMP', 7, COMPONENTS, 1825, 100);
  const packaging = raw('PKG', 5, PACKAGING, 1095, 250);
  const parts = many(36, (index) => {
    const bom: BomLine[] = [{ item: at(resins, index), per: 6 + (index % 9) }];
    if (index % 2 === 0) bom.push({ item: at(additives, index), per: 1 });
    return make({
      kind: 'MLD',
      index,
      cell,
      names: PARTS,
      site: plant(index % 2 === 1),
      shelfDays: null,
      bom,
    });
  });
  const assemblies = many(26, (index) => {
    const bom: BomLine[] = [
      { item: at(parts, index), per: 1000 },
      { item: at(parts, 26 + (index % 10)), per: index % 5 === 0 ? 2000 : 1000 },
    ];
    if (index % 3 === 0) bom.push({ item: at(components, index), per: 1000 });
    return make({
      kind: 'SUB',
      index,
      cell,
      names: ASSEMBLIES,
      site: plant(index % 2 === 1),
      shelfDays: null,
      bom,
    });
  });
  const devices = many(24, (index) => {
    const second = index % 4 === 0 ? 24 : index % 4 === 2 ? 25 : (index + 7) % 24;
    const bom: BomLine[] = [
      { item: at(assemblies, index), per: 1000 },
      { item: at(assemblies, second), per: 1000 },
    ];
    if (index % 2 === 1) bom.push({ item: at(components, index), per: 1000 });
    const site = plant(index % 3 === 2);
    return make({
      kind: 'DEV',
      index,
      cell,
      names: DEVICES,
      site,
      shelfDays: 1825,
      bom,
      serial: index === 0,
    });
  });
  const units = many(18, (index) => {
    const bom: BomLine[] = [
      { item: at(devices, index), per: 1000 },
      { item: at(packaging, index % 3), per: 1000 },
    ];
    if (index % 3 === 1) bom.push({ item: at(devices, 18 + Math.floor(index / 3)), per: 1000 });
    const site = plant(index % 4 === 3);
    return make({ kind: 'PKU', index, cell, names: DEVICES, site, shelfDays: 1460, bom, boxSize: 10 });
  });
  const kits = many(16, (index) => {
    const bom: BomLine[] = [
      { item: at(units, index), per: 1000 },
      { item: at(units, index * 5 + 5), per: index % 3 === 0 ? 2000 : 1000 },
      { item: at(packaging, 3 + (index % 2)), per: 1000 },
    ];
    const site = plant(index % 4 === 3);
    const shelfDays = index % 3 === 1 ? 1095 : 730;
    return make({
      kind: 'KIT',
      index,
      cell,
      names: KITS,
      site,
      shelfDays,
      bom,
      serial: index === 0,
      boxSize: 5,
    });
  });
  const items = [
    ...[resins, additives, components, packaging, parts, assemblies, devices, units, kits],
  ].flat();
  sizeLots(items);
  return items;
}

/** Sets lot sizes by exploding the kits' demand, so that each item is made in about a dozen lots. */
function sizeLots(items: readonly Item[]): void {
  const demand = new Map<Item, number>();
  const need = (item: Item, quantity: number): void => {
    demand.set(item, (demand.get(item) ?? 0) + quantity);
  };
  for (const item of [...items].reverse()) {
    if (item.kind === 'KIT') {
      item.lotSize = item.serial
        ? 40_000
        : at([120_000, 200_000, 300_000, 160_000], Number(item.code.slice(4)));
      need(item, item.lotSize * KIT_LOTS_PER_ITEM);
    } else {
      if (item.kind === 'PKU') need(item, 400_000); // sold by itself too
      const step =
        item.kind === 'PKG' || item.kind === 'CMP' ? item.boxSize * 1000 : item.uom === 'Kg' ? 500 : 10_000;
      item.lotSize = Math.max(step, Math.ceil((demand.get(item) ?? 0) / PER_LEVEL_LOTS / step) * step);
    }
    for (const line of item.bom) need(line.item, ((demand.get(item) ?? 0) * line.per) / 1000);
  }
}
