/** Inspections of lots as consistency rules look at them: each with its source, its verdict and its results that count. */
import type { EntityManager } from 'typeorm';
import { groupBy } from '../../platform/collections';
import { selectIn } from '../../platform/database/select-in';
import { type Verdict, currentResults, isFinal, verdictOf } from '../inspection-verdict';

export interface RuledInspection {
  readonly system: string;
  readonly stream: string;
  readonly key: string;
  readonly number: string;
  readonly inspectionType: string | null;
  readonly isFinal: boolean;
  readonly verdict: Verdict;
  /** How many of its results count. */
  readonly results: number;
  /** When somebody answered for it, by the source; null where it does not say. */
  readonly judgedAt: number | null;
  readonly readAt: number;
}

interface InspectionRead {
  lot_pk: number;
  ref: string;
  number: string;
  inspection_type: string | null;
  state: string;
  verified_at: number | null;
  published_at: number | null;
  read_at: number;
  native_key: string;
  system: string;
  stream: string;
}

interface ResultRead {
  ref: string;
  inspection_ref: string;
  verdict: string;
  state: string;
  retest_of_ref: string | null;
}

/** By lot, oldest record first. */
export async function loadRuledInspections(
  manager: EntityManager,
  lotPks: readonly number[],
): Promise<Map<number, RuledInspection[]>> {
  const rows = await selectIn<InspectionRead>(
    manager,
    `SELECT i.lot_pk, i.ref, i.number, i.inspection_type, i.state, i.verified_at, i.published_at,
            r.read_at, r.native_key, s.system, s.name AS stream
       FROM inspection i JOIN source_record r ON r.pk = i.pk JOIN source_stream s ON s.pk = r.stream_pk
      WHERE i.lot_pk IN (?) ORDER BY i.pk`,
    lotPks,
  );
  const results = await selectIn<ResultRead>(
    manager,
    'SELECT ref, inspection_ref, verdict, state, retest_of_ref FROM inspection_result WHERE inspection_ref IN (?)',
    rows.map(({ ref }) => ref),
  );
  const byInspection = groupBy(results, (result) => result.inspection_ref);
  const inspections = rows.map((row) => {
    const own = (byInspection.get(row.ref) ?? []).map(({ retest_of_ref: retestOfRef, ...result }) => ({
      ...result,
      retestOfRef,
    }));
    return {
      lotPk: row.lot_pk,
      ...{ system: row.system, stream: row.stream, key: row.native_key, number: row.number },
      ...{ inspectionType: row.inspection_type, readAt: row.read_at, isFinal: isFinal(row.state) },
      ...{ verdict: verdictOf(row.state, own), results: currentResults(own).length },
      judgedAt: row.published_at ?? row.verified_at,
    };
  });
  return groupBy(inspections, ({ lotPk }) => lotPk);
}
