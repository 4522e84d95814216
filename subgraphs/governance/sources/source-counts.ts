/** How much there is of each source system in the copy. */
import type { Database } from '../../../platform/database/database';

const RECORDS = `SELECT s.system AS system, COUNT(*) AS n FROM source_record r
  JOIN source_stream s ON s.pk = r.stream_pk GROUP BY s.system`;
const REJECTED = `SELECT s.system AS system, COUNT(*) AS n FROM rejected_row r
  JOIN source_stream s ON s.pk = r.stream_pk WHERE r.resolved_at IS NULL GROUP BY s.system`;
/** A finding counts for each system that has a record of its subject. */
const FINDINGS = `SELECT x.system AS system, COUNT(*) AS n FROM (
  SELECT s.system AS system, f.pk AS pk FROM finding f JOIN source_record r ON r.pk = f.subject_pk
    JOIN source_stream s ON s.pk = r.stream_pk WHERE f.state = 'OPEN' AND f.subject_type = 'record'
  UNION
  SELECT s.system AS system, f.pk AS pk FROM finding f JOIN source_record r ON r.entity_pk = f.subject_pk
    JOIN source_stream s ON s.pk = r.stream_pk WHERE f.state = 'OPEN' AND f.subject_type <> 'record'
  ) x GROUP BY x.system`;

const STATEMENTS = { records: RECORDS, rejected: REJECTED, findings: FINDINGS } as const;
export type SourceCount = keyof typeof STATEMENTS;

/** One count for every system that has any. */
export async function countBySystem(
  database: Database,
  count: SourceCount,
): Promise<ReadonlyMap<string, number>> {
  const rows = await database.reader.query<{ system: string; n: number | string }[]>(STATEMENTS[count]);
  return new Map(rows.map((row) => [row.system, Number(row.n)]));
}
