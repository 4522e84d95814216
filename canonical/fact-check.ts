/**
 * Golden facts against the current versions of their records: documents and their lines, movements and so stock,
 * transformations, serials, inspections and their results. What a row refers to is compared by the names that the record
 * gives: the keys themselves come from the identity map, which whoever changes rows could change too. Reads only.
 */
import type { CanonicalRecord } from '../connectors/contract';
import type { Findings } from '../controls/audit/verify/finding';
import type { BulkValue } from '../platform/database/bulk';
import type { ReadOnlyDatabase } from '../platform/database/read-only';
import type { RecordType } from '../schema/records/record-types';
import { DecidedNames } from './stewardship/decided-names';
import { FACTS, type FactSpec } from './sync/facts';
import { type Replayed, changedCounts } from './sync/level-replay';
import { textOf } from './sync/values';

type Row = Readonly<Record<string, BulkValue>>;

const PAGE = 500;
/** Dispositions have a check of their own; recalls and certificates are documents of the quality system, not of lots. */
const CHECKED: readonly RecordType[] = [
  ...(['document', 'documentLine', 'movement', 'transformation', 'serial'] as const),
  ...(['inspection', 'inspectionResult'] as const),
];
const NO_REFS = { itemPk: null, lotPk: null, sitePk: null, locationPk: null, partyPk: null };
/** Who did it is personal data, which stands elsewhere. */
const PERSONAL: ReadonlySet<string> = new Set(['inspector', 'analyst']);

/** How a reference is read by name, and the field of the record that says what the name must be. */
interface Reference {
  readonly select: readonly string[];
  readonly join: string;
  readonly names: Readonly<Record<string, string>>;
}

const REFERENCES: Readonly<Record<string, Reference>> = {
  item_pk: {
    select: ['i.code AS n_item'],
    join: 'LEFT JOIN item i ON i.pk = d.item_pk',
    names: { n_item: 'item' },
  },
  lot_pk: {
    select: ['l.lot_number AS n_lot', 'li.code AS n_lot_item'],
    join: 'LEFT JOIN lot l ON l.pk = d.lot_pk LEFT JOIN item li ON li.pk = l.item_pk',
    names: { n_lot: 'lotNumber', n_lot_item: 'item' },
  },
  site_pk: {
    select: ['s.code AS n_site'],
    join: 'LEFT JOIN site s ON s.pk = d.site_pk',
    names: { n_site: 'site' },
  },
  party_pk: {
    select: ['p.code AS n_party'],
    join: 'LEFT JOIN party p ON p.pk = d.party_pk',
    names: { n_party: 'party' },
  },
  location_pk: {
    select: ['o.code AS n_location', 'os.code AS n_location_site'],
    join: 'LEFT JOIN location o ON o.pk = d.location_pk LEFT JOIN site os ON os.pk = o.site_pk',
    names: { n_location: 'location', n_location_site: 'site' },
  },
};

/** What each compared name is the name of. */
const NAMED: Readonly<Record<string, 'item' | 'site' | 'location' | 'party' | 'lot'>> = {
  ...({ n_item: 'item', n_lot: 'lot', n_lot_item: 'item', n_site: 'site' } as const),
  ...({ n_party: 'party', n_location: 'location', n_location_site: 'site' } as const),
};

/** Compares all facts. */
export async function checkFacts(database: ReadOnlyDatabase, findings: Findings): Promise<void> {
  const names = await DecidedNames.load(database);
  for (const type of CHECKED) {
    const spec = FACTS[type];
    if (spec !== undefined) await new FactCheck(database, findings, names, type, spec).run();
  }
  await checkCounts(database, findings);
}

class FactCheck {
  readonly #references: readonly [string, Reference][];

  constructor(
    private readonly database: ReadOnlyDatabase,
    private readonly findings: Findings,
    private readonly names: DecidedNames,
    private readonly type: RecordType,
    private readonly spec: FactSpec,
  ) {
    this.#references = Object.entries(REFERENCES).filter(([column]) => spec.columns.includes(column));
  }

  async run(): Promise<void> {
    const { table, columns } = this.spec;
    const selected = [
      ...columns.map((column) => `d.${column} AS d_${column}`),
      ...this.#references.flatMap(([, { select }]) => select),
    ];
    const sql = `SELECT r.pk, t.system, r.native_key, r.void_reason, v.canonical, ${selected.join(', ')}
                   FROM source_record r
                   LEFT JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version
                   LEFT JOIN source_stream t ON t.pk = r.stream_pk
                   LEFT JOIN ${table} d ON d.pk = r.pk
                   ${this.#references.map(([, { join }]) => join).join(' ')}
                  WHERE r.stream_pk IN (SELECT pk FROM source_stream WHERE record_type = ?) AND r.pk > ?
                  ORDER BY r.pk LIMIT ${PAGE}`;
    let after = 0;
    for (;;) {
      const rows = await this.database.query<Row>(sql, [this.type, after]);
      const doubted = await doubtedRecords(
        this.database,
        rows.filter((row) => row['d_pk'] === null),
      );
      for (const row of rows) this.#compare(row, doubted);
      if (rows.length < PAGE) break;
      after = Number(rows.at(-1)?.['pk']);
    }
    await this.#inserted();
  }

  #compare(row: Row, doubted: ReadonlySet<number>): void {
    const pk = Number(row['pk']);
    const place = `${this.spec.table} ${pk}`;
    const isThere = row['d_pk'] !== null;
    if (row['void_reason'] !== null) {
      if (isThere) this.findings.add('GOLDEN_INSERTED', place, 'its record is void');
      return;
    }
    if (!isThere) {
      if (!this.spec.needsLot || !doubted.has(pk)) this.findings.add('GOLDEN_DELETED', place);
      return;
    }
    const record = JSON.parse(String(row['canonical'])) as CanonicalRecord;
    const input = {
      pk,
      system: String(row['system']),
      key: String(row['native_key']),
      record,
      refs: NO_REFS,
    };
    const derived = this.spec.row(input);
    this.spec.columns.forEach((column, index) => {
      if (column in REFERENCES || PERSONAL.has(column) || isCounted(this.type, column, row)) return;
      const [stands, should] = [row[`d_${column}`] ?? null, derived[index] ?? null];
      if (!same(stands, should))
        this.findings.add(
          'GOLDEN_ALTERED',
          `${place} ${column}`,
          `it says ${String(stands)}, its record says ${String(should)}`,
        );
    });
    for (const [column, { names }] of this.#references)
      this.#compareReference(`${place} ${column}`, row, record, column, names);
  }

  #compareReference(
    place: string,
    row: Row,
    record: CanonicalRecord,
    column: string,
    names: Readonly<Record<string, string>>,
  ): void {
    if (row[`d_${column}`] === null) {
      if (isTold(record, column)) this.findings.add('GOLDEN_ALTERED', place, 'its record names one');
      return;
    }
    for (const [name, field] of Object.entries(names)) {
      const said = textOf(record, field);
      // a record may name a lot by its number alone
      if (said === null && name === 'n_lot_item') continue;
      const kind = NAMED[name];
      if (row[name] === said) continue;
      if (kind !== undefined && this.names.allow(kind, String(row['system']), said, row[name])) continue;
      this.findings.add('GOLDEN_ALTERED', place, 'its record names another');
    }
  }

  async #inserted(): Promise<void> {
    const { table } = this.spec;
    const rows = await this.database.query<{ pk: number }>(
      `SELECT d.pk FROM ${table} d LEFT JOIN source_record r ON r.pk = d.pk
         LEFT JOIN source_stream t ON t.pk = r.stream_pk
        WHERE t.pk IS NULL OR t.record_type <> ? ORDER BY d.pk LIMIT ${PAGE}`,
      [this.type],
    );
    for (const { pk } of rows) this.findings.add('GOLDEN_INSERTED', `${table} ${pk}`);
  }
}

/**
 * Records whose lot cannot be told, so that they rightly have no golden row: they name it by a number alone, and no lot,
 * or more than one, has that number. That somebody wrote down a doubt about them excuses nothing.
 */
export async function doubtedRecords(database: ReadOnlyDatabase, rows: readonly Row[]): Promise<Set<number>> {
  const doubted = new Set<number>();
  for (const row of rows) {
    if (row['void_reason'] !== null || row['canonical'] === null) continue;
    const record = JSON.parse(String(row['canonical'])) as CanonicalRecord;
    const lotNumber = textOf(record, 'lotNumber');
    if (lotNumber === null) {
      doubted.add(Number(row['pk']));
      continue;
    }
    if (textOf(record, 'item') !== null) continue;
    const lots = await database.query<{ pk: number }>('SELECT pk FROM lot WHERE lot_number = ? LIMIT 2', [
      lotNumber,
    ]);
    if (lots.length !== 1) doubted.add(Number(row['pk']));
  }
  return doubted;
}

/** What a count changed follows from the movements before it: the ledger is replayed. */
async function checkCounts(database: ReadOnlyDatabase, findings: Findings): Promise<void> {
  const places = await database.query<{ system: string; lot_pk: number }>(
    'SELECT DISTINCT system, lot_pk FROM movement WHERE level_micros IS NOT NULL ORDER BY system, lot_pk',
  );
  for (const { system, lot_pk: lot } of places) {
    const rows = await database.query<Replayed>(
      `SELECT pk, lot_pk, location_pk, quantity_micros, level_micros FROM movement
        WHERE system = ? AND lot_pk = ? ORDER BY lot_pk, location_pk, occurred_at, pk`,
      [system, lot],
    );
    for (const { pk, quantity } of changedCounts(rows))
      findings.add('GOLDEN_ALTERED', `movement ${pk} quantity_micros`, `the ledger says ${quantity}`);
  }
}

const isCounted = (type: RecordType, column: string, row: Row): boolean =>
  type === 'movement' && column === 'quantity_micros' && row['d_level_micros'] !== null;

/** Whether the record says enough for the reference to be told for certain. */
function isTold(record: CanonicalRecord, column: string): boolean {
  const has = (field: string): boolean => textOf(record, field) !== null;
  if (column === 'lot_pk') return has('lotNumber') && has('item');
  if (column === 'location_pk') return has('location') && has('site');
  return has(column === 'item_pk' ? 'item' : column === 'site_pk' ? 'site' : 'party');
}

const same = (stands: BulkValue, should: BulkValue): boolean =>
  stands === should || (stands !== null && should !== null && String(stands) === String(should));
