/** Holds regulated records to the seals in their entries: altered, deleted and inserted ones are found. */
import { groupBy } from '../../../platform/collections';
import type { ReadOnlyDatabase } from '../../../platform/database/read-only';
import { algorithmOf } from '../../integrity/digest';
import { hashOfRecord } from '../../records/record-hash';
import type { RecordSeal } from '../audit-entry';
import { readBody } from '../index-entry';
import type { Findings } from './finding';
import type { SealingEntry } from './log-scan';

interface RecordRow {
  readonly record_type: string;
  readonly record_id: string;
  readonly version: number;
  readonly subject: string;
  readonly content: string;
  readonly hash: string;
  readonly entry_id: string;
  readonly at: number;
}

const COLUMNS = 'record_type, record_id, version, subject, content, hash, entry_id, at';
const IN_LIST = 500;

export class RecordCheck {
  #sealed = 0;

  constructor(
    private readonly database: ReadOnlyDatabase,
    private readonly findings: Findings,
  ) {}

  /** Records that were held to a seal so far. */
  get sealed(): number {
    return this.#sealed;
  }

  /** Checks what these entries sealed. */
  async check(entries: readonly SealingEntry[]): Promise<void> {
    const sealing = entries
      .map((entry) => ({ ...entry, seals: readBody(entry.entryId, entry.body).records }))
      .filter((entry) => entry.seals.length > 0);
    for (let start = 0; start < sealing.length; start += IN_LIST) {
      const chunk = sealing.slice(start, start + IN_LIST);
      const rows = await this.#rowsOf(chunk.map((entry) => entry.entryId));
      const byEntry = groupBy(rows, (row) => row.entry_id);
      for (const { seq, entryId, seals } of chunk) await this.#hold(seq, seals, byEntry.get(entryId) ?? []);
    }
  }

  /** Looks for records that no entry sealed. Called once, after the whole log. */
  async finish(): Promise<void> {
    const [counts] = await this.database.query<{ total: number; waiting: number }>(
      `SELECT (SELECT COUNT(*) FROM regulated_record) AS total,
              (SELECT COUNT(*) FROM regulated_record r JOIN audit_pending p ON p.entry_id = r.entry_id) AS waiting`,
    );
    if (Number(counts?.total) === this.#sealed + Number(counts?.waiting)) return;
    let after: readonly [string, string, number] = ['', '', 0];
    for (;;) {
      const rows = await this.#page(after);
      for (const row of rows)
        if (!row.waiting && !(row.body ?? '').includes(`"${row.hash}"`))
          this.findings.add('RECORD_INSERTED', placeOf(row), `it names entry ${row.entry_id}`);
      const last = rows.at(-1);
      if (last === undefined || rows.length < IN_LIST) return;
      after = [last.record_type, last.record_id, last.version];
    }
  }

  async #hold(seq: number, seals: readonly RecordSeal[], rows: readonly RecordRow[]): Promise<void> {
    const left = new Map(rows.map((row) => [keyOf(row.record_type, row.record_id, row.version), row]));
    for (const seal of seals) {
      const key = keyOf(seal.type, seal.id, seal.version);
      const row = left.get(key) ?? (await this.#rowAt(seal));
      left.delete(key);
      const place = `regulated_record ${key}`;
      if (row === null) {
        this.findings.add('RECORD_DELETED', place, `sealed at seq ${seq}`);
        continue;
      }
      this.#sealed += 1;
      if (!fits(row, seal, rows)) this.findings.add('RECORD_ALTERED', place, `sealed at seq ${seq}`);
    }
    for (const row of left.values())
      this.findings.add('RECORD_INSERTED', placeOf(row), `it names the entry at seq ${seq}`);
    this.#sealed += left.size;
  }

  async #rowsOf(entryIds: readonly string[]): Promise<RecordRow[]> {
    const list = entryIds.map(() => '?').join(',');
    return await this.database.query<RecordRow>(
      `SELECT ${COLUMNS} FROM regulated_record WHERE entry_id IN (${list})`,
      entryIds,
    );
  }

  /** A record that names another entry than the one that sealed it. */
  async #rowAt({ type, id, version }: RecordSeal): Promise<RecordRow | null> {
    const [row] = await this.database.query<RecordRow>(
      `SELECT ${COLUMNS} FROM regulated_record WHERE record_type = ? AND record_id = ? AND version = ?`,
      [type, id, version],
    );
    return row ?? null;
  }

  async #page([type, id, version]: readonly [string, string, number]): Promise<
    (RecordRow & { body: string | null; waiting: number })[]
  > {
    return await this.database.query(
      `SELECT r.record_type, r.record_id, r.version, r.hash, r.entry_id, e.body,
              CASE WHEN p.entry_id IS NULL THEN 0 ELSE 1 END AS waiting
         FROM regulated_record r
         LEFT JOIN audit_log l ON l.entry_id = r.entry_id
         LEFT JOIN audit_entry e ON e.id = l.entry_id
         LEFT JOIN audit_pending p ON p.entry_id = r.entry_id
        WHERE r.record_type > ? OR (r.record_type = ? AND (r.record_id > ? OR (r.record_id = ? AND r.version > ?)))
        ORDER BY r.record_type, r.record_id, r.version LIMIT ${IN_LIST}`,
      [type, type, id, id, version],
    );
  }
}

function fits(row: RecordRow, seal: RecordSeal, ofEntry: readonly RecordRow[]): boolean {
  if (row.hash !== seal.hash || !ofEntry.includes(row)) return false;
  const { record_type: recordType, record_id: recordId, version, subject, content, at } = row;
  return (
    hashOfRecord({ recordType, recordId, version, subject, content, at }, algorithmOf(seal.hash)) ===
    seal.hash
  );
}

const keyOf = (type: string, id: string, version: number): string => `${type} ${id} v${version}`;
const placeOf = (row: RecordRow): string =>
  `regulated_record ${keyOf(row.record_type, row.record_id, row.version)}`;
