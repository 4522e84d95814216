/**
 * Writes one batch of mapped rows: versions, golden rows, findings, rejects and the watermark commit together or
 * not at all, so that a run killed at any moment resumes where it stood.
 */
import type { EntityManager } from 'typeorm';
import type { RowNote, Stream, Watermark } from '../../connectors/contract';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import type { AuditRecorder } from '../../controls/audit/audit-recorder';
import type { Database } from '../../platform/database/database';
import { type BulkRow, bulkDelete, bulkInsert, bulkReplace } from '../../platform/database/bulk';
import { selectIn } from '../../platform/database/select-in';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import type { RecordType } from '../../schema/records/record-types';
import { groupBy } from '../../platform/collections';
import { type FindingRule, type ObservedFinding, reconcileFindings } from '../findings';
import type { MappedBatch, MappedRecord } from './batch-mapper';
import { batchDigest, type SealedVersion } from './batch-seal';
import { deriveEntities } from './entities';
import { isEntityType } from './entity-specs';
import { FACTS, type ResolvedReferences } from './facts';
import { rebuildEdges } from './genealogy';
import { IdentityCache, IdentityResolver } from './identity';
import { KeyAllocator } from './keys';
import { replayLevels } from './levels';
import { ReferenceResolver, type Resolution } from './references';
import { storeRejects } from './rejects';

/** A stream as the copy knows it. */
export interface StreamState {
  readonly pk: number;
  readonly system: string;
  readonly mappingVersion: string;
  /** Whether rejected rows may exist that an accepted row would resolve. */
  mayHaveRejects: boolean;
  /** False until a run began with records in the copy: nothing to compare with. */
  hasRecords: boolean;
}

export interface BatchOutcome {
  readonly changed: number;
  readonly unchanged: number;
  readonly rejected: number;
  /** Lots whose stock, holds or standing may have changed. */
  readonly touchedLots: ReadonlySet<number>;
  /** How long each changed row took from the source's change to the commit, in ms; rows without a change time left out. */
  readonly changedAt: readonly number[];
}

interface KnownRecord {
  pk: number;
  native_key: string;
  version: number;
  hash: string;
  entity_pk: number | null;
}

interface ChangedRecord {
  readonly mapped: MappedRecord;
  readonly pk: number;
  readonly version: number;
  readonly isNew: boolean;
  readonly previousEntityPk: number | null;
}

const RECORD_COLUMNS = [
  'pk',
  'stream_pk',
  'native_key',
  'version',
  'hash',
  'entity_pk',
  'void_reason',
  'read_at',
] as const;
const VERSION_COLUMNS = [
  'record_pk',
  'version',
  'raw',
  'canonical',
  'hash',
  'mapping_version',
  'read_at',
  'changed_at',
  'void_reason',
  'batch_pk',
] as const;
const NOTE_RULES = [
  'UNKNOWN_CODE',
  'ZERO_DATE',
  'UNIT_CONVERTED',
  'ABSURD_FACTOR',
  'GONE_IN_SOURCE',
  'TEXT_REPAIRED',
] as const satisfies readonly RowNote['rule'][];
const LOT_DOUBT_RULES = ['AMBIGUOUS_LOT', 'UNKNOWN_LOT', 'NO_LOT'] as const;

export class BatchWriter {
  constructor(
    private readonly database: Database,
    private readonly dictionary: Dictionary,
    private readonly cache: IdentityCache,
    private readonly audit: Pick<AuditRecorder, 'record'>,
  ) {}

  /** Commits the batch. `watermark` null keeps the stored one; `alongside` commits with it. */
  async write(
    stream: Pick<Stream, 'name' | 'recordType'>,
    state: StreamState,
    batch: MappedBatch,
    watermark: Watermark | null,
    now: number,
    alongside?: (manager: EntityManager, outcome: BatchOutcome) => Promise<void>,
  ): Promise<BatchOutcome> {
    let committed: IdentityResolver | undefined;
    const outcome = await this.database.write(async (manager) => {
      const keys = await KeyAllocator.lock(manager);
      const identity = await IdentityResolver.open(manager, keys, this.cache);
      const transaction = new BatchTransaction(
        manager,
        keys,
        identity,
        this.dictionary,
        stream.recordType,
        state,
        now,
      );
      const result = await transaction.run(batch, watermark);
      await this.#seal(manager, stream, state, transaction);
      await alongside?.(manager, result);
      await keys.save();
      committed = identity;
      return result;
    });
    committed?.commit();
    if (batch.rejects.length > 0) state.mayHaveRejects = true;
    if (outcome.changed > 0) state.hasRecords = true;
    return outcome;
  }

  /** Binds what was read to the trail: the versions of the batch, by a digest over their hashes. */
  async #seal(
    manager: EntityManager,
    stream: Pick<Stream, 'name'>,
    { system, mappingVersion }: StreamState,
    { batchPk, versions }: BatchTransaction,
  ): Promise<void> {
    if (versions.length === 0) return;
    const { length: rows } = versions;
    await this.audit.record(manager, SYSTEM_ACTOR, {
      ...{ action: 'sync.batch', outcome: 'DONE', object: { type: 'syncBatch', id: String(batchPk) } },
      facts: {
        system,
        stream: stream.name,
        mappingVersion,
        batch: batchPk,
        rows,
        digest: batchDigest(versions),
      },
    });
  }

  /** Derives golden rows anew from the current versions of the given records (of one stream). */
  async rederive(
    recordType: RecordType,
    state: StreamState,
    recordPks: readonly number[],
    now: number,
  ): Promise<void> {
    let committed: IdentityResolver | undefined;
    await this.database.write(async (manager) => {
      const keys = await KeyAllocator.lock(manager);
      const identity = await IdentityResolver.open(manager, keys, this.cache);
      await new BatchTransaction(manager, keys, identity, this.dictionary, recordType, state, now).rederive(
        recordPks,
      );
      await keys.save();
      committed = identity;
    });
    committed?.commit();
  }
}

/** What is done inside one transaction. */
class BatchTransaction {
  readonly #touchedLots = new Set<number>();
  /** Versions that this transaction stored, and the batch that they belong to. */
  readonly versions: SealedVersion[] = [];
  #batchPk: number | undefined;

  constructor(
    private readonly manager: EntityManager,
    private readonly keys: KeyAllocator,
    private readonly identity: IdentityResolver,
    private readonly dictionary: Dictionary,
    private readonly recordType: RecordType,
    private readonly state: StreamState,
    private readonly now: number,
  ) {}

  get batchPk(): number {
    return (this.#batchPk ??= this.keys.next());
  }

  async run(batch: MappedBatch, watermark: Watermark | null): Promise<BatchOutcome> {
    let changedCount = 0;
    let unchanged = 0;
    const changedAt: number[] = [];
    for (const wave of batch.waves) {
      const { changed, same } = await this.#classify(wave);
      unchanged += same;
      changedCount += changed.length;
      for (const { mapped } of changed) if (mapped.changedAt !== null) changedAt.push(mapped.changedAt);
      await this.#apply(changed);
    }
    await this.#storeRejects(batch);
    if (watermark !== null) {
      await this.manager.query('UPDATE source_stream SET watermark = ? WHERE pk = ?', [
        JSON.stringify(watermark),
        this.state.pk,
      ]);
    }
    return {
      changed: changedCount,
      unchanged,
      rejected: batch.rejects.length,
      touchedLots: this.#touchedLots,
      changedAt,
    };
  }

  get touchedLots(): ReadonlySet<number> {
    return this.#touchedLots;
  }

  async rederive(recordPks: readonly number[]): Promise<void> {
    const rows = await selectIn<KnownRecord & { canonical: string; raw: string; void_reason: string | null }>(
      this.manager,
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
    const resolutions = await this.#resolve(records);
    for (const [index, { pk, previousEntityPk }] of records.entries()) {
      const entityPk = resolutions[index]?.entityPk ?? null;
      if (entityPk !== previousEntityPk)
        await this.manager.query('UPDATE source_record SET entity_pk = ? WHERE pk = ?', [entityPk, pk]);
    }
    await this.#deriveGolden(records, resolutions);
  }

  async #classify(wave: readonly MappedRecord[]): Promise<{ changed: ChangedRecord[]; same: number }> {
    const known = this.state.hasRecords
      ? await this.#known(wave.map((one) => one.key))
      : new Map<string, KnownRecord>();
    const changed: ChangedRecord[] = [];
    for (const mapped of wave) {
      const old = known.get(mapped.key);
      if (old?.hash === mapped.hash) continue;
      changed.push({
        mapped,
        pk: old?.pk ?? this.keys.next(),
        version: (old?.version ?? 0) + 1,
        isNew: old === undefined,
        previousEntityPk: old?.entity_pk ?? null,
      });
    }
    return { changed, same: wave.length - changed.length };
  }

  async #known(nativeKeys: readonly string[]): Promise<Map<string, KnownRecord>> {
    const rows = await selectIn<KnownRecord>(
      this.manager,
      'SELECT pk, native_key, version, hash, entity_pk FROM source_record WHERE stream_pk = ? AND native_key IN (?)',
      nativeKeys,
      [this.state.pk],
    );
    return new Map(rows.map((row) => [row.native_key, row]));
  }

  async #apply(changed: readonly ChangedRecord[]): Promise<void> {
    if (changed.length === 0) return;
    this.state.hasRecords = true;
    const resolutions = await this.#resolve(changed);
    await this.#storeVersions(changed, resolutions);
    await this.#reconcileNotes(changed);
    await this.#deriveGolden(changed, resolutions);
  }

  async #resolve(records: readonly ChangedRecord[]): Promise<Resolution[]> {
    const resolver = new ReferenceResolver(this.recordType, this.identity, this.manager, this.state.system);
    const canonical = records.map(({ mapped }) => mapped.record);
    await resolver.prepare(canonical);
    const resolutions = canonical.map((record) => resolver.resolutionOf(record));
    await this.identity.flush();
    return resolutions;
  }

  async #storeVersions(changed: readonly ChangedRecord[], resolutions: readonly Resolution[]): Promise<void> {
    const recordRow = (one: ChangedRecord, index: number): BulkRow => [
      one.pk,
      this.state.pk,
      one.mapped.key,
      one.version,
      one.mapped.hash,
      resolutions[index]?.entityPk ?? null,
      one.mapped.voidReason,
      one.mapped.readAt ?? this.now,
    ];
    const fresh: BulkRow[] = [];
    const replaced: BulkRow[] = [];
    changed.forEach((one, index) => (one.isNew ? fresh : replaced).push(recordRow(one, index)));
    await bulkInsert(this.manager, 'source_record', RECORD_COLUMNS, fresh);
    await bulkReplace(this.manager, 'source_record', RECORD_COLUMNS, replaced);
    await bulkInsert(
      this.manager,
      'source_version',
      VERSION_COLUMNS,
      changed.map(({ pk, version, mapped }) => [
        pk,
        version,
        mapped.raw,
        mapped.canonical,
        mapped.hash,
        this.state.mappingVersion,
        mapped.readAt ?? this.now,
        mapped.changedAt,
        mapped.voidReason,
        this.batchPk,
      ]),
    );
    for (const { pk: recordPk, version, mapped } of changed)
      this.versions.push({ recordPk, version, hash: mapped.hash });
  }

  async #deriveGolden(records: readonly ChangedRecord[], resolutions: readonly Resolution[]): Promise<void> {
    if (isEntityType(this.recordType)) await this.#deriveEntities(records, resolutions);
    else await this.#deriveFacts(records, resolutions);
    await this.#separateDisturbed();
  }

  async #deriveEntities(
    records: readonly ChangedRecord[],
    resolutions: readonly Resolution[],
  ): Promise<void> {
    if (!isEntityType(this.recordType)) return;
    const dirty = new Set<number>();
    records.forEach(({ previousEntityPk }, index) => {
      if (previousEntityPk !== null) dirty.add(previousEntityPk);
      const pk = resolutions[index]?.entityPk;
      if (pk !== null && pk !== undefined) dirty.add(pk);
    });
    const pks = [...dirty];
    if (this.recordType === 'lot') for (const pk of pks) this.#touchedLots.add(pk);
    await deriveEntities(
      {
        manager: this.manager,
        identity: this.identity,
        dictionary: this.dictionary,
        now: this.now,
        nextKey: () => this.keys.next(),
      },
      this.recordType,
      pks,
    );
  }

  async #deriveFacts(records: readonly ChangedRecord[], resolutions: readonly Resolution[]): Promise<void> {
    const spec = FACTS[this.recordType];
    if (!spec) throw new Error(`no golden table for ${this.recordType}`);
    const existing = records.filter((one) => !one.isNew).map((one) => one.pk);
    const staleTransformations = await this.#transformationsOf(existing);
    const staleLots = await this.#lotsOf(spec.table, spec.columns, existing);
    await bulkDelete(this.manager, spec.table, 'pk', existing);
    const rows: BulkRow[] = [];
    const transformations = new Set(staleTransformations);
    for (const lot of staleLots) this.#touchedLots.add(lot);
    records.forEach(({ pk, mapped }, index) => {
      const refs: ResolvedReferences | undefined = resolutions[index]?.refs;
      if (!refs || mapped.voidReason !== null || (spec.needsLot && refs.lotPk === null)) return;
      if (refs.lotPk !== null) this.#touchedLots.add(refs.lotPk);
      rows.push(spec.row({ pk, system: this.state.system, key: mapped.key, record: mapped.record, refs }));
      if (this.recordType === 'transformation')
        transformations.add(`${this.state.system}:${String(mapped.record['transformation'])}`);
    });
    await bulkInsert(this.manager, spec.table, spec.columns, rows);
    await rebuildEdges(this.manager, [...transformations]);
    if (this.recordType === 'movement') await this.#replayLevels(existing, rows, staleLots);
    await this.#reconcileDoubts(records, resolutions);
  }

  async #transformationsOf(pks: readonly number[]): Promise<string[]> {
    if (this.recordType !== 'transformation') return [];
    const rows = await selectIn<{ transformation_ref: string }>(
      this.manager,
      'SELECT DISTINCT transformation_ref FROM transformation_line WHERE pk IN (?)',
      pks,
    );
    return rows.map((row) => row.transformation_ref);
  }

  async #lotsOf(table: string, columns: readonly string[], pks: readonly number[]): Promise<number[]> {
    if (!columns.includes('lot_pk')) return [];
    const rows = await selectIn<{ lot_pk: number | null }>(
      this.manager,
      `SELECT DISTINCT lot_pk FROM ${table} WHERE pk IN (?)`,
      pks,
    );
    return rows.map((row) => row.lot_pk).filter((pk) => pk !== null);
  }

  /** Columns of a movement row: pk, system, lot_pk, location_pk, …, level_micros at index 9. */
  async #replayLevels(
    existing: readonly number[],
    rows: readonly BulkRow[],
    staleLots: readonly number[],
  ): Promise<void> {
    await bulkDelete(this.manager, 'level_movement', 'movement_pk', existing);
    const counts = rows
      .filter((row) => row[9] !== null)
      .map((row): BulkRow => [row[0] ?? null, row[1] ?? null, row[2] ?? null, row[3] ?? null]);
    await bulkInsert(
      this.manager,
      'level_movement',
      ['movement_pk', 'system', 'lot_pk', 'location_pk'],
      counts,
    );
    const lots = new Set([...staleLots, ...rows.map((row) => Number(row[2]))]);
    await replayLevels(this.manager, this.state.system, [...lots]);
  }

  /** A doubt about a lot of unknown manufacturer is the lot's; one about a record that names no lot is the record's. */
  async #reconcileDoubts(
    records: readonly ChangedRecord[],
    resolutions: readonly Resolution[],
  ): Promise<void> {
    const ofRecords: ObservedFinding[] = [];
    const ofLots: ObservedFinding[] = [];
    records.forEach(({ pk, mapped }, index) => {
      const resolution = resolutions[index];
      if (!resolution?.doubt || mapped.voidReason !== null) return;
      const { rule, lotNumber, candidates } = resolution.doubt;
      const { lotPk } = resolution.refs;
      if (lotPk !== null)
        ofLots.push({
          rule,
          subjectType: 'lot',
          subjectPk: lotPk,
          field: 'lotNumber',
          facts: { lotNumber, candidates },
        });
      else {
        const facts = { lotNumber, candidates, system: this.state.system, key: mapped.key };
        ofRecords.push({ rule, subjectType: 'record', subjectPk: pk, field: 'lotNumber', facts });
      }
    });
    const looked = records
      .filter((one, index) => !one.isNew || resolutions[index]?.doubt)
      .map((one) => one.pk);
    await this.#reconcile('record', LOT_DOUBT_RULES, looked, ofRecords);
    const lots = ofLots.map((finding) => finding.subjectPk);
    await this.#reconcile('lot', LOT_DOUBT_RULES, lots, ofLots);
  }

  async #reconcileNotes(changed: readonly ChangedRecord[]): Promise<void> {
    const observed = changed.flatMap(({ pk, mapped }) =>
      mapped.notes.map((note): ObservedFinding => ({
        rule: note.rule,
        subjectType: 'record',
        subjectPk: pk,
        field: note.field,
        facts: { raw: note.raw, system: this.state.system, key: mapped.key },
      })),
    );
    const looked = changed
      .filter(({ isNew, mapped }) => !isNew || mapped.notes.length > 0)
      .map((one) => one.pk);
    await this.#reconcile('record', NOTE_RULES, looked, observed);
  }

  async #reconcile(
    subjectType: 'record' | 'lot',
    rules: readonly FindingRule[],
    subjectPks: readonly number[],
    observed: readonly ObservedFinding[],
  ): Promise<void> {
    await reconcileFindings(
      this.manager,
      () => this.keys.next(),
      this.now,
      { rules, subjectType, subjectPks },
      observed,
    );
  }

  async #storeRejects(batch: MappedBatch): Promise<void> {
    if (batch.rejects.length === 0 && !this.state.mayHaveRejects) return;
    const accepted = batch.keepsRejects === true ? [] : batch.waves.flat().map((one) => one.key);
    const context = {
      streamPk: this.state.pk,
      mappingVersion: this.state.mappingVersion,
      now: this.now,
      nextKey: () => this.keys.next(),
    };
    await storeRejects(this.manager, context, batch.rejects, accepted);
  }

  /** Another manufacturer's lot of the same number has come: what named no manufacturer is told apart no longer. */
  async #separateDisturbed(): Promise<void> {
    const lots = this.identity.takeDisturbedLots();
    if (lots.length === 0) return;
    const { manager, keys, identity, dictionary, now } = this;
    for (const [stream, records] of await streamsOf(manager, await recordsOfLots(manager, lots))) {
      const state: StreamState = { ...stream, mayHaveRejects: false, hasRecords: true };
      const other = new BatchTransaction(manager, keys, identity, dictionary, stream.recordType, state, now);
      await other.rederive(records);
      for (const lot of other.#touchedLots) this.#touchedLots.add(lot);
    }
  }
}

export interface RederiveContext {
  readonly manager: EntityManager;
  readonly keys: KeyAllocator;
  readonly dictionary: Dictionary;
  readonly now: number;
}

/**
 * Derives records of any stream anew within a transaction, what others refer to first; resolves to the lots that it
 * touched. The caller MUST hold the lock of `keys`.
 */
export async function rederiveWithin(
  { manager, keys, dictionary, now }: RederiveContext,
  recordPks: Iterable<number>,
): Promise<Set<number>> {
  const identity = await IdentityResolver.open(manager, keys, new IdentityCache());
  const touched = new Set<number>();
  const streams = await streamsOf(manager, recordPks);
  const rank = ([{ recordType }]: (typeof streams)[number]): number =>
    isEntityType(recordType) ? ENTITY_ORDER.indexOf(recordType) : ENTITY_ORDER.length;
  for (const [stream, records] of streams.sort((a, b) => rank(a) - rank(b) || a[0].pk - b[0].pk)) {
    const state: StreamState = { ...stream, mayHaveRejects: false, hasRecords: true };
    const one = new BatchTransaction(manager, keys, identity, dictionary, stream.recordType, state, now);
    await one.rederive(records);
    for (const lot of one.touchedLots) touched.add(lot);
  }
  return touched;
}

const ENTITY_ORDER: readonly RecordType[] = ['item', 'site', 'party', 'location', 'lot'];

interface StreamOfRecords {
  readonly pk: number;
  readonly system: string;
  readonly mappingVersion: string;
  readonly recordType: RecordType;
}

/** Every record that describes one of the lots or is a fact about it. */
export async function recordsOfLots(manager: EntityManager, lots: readonly number[]): Promise<Set<number>> {
  const pks = new Set<number>();
  const collect = (rows: readonly { pk: number }[]) => rows.forEach((row) => pks.add(row.pk));
  collect(await selectIn(manager, 'SELECT pk FROM source_record WHERE entity_pk IN (?)', lots));
  for (const spec of Object.values(FACTS)) {
    if (spec.columns.includes('lot_pk'))
      collect(await selectIn(manager, `SELECT pk FROM ${spec.table} WHERE lot_pk IN (?)`, lots));
  }
  return pks;
}

async function streamsOf(
  manager: EntityManager,
  pks: Iterable<number>,
): Promise<[StreamOfRecords, number[]][]> {
  const rows = await selectIn<{
    pk: number;
    stream_pk: number;
    system: string;
    record_type: RecordType;
    mapping_version: string;
  }>(
    manager,
    `SELECT r.pk, s.pk AS stream_pk, s.system, s.record_type, s.mapping_version
       FROM source_record r LEFT JOIN source_stream s ON s.pk = r.stream_pk WHERE r.pk IN (?) ORDER BY r.pk`,
    [...pks],
  );
  return [...groupBy(rows, (row) => row.stream_pk).values()].map((group) => {
    const [first] = group as [(typeof group)[number]];
    const stream = {
      pk: first.stream_pk,
      system: first.system,
      mappingVersion: first.mapping_version,
      recordType: first.record_type,
    };
    return [stream, group.map((row) => row.pk)];
  });
}
