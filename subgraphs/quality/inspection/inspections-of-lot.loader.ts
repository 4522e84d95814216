/** The inspections that concern a lot: those on the lot itself, and those on its sterilisation load. */
import type { Database } from '../../../platform/database/database';
import { groupBy } from '../../../platform/collections';
import { type Loader, batchLoader, placeholders } from '../../../platform/graphql/batching';
import type { AppliesTo } from './verdict';

export interface ConcernedInspection {
  readonly inspectionPk: number;
  readonly appliesTo: AppliesTo;
}

interface InspectionOfLot extends ConcernedInspection {
  readonly lotPk: number;
}

/**
 * Keys of a lot's inspections: those on the lot first, then those on its load, each by number. One statement tells both for all lots:
 * asked one after the other, the lots without a load would be ready first, and all that follows would be asked twice.
 */
export function inspectionsOfLotLoader(database: Database): Loader<number, readonly ConcernedInspection[]> {
  return batchLoader<number, readonly ConcernedInspection[]>(async (lotPks) => {
    const lots = placeholders(lotPks);
    // a sample that names another lot of the load says nothing about this one
    const rows = await database.reader.query<InspectionOfLot[]>(
      `SELECT i.lot_pk AS lotPk, i.pk AS inspectionPk, 'LOT' AS appliesTo, i.number AS number, i.ref AS ref FROM inspection i WHERE i.lot_pk IN (${lots})
       UNION ALL
       SELECT l.pk, i.pk, 'STERILIZATION_LOAD', i.number, i.ref FROM lot l
         JOIN inspection i ON i.sterilization_load = l.sterilization_load AND i.lot_pk IS NULL
         WHERE l.pk IN (${lots})
       ORDER BY appliesTo, number, ref`,
      [...lotPks, ...lotPks],
    );
    return groupBy(rows, (row) => row.lotPk);
  }, []);
}
