/**
 * What is one and what is two beside what natural keys say: an edge leads from an entity to the one that is meant,
 * for every system's words or for those of one. Decisions of stewards and cross-references of sources are edges, so
 * that golden state is a function of source versions and edges alone, whatever their order was.
 */
import type { EntityManager } from 'typeorm';
import { selectIn } from '../../platform/database/select-in';

export interface IdentityEdge {
  readonly from_pk: number;
  /** Empty for every system. */
  readonly system: string;
  readonly to_pk: number;
  readonly entity_type: string;
  readonly natural_key: string;
}

/** A lot that an edge starts from: its natural key still takes part in telling lots apart, also without a row. */
export interface EdgeLot {
  readonly pk: number;
  readonly itemPk: number;
  readonly manufacturerPk: number | null;
  readonly lotNumber: string;
}

export const EVERY_SYSTEM = '';
/** Key of what a system's words were set apart to; no lot key begins so. */
const PART = '@';
const MOST_STEPS = 10_000;

export const partKey = (system: string, lotKey: string): string => `${PART}${system}:${lotKey}`;

/** Item, manufacturer and number of a lot's natural key; null for the key of a part. The number may hold anything. */
export function lotOfKey(pk: number, naturalKey: string): EdgeLot | null {
  const [, item, maker, lotNumber] = /^(\d+)\|(\d*)\|([^]*)$/u.exec(naturalKey) ?? [];
  if (item === undefined || lotNumber === undefined) return null;
  return { pk, itemPk: Number(item), manufacturerPk: maker === '' ? null : Number(maker), lotNumber };
}

/** All edges, as one transaction sees them. */
export class IdentityEdges {
  readonly #next = new Map<string, number>();
  readonly #byName = new Map<string, number>();
  readonly #groups = new Map<string, EdgeLot[]>();
  readonly #byNumber = new Map<string, EdgeLot[]>();
  readonly #parts = new Set<number>();
  readonly #makers: ReadonlyMap<number, number | null>;

  constructor(
    readonly all: readonly IdentityEdge[],
    makers: ReadonlyMap<number, number | null> = new Map(),
  ) {
    this.#makers = makers;
    const seen = new Set<number>();
    for (const edge of all) {
      this.#next.set(`${edge.system}|${edge.from_pk}`, edge.to_pk);
      this.#byName.set(`${edge.entity_type}|${edge.natural_key}`, edge.from_pk);
      if (edge.entity_type !== 'lot') continue;
      if (edge.system !== EVERY_SYSTEM) this.#parts.add(edge.to_pk);
      const lot = lotOfKey(edge.from_pk, edge.natural_key);
      if (lot === null || seen.has(lot.pk)) continue;
      seen.add(lot.pk);
      push(this.#groups, `${lot.itemPk}|${lot.lotNumber}`, lot);
      push(this.#byNumber, lot.lotNumber, lot);
    }
  }

  static async load(manager: EntityManager): Promise<IdentityEdges> {
    const all = await manager.query<IdentityEdge[]>(
      'SELECT from_pk, system, to_pk, entity_type, natural_key FROM identity_edge ORDER BY from_pk, system',
    );
    const lots = all.filter((edge) => edge.entity_type === 'lot').map((edge) => edge.to_pk);
    const makers = await selectIn<{ pk: number; manufacturer_pk: number | null }>(
      manager,
      'SELECT pk, manufacturer_pk FROM lot WHERE pk IN (?)',
      [...new Set(lots)],
    );
    return new IdentityEdges(all, new Map(makers.map((row) => [row.pk, row.manufacturer_pk])));
  }

  get size(): number {
    return this.all.length;
  }

  /** What an entity stands for in the words of a system; null when the edges run in a circle, which none may. */
  end(pk: number, system: string): number | null {
    if (this.size === 0) return pk;
    let at = pk;
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      const next = this.#next.get(`${system}|${at}`) ?? this.#next.get(`${EVERY_SYSTEM}|${at}`);
      if (next === undefined) return at;
      at = next;
    }
    return null;
  }

  /** The same where circles cannot be. */
  follow(pk: number, system: string): number {
    const end = this.end(pk, system);
    if (end === null) throw new Error(`the identity map runs in a circle at ${pk}`);
    return end;
  }

  /** Key of an entity that an edge starts from. */
  named(type: string, naturalKey: string): number | undefined {
    return this.size === 0 ? undefined : this.#byName.get(`${type}|${naturalKey}`);
  }

  lotsOfGroup(itemPk: number, lotNumber: string): readonly EdgeLot[] {
    return this.size === 0 ? [] : (this.#groups.get(`${itemPk}|${lotNumber}`) ?? []);
  }

  lotsOfNumber(lotNumber: string): readonly EdgeLot[] {
    return this.size === 0 ? [] : (this.#byNumber.get(lotNumber) ?? []);
  }

  /** Lots that one system's words were set apart to: records reach them by an edge alone. */
  isPart(lotPk: number): boolean {
    return this.#parts.has(lotPk);
  }

  /** Whether the lots of this item and manufacturer are another's: a row that still says so is about to go. */
  isLeft(itemPk: number, manufacturerPk: number | null): boolean {
    return [itemPk, manufacturerPk].some((pk) => pk !== null && this.end(pk, EVERY_SYSTEM) !== pk);
  }

  /** Manufacturer of a lot that an edge leads to; null where it is not known. */
  makerOf(lotPk: number): number | null {
    return this.#makers.get(lotPk) ?? null;
  }

  /** Edges that start or end at one of these. */
  touching(pks: ReadonlySet<number>): IdentityEdge[] {
    return this.all.filter((edge) => pks.has(edge.from_pk) || pks.has(edge.to_pk));
  }

  /** Whether every chain comes to an end, in each of the systems' words. */
  isSound(): boolean {
    const systems = new Set([EVERY_SYSTEM, ...this.all.map((edge) => edge.system)]);
    return this.all.every((edge) => [...systems].every((system) => this.end(edge.from_pk, system) !== null));
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
