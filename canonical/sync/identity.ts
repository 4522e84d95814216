/**
 * The identity map at work: natural keys, as records state them, become the keys of golden entities. What is
 * referred to before its master arrives gets a stub, so that no movement is ever lost for want of a master row.
 */
import type { EntityManager } from 'typeorm';
import { type BulkRow, bulkDelete, bulkInsert, type InsertsUnderWay } from '../../platform/database/bulk';
import { selectIn } from '../../platform/database/select-in';
import type { IdentityCache, KnownLot } from './identity-cache';
import { IdentityEdges } from './identity-edges';
import { SEPARATOR, STUBS } from './identity-stubs';
import type { KeyAllocator } from './keys';

/** A lot as a record names it: by item, number and, where the record says so, manufacturer. */
export interface LotReference {
  readonly itemPk: number;
  readonly manufacturerPk: number | null;
  readonly lotNumber: string;
}

/** What a lot reference leads to. */
export type LotResolution = { readonly pk: number; readonly ambiguousWith: readonly number[] };

export type EntityType = 'item' | 'site' | 'party' | 'location' | 'lot';

const NO_MANUFACTURER = '';

const groupKey = (itemPk: number, lotNumber: string): string => `${itemPk}${SEPARATOR}${lotNumber}`;

/** Natural key of a lot: item, manufacturer, number. */
export const lotKey = (reference: LotReference): string =>
  [reference.itemPk, reference.manufacturerPk ?? NO_MANUFACTURER, reference.lotNumber].join(SEPARATOR);

/** Resolves and mints within one transaction; the cache is fed only by `commit`. */
export class IdentityResolver {
  readonly #fresh = new Map<string, number>();
  readonly #groups = new Map<string, KnownLot[]>();
  readonly #disturbedLots = new Set<number>();
  readonly #newIdentities: BulkRow[] = [];
  /** Lots that have no row yet, by key. */
  readonly #newLots = new Map<number, LotReference>();
  /** Those of them that had one before: other records than this transaction's may speak of them. */
  readonly #revivedLots = new Set<number>();
  readonly #adopted = new Map<number, number>();
  /** Natural keys that led to a lot of which the maker has been told since: they lead to another from now on. */
  readonly #reassigned = new Set<string>();
  /** Keys that entities had before they were taken away, by type and natural key. */
  readonly #recalled = new Map<string, number>();

  private constructor(
    private readonly manager: EntityManager,
    private readonly keys: KeyAllocator,
    private readonly cache: IdentityCache,
    readonly edges: IdentityEdges,
  ) {}

  static async open(
    manager: EntityManager,
    keys: KeyAllocator,
    cache: IdentityCache,
  ): Promise<IdentityResolver> {
    cache.follow(keys.epoch);
    cache.edges ??= await IdentityEdges.load(manager);
    return new IdentityResolver(manager, keys, cache, cache.edges);
  }

  /**
   * Lots that were the only ones of their group until this transaction added another manufacturer's: what was
   * attributed to them without a manufacturer is certain no longer. Each is handed out once.
   */
  takeDisturbedLots(): number[] {
    const lots = [...this.#disturbedLots];
    this.#disturbedLots.clear();
    return lots;
  }

  /**
   * Resolves natural keys of one entity type, as a system states them, minting stubs for the unknown. Afterwards `pkOf`
   * answers for each.
   */
  async resolve(
    type: Exclude<EntityType, 'lot'>,
    naturalKeys: ReadonlySet<string>,
    system: string,
  ): Promise<void> {
    const unknown = [...naturalKeys].filter((key) => this.find(type, key, system) === undefined);
    if (unknown.length === 0) return;
    const rows = await selectIn<{ natural_key: string; pk: number }>(
      this.manager,
      'SELECT natural_key, pk FROM identity WHERE entity_type = ? AND natural_key IN (?)',
      unknown,
      [type],
    );
    for (const row of rows) this.#fresh.set(type + SEPARATOR + row.natural_key, row.pk);
    const missing = unknown.filter((key) => !this.#fresh.has(type + SEPARATOR + key));
    await this.#mint(type, missing);
  }

  /** The key of an entity resolved before. Throws when it was not: a programming error. */
  pkOf(type: Exclude<EntityType, 'lot'>, naturalKey: string, system: string): number {
    const pk = this.find(type, naturalKey, system);
    if (pk === undefined) throw new Error(`${type} ${naturalKey} was not resolved`);
    return pk;
  }

  find(type: EntityType, naturalKey: string, system: string): number | undefined {
    const key = type + SEPARATOR + naturalKey;
    const known = this.#fresh.get(key) ?? this.cache.entities.get(key);
    if (known !== undefined) return this.edges.follow(known, system);
    const named = this.edges.named(type, naturalKey);
    if (named === undefined) return undefined;
    // what leads nowhere in the words of this system may have no row: it is looked up like any other
    const end = this.edges.follow(named, system);
    return end === named ? undefined : end;
  }

  /** Loads the groups (same item, same number) that the references belong to. MUST come before `lot`. */
  async loadLotGroups(references: readonly LotReference[]): Promise<void> {
    const wanted = new Map<string, LotReference>();
    for (const reference of references) {
      const key = groupKey(reference.itemPk, reference.lotNumber);
      if (this.#groups.has(key) || wanted.has(key)) continue;
      const known = this.cache.lotGroups.get(key);
      if (known) this.#groups.set(key, [...known]);
      else wanted.set(key, reference);
    }
    if (wanted.size > 0) await this.#loadGroups(wanted);
    const unknown = references.filter(
      (one) => !this.#group(one).some((lot) => lot.manufacturerPk === one.manufacturerPk),
    );
    await this.#recall('lot', unknown.map(lotKey));
  }

  async #loadGroups(wanted: ReadonlyMap<string, LotReference>): Promise<void> {
    const numbers = [...new Set([...wanted.values()].map((reference) => reference.lotNumber))];
    const rows = await selectIn<{
      pk: number;
      item_pk: number;
      manufacturer_pk: number | null;
      lot_number: string;
    }>(
      this.manager,
      'SELECT pk, item_pk, manufacturer_pk, lot_number FROM lot WHERE lot_number IN (?)',
      numbers,
    );
    for (const key of wanted.keys()) this.#groups.set(key, []);
    for (const row of rows) {
      const key = groupKey(row.item_pk, row.lot_number);
      if (this.edges.isPart(row.pk) || this.edges.isLeft(row.item_pk, row.manufacturer_pk)) continue;
      // the number may stand on another item too, whose group is known already
      if (wanted.has(key))
        this.#groups.get(key)?.push({ pk: row.pk, manufacturerPk: row.manufacturer_pk, hasRow: true });
    }
    for (const [key, { itemPk, lotNumber }] of wanted) {
      const group = this.#groups.get(key) ?? [];
      for (const { pk, manufacturerPk } of this.edges.lotsOfGroup(itemPk, lotNumber))
        if (!group.some((lot) => lot.pk === pk)) group.push({ pk, manufacturerPk, hasRow: false });
    }
  }

  /**
   * The lot that a reference names in the words of a system. Without a manufacturer it is the only lot of its group;
   * where the group has several, a lot of unknown manufacturer stands for what cannot be told apart, and the others are
   * named. Then what is known beside natural keys is followed.
   */
  lot(reference: LotReference, system: string): LotResolution {
    const { pk: named, ambiguousWith } = this.#named(reference, system);
    const pk = this.edges.follow(named, system);
    if (pk === named) this.#revive(reference, pk);
    const others = ambiguousWith.map((one) => this.edges.follow(one, system)).filter((one) => one !== pk);
    return { pk, ambiguousWith: [...new Set(others)] };
  }

  #named(reference: LotReference, system: string): LotResolution {
    const group = this.#group(reference);
    const exact = group.find((lot) => lot.manufacturerPk === reference.manufacturerPk);
    if (reference.manufacturerPk !== null) {
      if (exact) return { pk: exact.pk, ambiguousWith: [] };
      const anonymous = group.find((lot) => lot.manufacturerPk === null);
      // a lot known so far only by item and number turns out to be this manufacturer's
      if (anonymous && group.length === 1) {
        if (anonymous.hasRow) return this.#adopt(reference, anonymous);
        if (this.#maySignify(anonymous.pk, reference.manufacturerPk))
          return { pk: anonymous.pk, ambiguousWith: [] };
      }
      const named = group.filter((lot) => lot.manufacturerPk !== null);
      if (named.length === 1 && named[0]) this.#disturbedLots.add(named[0].pk);
      return { pk: this.#mintLot(reference), ambiguousWith: [] };
    }
    const named = group.filter((lot) => lot.manufacturerPk !== null);
    const [only] = named;
    // several that are known to be one are no doubt, unless somebody has decided about the one without a manufacturer
    const ends = new Set(named.map((lot) => this.edges.follow(lot.pk, system)));
    const isDecided =
      exact !== undefined && (!exact.hasRow || this.edges.follow(exact.pk, system) !== exact.pk);
    if (only && ends.size === 1 && !isDecided) return { pk: only.pk, ambiguousWith: [] };
    if (named.length === 0) return { pk: exact?.pk ?? this.#mintLot(reference), ambiguousWith: [] };
    return { pk: exact?.pk ?? this.#mintLot(reference), ambiguousWith: named.map((lot) => lot.pk) };
  }

  /** Whether a lot without a manufacturer, which leads to another, may be that manufacturer's: unless it is another's. */
  #maySignify(pk: number, manufacturerPk: number): boolean {
    const maker = this.edges.makerOf(this.edges.follow(pk, ''));
    return maker === null || maker === manufacturerPk;
  }

  /** A lot that lost its row to others' words comes again in the words of this system. */
  #revive(reference: LotReference, pk: number): void {
    const group = this.#group(reference);
    const at = group.findIndex((lot) => lot.pk === pk && !lot.hasRow);
    const lot = group[at];
    if (lot === undefined) return;
    group.splice(at, 1, { ...lot, hasRow: true });
    this.#newLots.set(pk, { ...reference, manufacturerPk: lot.manufacturerPk });
    this.#revivedLots.add(pk);
  }

  /** Lots of the group of a reference, as known in this transaction. */
  groupOf(reference: LotReference): readonly KnownLot[] {
    return this.#group(reference);
  }

  /**
   * Takes lots out of those that `flush` writes without their master: whoever takes them MUST write their rows. Those
   * among `pks` that this transaction did not make are left out, and all of them where lots were ever taken away: one
   * that comes again has more to be told of than its row.
   */
  takeMadeLots(pks: Iterable<number>): Map<number, LotReference> {
    const taken = new Map<number, LotReference>();
    if (this.keys.epoch > 0) return taken;
    for (const pk of pks) {
      const lot = this.#newLots.get(pk);
      if (lot === undefined || this.#revivedLots.has(pk)) continue;
      // who made it may have been told since
      taken.set(pk, { ...lot, manufacturerPk: this.#adopted.get(pk) ?? lot.manufacturerPk });
      this.#newLots.delete(pk);
      this.#adopted.delete(pk);
    }
    return taken;
  }

  /** Writes what was minted. MUST be called before golden rows are written; what is inserted may be under way yet. */
  async flush(inserts: InsertsUnderWay): Promise<void> {
    await this.#insertIdentities(inserts);
    inserts.insert(
      'lot',
      ['pk', 'item_pk', 'manufacturer_pk', 'lot_number', 'mastered'],
      [...this.#newLots].map(([pk, lot]) => [pk, lot.itemPk, lot.manufacturerPk, lot.lotNumber, 0]),
    );
    if (this.#adopted.size > 0) await inserts.settle();
    for (const [pk, manufacturerPk] of this.#adopted) {
      await this.manager.query('UPDATE lot SET manufacturer_pk = ? WHERE pk = ?', [manufacturerPk, pk]);
    }
    this.#newIdentities.length = 0;
    this.#newLots.clear();
    this.#adopted.clear();
  }

  /** Feeds the cache; MUST be called only after the transaction committed. */
  commit(): void {
    for (const [key, pk] of this.#fresh) this.cache.entities.set(key, pk);
    for (const [key, lots] of this.#groups) this.cache.lotGroups.set(key, lots);
  }

  #group(reference: LotReference): KnownLot[] {
    const group = this.#groups.get(groupKey(reference.itemPk, reference.lotNumber));
    if (!group) throw new Error(`lot group of ${reference.lotNumber} was not loaded`);
    return group;
  }

  #adopt(reference: LotReference, lot: KnownLot): LotResolution {
    const group = this.#group(reference);
    group.splice(group.indexOf(lot), 1, { ...lot, manufacturerPk: reference.manufacturerPk });
    if (reference.manufacturerPk !== null) this.#adopted.set(lot.pk, reference.manufacturerPk);
    this.#newIdentities.push(['lot', lotKey(reference), lot.pk]);
    return { pk: lot.pk, ambiguousWith: [] };
  }

  #mintLot(reference: LotReference): number {
    // beside lots of known makers, one of an unknown one: one of them may have been it until its maker came
    if (reference.manufacturerPk === null && this.#group(reference).length > 0)
      this.#reassigned.add(lotKey(reference));
    const pk = this.#recalled.get(`lot${SEPARATOR}${lotKey(reference)}`) ?? this.keys.next();
    this.#group(reference).push({ pk, manufacturerPk: reference.manufacturerPk, hasRow: true });
    this.#newIdentities.push(['lot', lotKey(reference), pk]);
    this.#newLots.set(pk, reference);
    return pk;
  }

  async #mint(type: Exclude<EntityType, 'lot'>, naturalKeys: readonly string[]): Promise<void> {
    if (naturalKeys.length === 0) return;
    const stub = STUBS[type];
    await this.#recall(type, naturalKeys);
    const minted = naturalKeys.map((key) => ({
      key,
      pk: this.#recalled.get(type + SEPARATOR + key) ?? this.keys.next(),
    }));
    await bulkInsert(
      this.manager,
      'identity',
      ['entity_type', 'natural_key', 'pk'],
      minted.map(({ key, pk }) => [type, key, pk]),
    );
    await bulkInsert(
      this.manager,
      stub.table,
      stub.columns,
      minted.map(({ key, pk }) => stub.row(pk, key)),
    );
    for (const { key, pk } of minted) this.#fresh.set(type + SEPARATOR + key, pk);
    await this.#unprune(minted.map(({ pk }) => pk));
  }

  /** An entity that was taken away and comes again keeps the key that it had. */
  async #recall(type: EntityType, naturalKeys: readonly string[]): Promise<void> {
    // nothing was ever taken away
    if (this.keys.epoch === 0) return;
    const rows = await selectIn<{ natural_key: string; pk: number }>(
      this.manager,
      'SELECT natural_key, pk FROM pruned_identity WHERE entity_type = ? AND natural_key IN (?)',
      [...new Set(naturalKeys)],
      [type],
    );
    for (const row of rows) this.#recalled.set(type + SEPARATOR + row.natural_key, row.pk);
  }

  async #unprune(pks: readonly number[]): Promise<void> {
    if (this.#recalled.size === 0) return;
    await bulkDelete(this.manager, 'pruned_identity', 'pk', pks);
  }

  /** Natural keys of what was minted, and all that a lot which comes again went by. */
  async #insertIdentities(inserts: InsertsUnderWay): Promise<void> {
    const fresh = new Map(this.#newIdentities.map((row) => [String(row[1]), row]));
    if (this.#reassigned.size > 0) await inserts.settle();
    for (const key of this.#reassigned)
      await this.manager.query("DELETE FROM identity WHERE entity_type = 'lot' AND natural_key = ?", [key]);
    this.#reassigned.clear();
    if (this.keys.epoch > 0) {
      await inserts.settle();
      const lots = [...this.#newLots.keys()];
      const kept = await selectIn<{ natural_key: string; pk: number }>(
        this.manager,
        "SELECT natural_key, pk FROM pruned_identity WHERE entity_type = 'lot' AND pk IN (?)",
        lots,
      );
      for (const { natural_key: key, pk } of kept) fresh.set(key, ['lot', key, pk]);
      await bulkDelete(this.manager, 'pruned_identity', 'pk', lots);
      const there = await selectIn<{ natural_key: string }>(
        this.manager,
        "SELECT natural_key FROM identity WHERE entity_type = 'lot' AND natural_key IN (?)",
        [...fresh.keys()],
      );
      for (const { natural_key: key } of there) fresh.delete(key);
    }
    inserts.insert('identity', ['entity_type', 'natural_key', 'pk'], [...fresh.values()]);
  }
}
