/** Short questions to the stitched copy, for the test that goes through the planted mess. */
import type { DemoWorld } from '../support/demo-world';

export interface LotInCopy {
  readonly pk: number;
  readonly item: string;
  readonly lotNumber: string;
  readonly expiresOn: string | null;
}

export class CopyQuestions {
  constructor(private readonly world: DemoWorld) {}

  query<T>(sql: string, parameters: (string | number)[] = []): Promise<T[]> {
    return this.world.services.database.reader.query<T[]>(sql, parameters);
  }

  async lot(itemCode: string, lotNumber: string): Promise<LotInCopy> {
    const lots = await this.query<LotInCopy>(
      `SELECT l.pk, i.code AS item, l.lot_number AS lotNumber, l.expires_on AS expiresOn
         FROM lot l JOIN item i ON i.pk = l.item_pk WHERE i.code = ? AND l.lot_number = ?`,
      [itemCode, lotNumber],
    );
    if (lots.length !== 1 || !lots[0]) throw new Error(`${lots.length} lots ${itemCode} ${lotNumber}`);
    return lots[0];
  }

  /** Facts of the open findings of a rule about a lot. */
  async findings(rule: string, lot: LotInCopy): Promise<unknown[]> {
    const rows = await this.query<{ facts: string }>(
      "SELECT facts FROM finding WHERE state = 'OPEN' AND rule = ? AND subject_type = 'lot' AND subject_pk = ? ORDER BY field",
      [rule, lot.pk],
    );
    return rows.map((row) => JSON.parse(row.facts) as unknown);
  }

  /** Facts of the open findings of a rule about records. */
  async recordFindings(rule: string): Promise<Record<string, unknown>[]> {
    const rows = await this.query<{ facts: string }>(
      "SELECT facts FROM finding WHERE state = 'OPEN' AND rule = ? AND subject_type = 'record'",
      [rule],
    );
    return rows.map((row) => JSON.parse(row.facts) as Record<string, unknown>);
  }

  /** Holds of a lot as `system kind`. */
  async holds(lot: LotInCopy): Promise<string[]> {
    const rows = await this.query<{ system: string; kind: string }>(
      'SELECT system, kind FROM lot_hold WHERE lot_pk = ? ORDER BY system, kind',
      [lot.pk],
    );
    return rows.map((row) => `${row.system} ${row.kind}`);
  }

  /** Stock of a lot by site in one system's ledger, in millionths. */
  async stock(lot: LotInCopy, system: string): Promise<Map<string, number>> {
    const rows = await this.query<{ site: string; micros: string | number }>(
      `SELECT s.code AS site, SUM(m.quantity_micros) AS micros FROM movement m
         JOIN location l ON l.pk = m.location_pk JOIN site s ON s.pk = l.site_pk
        WHERE m.lot_pk = ? AND m.system = ? GROUP BY s.code`,
      [lot.pk, system],
    );
    return new Map(
      rows.filter((row) => Number(row.micros) !== 0).map((row) => [row.site, Number(row.micros)]),
    );
  }

  /** Movements of a lot that a document caused. */
  movementsOf(
    lot: LotInCopy,
    documentNumber: string,
  ): Promise<{ kind: string; quantity_micros: number; system: string }[]> {
    return this.query(
      `SELECT m.kind, m.quantity_micros, m.system FROM movement m JOIN document d ON d.ref = m.document_ref
        WHERE m.lot_pk = ? AND d.number = ?`,
      [lot.pk, documentNumber],
    );
  }

  /** Results of a lot's inspections for a keyword. */
  results(
    lot: LotInCopy,
    keyword: string,
  ): Promise<
    { value: string | null; numeric_micros: number | null; state: string; retest_of_ref: string | null }[]
  > {
    return this.query(
      `SELECT r.value, r.numeric_micros, r.state, r.retest_of_ref FROM inspection_result r JOIN inspection i ON i.ref = r.inspection_ref
        WHERE i.lot_pk = ? AND r.keyword = ?`,
      [lot.pk, keyword],
    );
  }

  /** Open rejected rows of a system: what they say, and the row. */
  rejected(system: string): Promise<{ code: string; field: string; message: string; raw: string }[]> {
    return this.query(
      `SELECT r.code, r.field, r.message, r.raw FROM rejected_row r JOIN source_stream s ON s.pk = r.stream_pk
        WHERE r.resolved_at IS NULL AND s.system = ?`,
      [system],
    );
  }
}
