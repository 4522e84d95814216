/**
 * Writes one batch of mapped rows: versions, golden rows, findings, rejects and the watermark commit together or
 * not at all, so that a run killed at any moment resumes where it stood.
 */
import type { EntityManager } from 'typeorm';
import type { Stream, Watermark } from '../../connectors/contract';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import type { AuditRecorder } from '../../controls/audit/audit-recorder';
import { isRefusedRow } from '../../platform/database/bulk';
import type { Database } from '../../platform/database/database';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import type { RecordType } from '../../schema/records/record-types';
import type { BatchOutcome, StreamState } from './batch';
import type { MappedBatch } from './batch-mapper';
import { batchDigest } from './batch-seal';
import { BatchTransaction } from './batch-transaction';
import { IdentityResolver } from './identity';
import type { IdentityCache } from './identity-cache';
import { KeyAllocator } from './keys';

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
    const write = () => this.#write(stream, state, batch, watermark, now, alongside);
    try {
      return await write();
    } catch (error) {
      if (state.hasRecords || !isRefusedRow(error)) throw error;
      // a key that came in an earlier batch: from here on they are looked up, as where records were there before
      state.hasRecords = true;
      return await write();
    }
  }

  async #write(
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
      const context = { manager, keys, identity, dictionary: this.dictionary, now };
      const transaction = new BatchTransaction(context, stream.recordType, state);
      const result = await transaction.run(batch, watermark);
      await this.#seal(manager, stream, state, transaction);
      await alongside?.(manager, result);
      await keys.save();
      committed = identity;
      return result;
    });
    committed?.commit();
    if (batch.rejects.length > 0) state.mayHaveRejects = true;
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
      const context = { manager, keys, identity, dictionary: this.dictionary, now };
      await new BatchTransaction(context, recordType, state).rederive(recordPks);
      await keys.save();
      committed = identity;
    });
    committed?.commit();
  }
}
