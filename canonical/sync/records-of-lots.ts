/** The records that a lot follows from, by the stream that they came in. */
import type { EntityManager } from 'typeorm';
import { groupBy } from '../../platform/collections';
import { selectIn } from '../../platform/database/select-in';
import type { RecordType } from '../../schema/records/record-types';
import { FACTS } from './facts';

export interface StreamOfRecords {
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

/** Records by their stream. */
export async function streamsOf(
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
