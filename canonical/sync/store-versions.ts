/** The records of a batch, each with the version that it becomes. */
import type { EntityManager } from 'typeorm';
import { type BulkRow, bulkReplace, type InsertsUnderWay } from '../../platform/database/bulk';
import type { ChangedRecord, StreamState } from './batch';
import type { Resolution } from './references';

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

export interface VersionContext {
  readonly manager: EntityManager;
  readonly inserts: InsertsUnderWay;
  readonly state: StreamState;
  readonly batchPk: number;
  readonly now: number;
}

/** What is inserted may be under way yet. */
export async function storeVersions(
  { manager, inserts, state, batchPk, now }: VersionContext,
  changed: readonly ChangedRecord[],
  resolutions: readonly Resolution[],
): Promise<void> {
  const fresh: BulkRow[] = [];
  const replaced: BulkRow[] = [];
  changed.forEach((one, index) => {
    const entityPk = resolutions[index]?.entityPk ?? null;
    (one.isNew ? fresh : replaced).push(recordRow(one, state, entityPk, now));
  });
  if (replaced.length > 0) {
    await inserts.settle();
    await bulkReplace(manager, 'source_record', RECORD_COLUMNS, replaced);
  }
  inserts.insert('source_record', RECORD_COLUMNS, fresh);
  inserts.insert(
    'source_version',
    VERSION_COLUMNS,
    changed.map((one) => versionRow(one, state, batchPk, now)),
  );
}

// a row is one literal: millions of them pass through here
const recordRow = (
  { pk, version, mapped }: ChangedRecord,
  state: StreamState,
  entityPk: number | null,
  now: number,
): BulkRow => [
  pk,
  state.pk,
  mapped.key,
  version,
  mapped.hash,
  entityPk,
  mapped.voidReason,
  mapped.readAt ?? now,
];

const versionRow = (
  { pk, version, mapped }: ChangedRecord,
  state: StreamState,
  batchPk: number,
  now: number,
): BulkRow => [
  pk,
  version,
  mapped.raw,
  mapped.canonical,
  mapped.hash,
  state.mappingVersion,
  mapped.readAt ?? now,
  mapped.changedAt,
  mapped.voidReason,
  batchPk,
];
