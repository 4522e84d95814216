/** Golden rows of facts: each follows from one record, and some from those beside it. */
import type { EntityManager } from 'typeorm';
import { type BulkRow, bulkDelete, bulkInsert, type InsertsUnderWay } from '../../platform/database/bulk';
import { selectIn } from '../../platform/database/select-in';
import type { RecordType } from '../../schema/records/record-types';
import type { ChangedRecord } from './batch';
import { FACTS, type FactSpec } from './facts';
import { rebuildEdges } from './genealogy';
import { countedLots, replayLevels } from './levels';
import type { Resolution } from './references';

export interface FactContext {
  readonly manager: EntityManager;
  readonly inserts: InsertsUnderWay;
  readonly system: string;
  readonly recordType: RecordType;
  /** Called for each lot whose facts change. */
  readonly touch: (lotPk: number) => void;
}

/** Writes the golden rows of records of one type; what is inserted may be under way yet. */
export async function deriveFacts(
  context: FactContext,
  records: readonly ChangedRecord[],
  resolutions: readonly Resolution[],
): Promise<void> {
  const { inserts, recordType, touch } = context;
  const spec = FACTS[recordType];
  if (!spec) throw new Error(`no golden table for ${recordType}`);
  const existing = records.filter((one) => !one.isNew).map((one) => one.pk);
  const stale = await takeOut(context, spec, existing);
  const rows: BulkRow[] = [];
  const transformations = new Set(stale.transformations);
  stale.lots.forEach(touch);
  records.forEach(({ pk, mapped }, index) => {
    const refs = resolutions[index]?.refs;
    if (!refs || mapped.voidReason !== null || (spec.needsLot && refs.lotPk === null)) return;
    if (refs.lotPk !== null) touch(refs.lotPk);
    rows.push(spec.row({ pk, system: context.system, key: mapped.key, record: mapped.record, refs }));
    if (recordType === 'transformation')
      transformations.add(`${context.system}:${String(mapped.record['transformation'])}`);
  });
  inserts.insert(spec.table, spec.columns, rows);
  if (transformations.size > 0) {
    await inserts.settle();
    await rebuildEdges(context.manager, [...transformations]);
  }
  if (recordType === 'movement') await countAnew(context, rows, stale.lots);
  if (recordType === 'inspectionResult') await touchInspected(context, records);
}

/** A result is its inspection's, and what is said of the inspection's lot may change with it. */
async function touchInspected(
  { manager, system, touch }: FactContext,
  records: readonly ChangedRecord[],
): Promise<void> {
  const refs = new Set(records.map(({ mapped }) => `${system}:${String(mapped.record['inspection'])}`));
  const inspected = await selectIn<{ lot_pk: number | null }>(
    manager,
    'SELECT lot_pk FROM inspection WHERE ref IN (?)',
    [...refs],
  );
  for (const { lot_pk: lotPk } of inspected) if (lotPk !== null) touch(lotPk);
}

interface Stale {
  readonly lots: readonly number[];
  readonly transformations: readonly string[];
}

/** Deletes the rows that records had before; tells what followed from them. */
async function takeOut(
  { manager, inserts, recordType }: FactContext,
  { table, columns }: FactSpec,
  pks: readonly number[],
): Promise<Stale> {
  if (pks.length === 0) return { lots: [], transformations: [] };
  await inserts.settle();
  const stale = {
    lots: columns.includes('lot_pk') ? await lotsOf(manager, table, pks) : [],
    transformations: recordType === 'transformation' ? await transformationsOf(manager, pks) : [],
  };
  await bulkDelete(manager, table, 'pk', pks);
  if (recordType === 'movement') await bulkDelete(manager, 'level_movement', 'movement_pk', pks);
  return stale;
}

async function transformationsOf(manager: EntityManager, pks: readonly number[]): Promise<string[]> {
  const rows = await selectIn<{ transformation_ref: string }>(
    manager,
    'SELECT DISTINCT transformation_ref FROM transformation_line WHERE pk IN (?)',
    pks,
  );
  return rows.map((row) => row.transformation_ref);
}

async function lotsOf(manager: EntityManager, table: string, pks: readonly number[]): Promise<number[]> {
  const rows = await selectIn<{ lot_pk: number | null }>(
    manager,
    `SELECT DISTINCT lot_pk FROM ${table} WHERE pk IN (?)`,
    pks,
  );
  return rows.map((row) => row.lot_pk).filter((pk) => pk !== null);
}

const COUNT_COLUMNS = ['movement_pk', 'system', 'lot_pk', 'location_pk'] as const;

/** Columns of a movement row: pk, system, lot_pk, location_pk, …, level_micros at index 9. */
async function countAnew(
  { manager, inserts, system }: FactContext,
  rows: readonly BulkRow[],
  staleLots: readonly number[],
): Promise<void> {
  const counts = rows
    .filter((row) => row[9] !== null)
    .map((row): BulkRow => [row[0] ?? null, row[1] ?? null, row[2] ?? null, row[3] ?? null]);
  if (counts.length > 0) {
    await inserts.settle();
    await bulkInsert(manager, 'level_movement', COUNT_COLUMNS, counts);
  }
  const counted = await countedLots(
    manager,
    system,
    new Set([...staleLots, ...rows.map((row) => Number(row[2]))]),
  );
  if (counted.length === 0) return;
  await inserts.settle();
  await replayLevels(manager, system, counted);
}
