/**
 * Golden integrity: what stands in the regulated golden tables (lots with their expiry, holds, dispositions) against
 * what the current versions of the source records derive to, by the same specifications that wrote it. A year added
 * to an expiry, a deleted hold or an inserted release by SQL is found and named. Reads only.
 */
import type { CanonicalRecord } from '../connectors/contract';
import type { Findings } from '../controls/audit/verify/finding';
import { groupBy } from '../platform/collections';
import type { BulkValue } from '../platform/database/bulk';
import type { ReadOnlyDatabase } from '../platform/database/read-only';
import type { Dictionary } from '../platform/dictionary/dictionary';
import { attributesOf } from './attributes/derive-attributes';
import { checkFacts, doubtedRecords } from './fact-check';
import { type Contribution, winner } from './merge';
import { DecidedNames } from './stewardship/decided-names';
import { ENTITIES, type Pick, statedHolds } from './sync/entity-specs';
import { FACTS } from './sync/facts';
import { textOf } from './sync/values';

type Row = Readonly<Record<string, BulkValue>>;

const PAGE = 500;
/** A key from the identity map: the supplier is compared by its code. */
const NOT_CHECKED: ReadonlySet<string> = new Set(['supplier_pk']);
const NO_PARTY = { pkOf: () => 0 };

/** Compares all of it. */
export async function checkGolden(
  database: ReadOnlyDatabase,
  dictionary: Dictionary,
  findings: Findings,
): Promise<void> {
  const names = await DecidedNames.load(database);
  const check = new GoldenCheck(database, dictionary, findings, names);
  await check.lots();
  await check.orphanedHolds();
  await check.dispositions();
  await check.locations();
  await checkFacts(database, findings);
}

class GoldenCheck {
  constructor(
    private readonly database: ReadOnlyDatabase,
    private readonly dictionary: Dictionary,
    private readonly findings: Findings,
    private readonly names: DecidedNames,
  ) {}

  async lots(): Promise<void> {
    const columns = ENTITIES.lot.derived.filter((column) => !NOT_CHECKED.has(column));
    for await (const lots of this.#pages(
      `SELECT pk, lot_number, mastered, ${columns.join(', ')},
              (SELECT p.code FROM party p WHERE p.pk = lot.supplier_pk) AS supplier FROM lot`,
    )) {
      const pks = lots.map((lot) => Number(lot['pk']));
      const contributions = await this.#contributionsTo(pks);
      const holds = groupBy(await this.#holdsOf(pks), (hold) => Number(hold['lot_pk']));
      const attributes = groupBy(await this.#attributesOf(pks), (one) => Number(one['entity_pk']));
      for (const lot of lots) {
        const pk = Number(lot['pk']);
        const own = contributions.get(pk) ?? [];
        this.#compareLot(pk, lot, own);
        this.#compareAttributes(pk, own, attributes.get(pk) ?? []);
        this.#compareHolds(pk, own, holds.get(pk) ?? []);
      }
    }
  }

  /** Holds of lots or records that are not there. */
  async orphanedHolds(): Promise<void> {
    const rows = await this.database.query<{ record_pk: number; kind: string }>(
      `SELECT h.record_pk, h.kind FROM lot_hold h LEFT JOIN lot l ON l.pk = h.lot_pk WHERE l.pk IS NULL LIMIT ${PAGE}`,
    );
    for (const { record_pk: record, kind } of rows)
      this.findings.add('GOLDEN_INSERTED', `lot_hold record ${record} ${kind}`);
  }

  /** Where a location is decides who sees what lies there: its site and code are those that its records name. */
  async locations(): Promise<void> {
    const sql = 'SELECT o.pk, o.code, s.code AS site FROM location o LEFT JOIN site s ON s.pk = o.site_pk';
    for await (const rows of this.#pages(sql, 'o.pk')) {
      const contributions = await this.#contributionsTo(rows.map((row) => Number(row['pk'])));
      for (const row of rows) {
        const place = `location ${String(row['pk'])} (${String(row['code'])})`;
        for (const { record, system } of contributions.get(Number(row['pk'])) ?? []) {
          if (!this.#names('site', system, textOf(record, 'site'), row['site']))
            this.findings.add('GOLDEN_ALTERED', `${place} site_pk`, 'its record names another site');
          if (!this.#names('location', system, textOf(record, 'code'), row['code']))
            this.findings.add('GOLDEN_ALTERED', `${place} code`, 'its record names another');
        }
      }
    }
  }

  async dispositions(): Promise<void> {
    const spec = FACTS.disposition;
    if (spec === undefined) return;
    const sql = `SELECT r.pk, s.system, r.native_key, r.void_reason, v.canonical, d.pk AS golden_pk, l.lot_number,
                        ${spec.columns.map((column) => `d.${column} AS d_${column}`).join(', ')}
                   FROM source_record r
                   LEFT JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version
                   LEFT JOIN source_stream s ON s.pk = r.stream_pk
                   LEFT JOIN disposition d ON d.pk = r.pk
                   LEFT JOIN lot l ON l.pk = d.lot_pk
                  WHERE r.stream_pk IN (SELECT pk FROM source_stream WHERE record_type = 'disposition')`;
    for await (const rows of this.#pages(sql, 'r.pk', ' AND ')) {
      const without = rows.filter((row) => row['golden_pk'] === null);
      const unresolved = await doubtedRecords(this.database, without);
      for (const row of rows) this.#compareDisposition(row, unresolved);
    }
    await this.#insertedDispositions();
  }

  #compareLot(pk: number, lot: Row, own: readonly Contribution[]): void {
    const pick: Pick = (field) =>
      winner(own, this.dictionary.precedence('lot', field), field)?.record ?? null;
    const derived = ENTITIES.lot.values(pick, NO_PARTY);
    const place = `lot ${pk} (${String(lot['lot_number'])})`;
    ENTITIES.lot.derived.forEach((column, index) => {
      if (NOT_CHECKED.has(column)) return;
      const [stands, should] = [lot[column] ?? null, derived[index] ?? null];
      if (!same(stands, should))
        this.findings.add('GOLDEN_ALTERED', `${place} ${column}`, differ(stands, should));
    });
    const supplier = pick('supplier');
    const named = supplier === null ? null : textOf(supplier, 'supplier');
    const stated = own.find(({ record }) => record === supplier)?.system ?? '';
    if (
      !same(lot['supplier'] ?? null, named) &&
      !this.names.allow('party', stated, named, lot['supplier'] ?? null)
    )
      this.findings.add('GOLDEN_ALTERED', `${place} supplier_pk`, differ(lot['supplier'] ?? null, named));
    for (const { record, system } of own)
      if (!this.#names('lot', system, textOf(record, 'lotNumber'), lot['lot_number']))
        this.findings.add('GOLDEN_ALTERED', `${place} lot_number`, 'its records name another');
  }

  #compareHolds(pk: number, own: readonly Contribution[], stored: readonly Row[]): void {
    const left = new Map(stored.map((hold) => [keyOfHold(hold['record_pk'], hold['kind']), hold]));
    for (const { recordPk, record } of own) {
      for (const { kind, reason } of statedHolds(record)) {
        const key = keyOfHold(recordPk, kind);
        const hold = left.get(key);
        left.delete(key);
        const place = `lot_hold lot ${pk} record ${recordPk} ${kind}`;
        if (hold === undefined) this.findings.add('GOLDEN_DELETED', place);
        else if (!same(hold['reason'] ?? null, reason))
          this.findings.add('GOLDEN_ALTERED', `${place} reason`);
      }
    }
    for (const key of left.keys()) this.findings.add('GOLDEN_INSERTED', `lot_hold lot ${pk} record ${key}`);
  }

  #compareAttributes(pk: number, own: readonly Contribution[], stored: readonly Row[]): void {
    const left = new Map(stored.map((row) => [String(row['term']), row]));
    for (const { term, text, micros } of attributesOf(this.dictionary, 'lot', own)) {
      const row = left.get(term);
      left.delete(term);
      const place = `attribute_value lot ${pk} ${term}`;
      if (row === undefined) this.findings.add('GOLDEN_DELETED', place);
      else if (!same(row['value_text'] ?? null, text) || !same(row['value_micros'] ?? null, micros))
        this.findings.add('GOLDEN_ALTERED', place, differ(row['value_text'] ?? null, text));
    }
    // values of a term that the dictionary does not have any more are shown to nobody
    for (const term of left.keys())
      if (this.dictionary.find(term) !== undefined)
        this.findings.add('GOLDEN_INSERTED', `attribute_value lot ${pk} ${term}`);
  }

  #compareDisposition(row: Row, unresolved: ReadonlySet<number>): void {
    const pk = Number(row['pk']);
    const place = `disposition ${pk}`;
    const isThere = row['golden_pk'] !== null;
    if (row['void_reason'] !== null) {
      if (isThere) this.findings.add('GOLDEN_INSERTED', place, 'its record is void');
      return;
    }
    if (!isThere) {
      if (!unresolved.has(pk)) this.findings.add('GOLDEN_DELETED', place);
      return;
    }
    const record = JSON.parse(String(row['canonical'])) as CanonicalRecord;
    const refs = { itemPk: null, lotPk: null, sitePk: null, locationPk: null, partyPk: null };
    const input = { pk, system: String(row['system']), key: String(row['native_key']), record, refs };
    const derived = FACTS.disposition?.row(input) ?? [];
    FACTS.disposition?.columns.forEach((column, index) => {
      // the lot was resolved through the identity map; its number is compared instead
      if (column === 'lot_pk') return;
      const [stands, should] = [row[`d_${column}`] ?? null, derived[index] ?? null];
      if (!same(stands, should))
        this.findings.add('GOLDEN_ALTERED', `${place} ${column}`, differ(stands, should));
    });
    if (!this.#names('lot', input.system, textOf(record, 'lotNumber'), row['lot_number']))
      this.findings.add('GOLDEN_ALTERED', `${place} lot_pk`, 'its record names another lot');
  }

  async #insertedDispositions(): Promise<void> {
    const rows = await this.database.query<{ pk: number; decision: string }>(
      `SELECT d.pk, d.decision FROM disposition d LEFT JOIN source_record r ON r.pk = d.pk
         LEFT JOIN source_stream s ON s.pk = r.stream_pk
        WHERE s.pk IS NULL OR s.record_type <> 'disposition' ORDER BY d.pk LIMIT ${PAGE}`,
    );
    for (const { pk, decision } of rows)
      this.findings.add('GOLDEN_INSERTED', `disposition ${pk}`, `it says ${decision}`);
  }

  async #contributionsTo(lotPks: readonly number[]): Promise<Map<number, Contribution[]>> {
    const rows = await this.database.query<{
      pk: number;
      entity_pk: number;
      system: string;
      canonical: string;
    }>(
      `SELECT r.pk, r.entity_pk, s.system, v.canonical FROM source_record r
         LEFT JOIN source_stream s ON s.pk = r.stream_pk
         LEFT JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version
        WHERE r.void_reason IS NULL AND r.entity_pk IN (${lotPks.map(() => '?').join(',')})`,
      lotPks,
    );
    const groups = groupBy(rows, (row) => row.entity_pk);
    return new Map(
      [...groups].map(([pk, own]) => [
        pk,
        own.map(({ pk: recordPk, system, canonical }) => ({
          recordPk,
          system,
          record: JSON.parse(canonical) as CanonicalRecord,
        })),
      ]),
    );
  }

  async #holdsOf(lotPks: readonly number[]): Promise<Row[]> {
    return await this.database.query<Row>(
      `SELECT record_pk, lot_pk, kind, reason FROM lot_hold WHERE lot_pk IN (${lotPks.map(() => '?').join(',')})`,
      lotPks,
    );
  }

  async #attributesOf(lotPks: readonly number[]): Promise<Row[]> {
    return await this.database.query<Row>(
      `SELECT entity_pk, term, value_text, value_micros FROM attribute_value
        WHERE entity_pk IN (${lotPks.map(() => '?').join(',')})`,
      lotPks,
    );
  }

  /** Whether a row goes by the name that a record gives, or by one that it stands for. */
  #names(kind: 'site' | 'location' | 'lot', system: string, said: string | null, stands: unknown): boolean {
    return said === stands || this.names.allow(kind, system, said, stands);
  }

  /** Rows in the order of their key, a page at a time. */
  async *#pages(sql: string, key = 'pk', join = ' WHERE '): AsyncGenerator<Row[]> {
    let after = 0;
    for (;;) {
      const page = await this.database.query<Row>(`${sql}${join}${key} > ? ORDER BY ${key} LIMIT ${PAGE}`, [
        after,
      ]);
      if (page.length > 0) yield page;
      if (page.length < PAGE) return;
      after = Number(page.at(-1)?.['pk']);
    }
  }
}

const keyOfHold = (record: unknown, kind: unknown): string => `${String(record)} ${String(kind)}`;
const same = (stands: BulkValue, should: BulkValue): boolean =>
  stands === should || (stands !== null && should !== null && String(stands) === String(should));
const differ = (stands: BulkValue, should: BulkValue): string =>
  `it says ${String(stands)}, its sources say ${String(should)}`;
