/** What is done with one batch inside one transaction. */
import type { EntityManager } from 'typeorm';
import type { Watermark } from '../../connectors/contract';
import { InsertsUnderWay } from '../../platform/database/bulk';
import { selectIn } from '../../platform/database/select-in';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import type { RecordType } from '../../schema/records/record-types';
import type { BatchOutcome, ChangedRecord, StreamState } from './batch';
import type { MappedBatch, MappedRecord } from './batch-mapper';
import type { SealedVersion } from './batch-seal';
import { deriveFacts } from './derive-facts';
import { deriveEntities, deriveMadeLots, type KnownEntity } from './entities';
import { type EntityRecordType, isEntityType } from './entity-specs';
import type { IdentityResolver } from './identity';
import type { KeyAllocator } from './keys';
import { contributionsTo, takeMadeLots } from './made-lots';
import { type RecordFindingContext, reconcileDoubts, reconcileNotes } from './record-findings';
import { repeatedKeys, withRepeat } from './repeated-keys';
import { recordsOfLots, streamsOf } from './records-of-lots';
import { ReferenceResolver, type Resolution } from './references';
import { storeRejects } from './rejects';
import { storeVersions } from './store-versions';

interface KnownRecord {
  pk: number;
  native_key: string;
  version: number;
  hash: string;
  entity_pk: number | null;
}

/** What records lead to, and the lots that were made for them and have no row yet. */
interface Resolved {
  readonly resolutions: readonly Resolution[];
  readonly madeLots: readonly KnownEntity[];
}

export interface TransactionContext {
  readonly manager: EntityManager;
  readonly keys: KeyAllocator;
  readonly identity: IdentityResolver;
  readonly dictionary: Dictionary;
  readonly now: number;
}

/** Records of one stream, written or derived anew within the transaction of the context. */
export class BatchTransaction {
  readonly #touchedLots = new Set<number>();
  readonly #touchedItems = new Set<number>();
  /** Versions that this transaction stored, and the batch that they belong to. */
  readonly versions: SealedVersion[] = [];
  readonly #inserts: InsertsUnderWay;
  #batchPk: number | undefined;

  constructor(
    private readonly context: TransactionContext,
    private readonly recordType: RecordType,
    private readonly state: StreamState,
  ) {
    this.#inserts = new InsertsUnderWay(context.manager);
  }

  get batchPk(): number {
    return (this.#batchPk ??= this.context.keys.next());
  }

  async run(batch: MappedBatch, watermark: Watermark | null): Promise<BatchOutcome> {
    try {
      return await this.#run(batch, watermark);
    } finally {
      // a transaction is not rolled back over statements that are under way
      await this.#inserts.settle();
    }
  }

  async #run(batch: MappedBatch, watermark: Watermark | null): Promise<BatchOutcome> {
    let changedCount = 0;
    let unchanged = 0;
    const changedAt: number[] = [];
    for (const [index, wave] of batch.waves.entries()) {
      const { changed, same } = await this.#classify(wave, index > 0 || this.state.hasRecords);
      unchanged += same;
      changedCount += changed.length;
      for (const { mapped } of changed) if (mapped.changedAt !== null) changedAt.push(mapped.changedAt);
      await this.#apply(changed);
      // a later wave looks up what this one wrote
      await this.#inserts.settle();
    }
    await this.#storeRejects(batch);
    if (watermark !== null) {
      await this.context.manager.query('UPDATE source_stream SET watermark = ? WHERE pk = ?', [
        JSON.stringify(watermark),
        this.state.pk,
      ]);
    }
    return {
      changed: changedCount,
      unchanged,
      rejected: batch.rejects.length,
      touchedLots: this.#touchedLots,
      touchedItems: this.#touchedItems,
      changedAt,
    };
  }

  get touchedLots(): ReadonlySet<number> {
    return this.#touchedLots;
  }

  get touchedItems(): ReadonlySet<number> {
    return this.#touchedItems;
  }

  async rederive(recordPks: readonly number[]): Promise<void> {
    try {
      await this.#rederive(recordPks);
    } finally {
      await this.#inserts.settle();
    }
  }

  async #rederive(recordPks: readonly number[]): Promise<void> {
    const rows = await selectIn<KnownRecord & { canonical: string; raw: string; void_reason: string | null }>(
      this.context.manager,
      `SELECT r.pk, r.native_key, r.version, r.hash, r.entity_pk, r.void_reason, v.canonical, v.raw
         FROM source_record r LEFT JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version WHERE r.pk IN (?)`,
      recordPks,
    );
    const records = rows.map((row): ChangedRecord => ({
      pk: row.pk,
      version: row.version,
      isNew: false,
      previousEntityPk: row.entity_pk,
      mapped: {
        key: row.native_key,
        record: JSON.parse(row.canonical) as MappedRecord['record'],
        raw: row.raw,
        canonical: row.canonical,
        hash: row.hash,
        changedAt: null,
        voidReason: row.void_reason,
        notes: [],
      },
    }));
    const resolved = await this.#resolve(records);
    await this.#inserts.settle();
    for (const [index, { pk, previousEntityPk }] of records.entries()) {
      const entityPk = resolved.resolutions[index]?.entityPk ?? null;
      if (entityPk !== previousEntityPk)
        await this.context.manager.query('UPDATE source_record SET entity_pk = ? WHERE pk = ?', [
          entityPk,
          pk,
        ]);
    }
    await this.#deriveGolden(records, resolved);
  }

  async #classify(
    wave: readonly MappedRecord[],
    mayBeKnown: boolean,
  ): Promise<{ changed: ChangedRecord[]; same: number }> {
    const known = mayBeKnown ? await this.#known(wave.map((one) => one.key)) : new Map<string, KnownRecord>();
    const changed: ChangedRecord[] = [];
    const others = wave.filter(({ key, hash }) => known.has(key) && known.get(key)?.hash !== hash);
    const repeated = await repeatedKeys(this.context.manager, this.state.reading, others, known);
    for (const mapped of wave) {
      const old = known.get(mapped.key);
      if (old?.hash === mapped.hash) continue;
      changed.push({
        mapped: repeated.has(mapped.key) ? withRepeat(mapped) : mapped,
        pk: old?.pk ?? this.context.keys.next(),
        version: (old?.version ?? 0) + 1,
        isNew: old === undefined,
        previousEntityPk: old?.entity_pk ?? null,
      });
    }
    return { changed, same: wave.length - changed.length };
  }

  async #known(nativeKeys: readonly string[]): Promise<Map<string, KnownRecord>> {
    const rows = await selectIn<KnownRecord>(
      this.context.manager,
      'SELECT pk, native_key, version, hash, entity_pk FROM source_record WHERE stream_pk = ? AND native_key IN (?)',
      nativeKeys,
      [this.state.pk],
    );
    return new Map(rows.map((row) => [row.native_key, row]));
  }

  async #apply(changed: readonly ChangedRecord[]): Promise<void> {
    if (changed.length === 0) return;
    const resolved = await this.#resolve(changed);
    await reconcileNotes(this.#findingContext(), changed);
    await this.#storeVersions(changed, resolved.resolutions);
    await this.#deriveGolden(changed, resolved);
  }

  async #resolve(records: readonly ChangedRecord[]): Promise<Resolved> {
    const resolver = new ReferenceResolver(
      this.recordType,
      this.context.identity,
      this.context.manager,
      this.state.system,
    );
    const canonical = records.map(({ mapped }) => mapped.record);
    await resolver.prepare(canonical);
    const resolutions = canonical.map((record) => resolver.resolutionOf(record));
    const { identity } = this.context;
    const madeLots = this.recordType === 'lot' ? takeMadeLots(identity, records, resolutions) : [];
    await identity.flush(this.#inserts);
    return { resolutions, madeLots };
  }

  async #storeVersions(changed: readonly ChangedRecord[], resolutions: readonly Resolution[]): Promise<void> {
    const { state, batchPk } = this;
    const { manager, now } = this.context;
    await storeVersions({ manager, inserts: this.#inserts, state, batchPk, now }, changed, resolutions);
    for (const { pk: recordPk, version, mapped } of changed)
      this.versions.push({ recordPk, version, hash: mapped.hash });
  }

  async #deriveGolden(records: readonly ChangedRecord[], resolved: Resolved): Promise<void> {
    if (isEntityType(this.recordType)) await this.#deriveEntities(this.recordType, records, resolved);
    else await this.#deriveFacts(records, resolved.resolutions);
    await this.#separateDisturbed();
  }

  async #deriveEntities(
    type: EntityRecordType,
    records: readonly ChangedRecord[],
    { resolutions, madeLots }: Resolved,
  ): Promise<void> {
    const dirty = new Set<number>();
    records.forEach(({ previousEntityPk }, index) => {
      if (previousEntityPk !== null) dirty.add(previousEntityPk);
      const pk = resolutions[index]?.entityPk;
      if (pk !== null && pk !== undefined) dirty.add(pk);
    });
    if (type === 'lot') for (const pk of dirty) this.#touchedLots.add(pk);
    if (type === 'item') for (const pk of dirty) this.#touchedItems.add(pk);
    const { manager, identity, dictionary, now, keys } = this.context;
    const context = { manager, identity, dictionary, now, nextKey: () => keys.next() };
    if (madeLots.length > 0) {
      const stored = { system: this.state.system, now, records, resolutions };
      await deriveMadeLots(context, this.#inserts, madeLots, contributionsTo(madeLots, stored));
      for (const { pk } of madeLots) dirty.delete(pk);
    }
    if (dirty.size === 0) return;
    await this.#inserts.settle();
    await deriveEntities(context, type, [...dirty]);
  }

  async #deriveFacts(records: readonly ChangedRecord[], resolutions: readonly Resolution[]): Promise<void> {
    const { manager } = this.context;
    const { system } = this.state;
    const [inserts, recordType] = [this.#inserts, this.recordType];
    const touch = (lotPk: number): unknown => this.#touchedLots.add(lotPk);
    await deriveFacts({ manager, inserts, system, recordType, touch }, records, resolutions);
    await reconcileDoubts(this.#findingContext(), records, resolutions);
  }

  #findingContext(): RecordFindingContext {
    const { manager, now, keys } = this.context;
    const [inserts, { system }] = [this.#inserts, this.state];
    return { manager, inserts, system, now, nextKey: () => keys.next() };
  }

  async #storeRejects(batch: MappedBatch): Promise<void> {
    if (batch.rejects.length === 0 && !this.state.mayHaveRejects) return;
    const accepted = batch.keepsRejects === true ? [] : batch.waves.flat().map((one) => one.key);
    const context = {
      streamPk: this.state.pk,
      mappingVersion: this.state.mappingVersion,
      now: this.context.now,
      nextKey: () => this.context.keys.next(),
    };
    await storeRejects(this.context.manager, context, batch.rejects, accepted);
  }

  /** Another manufacturer's lot of the same number has come: what named no manufacturer is told apart no longer. */
  async #separateDisturbed(): Promise<void> {
    const lots = this.context.identity.takeDisturbedLots();
    if (lots.length === 0) return;
    await this.#inserts.settle();
    const { manager } = this.context;
    for (const [stream, records] of await streamsOf(manager, await recordsOfLots(manager, lots))) {
      const state: StreamState = { ...stream, mayHaveRejects: false, hasRecords: true };
      const other = new BatchTransaction(this.context, stream.recordType, state);
      await other.rederive(records);
      for (const lot of other.#touchedLots) this.#touchedLots.add(lot);
    }
  }
}
