/** Everything golden that the copy holds, with its keys: what a mapping that was taken back must leave as it was. */
import type { Database } from '../../platform/database/database';

const GOLDEN: Readonly<Record<string, string>> = {
  item: 'pk',
  site: 'pk',
  location: 'pk',
  party: 'pk',
  lot: 'pk',
  lot_hold: 'record_pk, kind',
  document: 'pk',
  document_line: 'pk',
  movement: 'pk',
  level_movement: 'movement_pk',
  transformation_line: 'pk',
  genealogy_edge: 'transformation_ref, input_line_pk, output_line_pk',
  serial: 'pk',
  inspection: 'pk',
  inspection_result: 'pk',
  disposition: 'pk',
  recall_case: 'pk',
  recall_scope: 'pk',
  identity: 'entity_type, natural_key',
};

/** Rows of each golden table as text, and the open findings without their own keys and times. */
export async function goldenDump(database: Database): Promise<Record<string, string[]>> {
  const dump: Record<string, string[]> = {};
  const read = async (name: string, sql: string): Promise<void> => {
    const rows = await database.reader.query<Record<string, unknown>[]>(sql);
    dump[name] = rows.map((row) =>
      JSON.stringify(row, (_, value: unknown) => (typeof value === 'number' ? String(value) : value)),
    );
  };
  for (const [table, order] of Object.entries(GOLDEN))
    await read(table, `SELECT * FROM ${table} ORDER BY ${order}`);
  await read(
    'finding',
    "SELECT rule, subject_type, subject_pk, field, facts FROM finding WHERE state = 'OPEN' ORDER BY 1, 2, 3, 4",
  );
  await read(
    'rejected_row',
    'SELECT stream_pk, row_key, code, raw FROM rejected_row WHERE resolved_at IS NULL ORDER BY 1, 2',
  );
  return dump;
}
