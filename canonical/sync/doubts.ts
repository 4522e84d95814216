/** Records whose lot is not certain any more, or may be certain now: what they are derived to is looked at again. */
import type { EntityManager } from 'typeorm';
import { selectIn } from '../../platform/database/select-in';
import { type RecordType, recordTypeDefinition } from '../../schema/records/record-types';
import { FACTS } from './facts';

export interface DoubtfulRecord {
  readonly pk: number;
  readonly stream_pk: number;
  readonly system: string;
  readonly record_type: RecordType;
  readonly mapping_version: string;
}

const COLUMNS = 'r.pk, s.pk AS stream_pk, s.system, s.record_type, s.mapping_version';

/** Records that named an unknown lot, or one of several: what was read since may tell. */
export async function openDoubts(reader: EntityManager): Promise<DoubtfulRecord[]> {
  return await reader.query<DoubtfulRecord[]>(
    `SELECT ${COLUMNS} FROM finding f
       JOIN source_record r ON r.pk = f.subject_pk LEFT JOIN source_stream s ON s.pk = r.stream_pk
      WHERE f.state = 'OPEN' AND f.subject_type = 'record' AND f.rule IN ('UNKNOWN_LOT', 'AMBIGUOUS_LOT') ORDER BY r.pk`,
  );
}

/** Records of a lot whose number one of `lots` carries too: by number alone they were certain only before it came. */
export async function newDoubts(reader: EntityManager, lots: readonly number[]): Promise<DoubtfulRecord[]> {
  const found: DoubtfulRecord[] = [];
  for (const table of namedByNumber()) {
    const rows = await selectIn<DoubtfulRecord>(
      reader,
      `SELECT ${COLUMNS} FROM lot a
         JOIN lot b ON b.lot_number = a.lot_number AND b.pk <> a.pk
         JOIN ${table} n ON n.lot_pk = b.pk
         JOIN source_record r ON r.pk = n.pk LEFT JOIN source_stream s ON s.pk = r.stream_pk
        WHERE a.pk IN (?) ORDER BY r.pk`,
      lots,
    );
    found.push(...rows);
  }
  return found;
}

/** Golden tables of facts that may name their lot by its number alone: the item may be left out. */
export function namedByNumber(): string[] {
  return Object.entries(FACTS).flatMap(([type, spec]) => {
    const { lotNumber, item } = recordTypeDefinition(type as RecordType).fields;
    const alone = lotNumber !== undefined && item?.required !== true;
    return alone && spec.columns.includes('lot_pk') ? [spec.table] : [];
  });
}
