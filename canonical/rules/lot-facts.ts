/** What consistency rules look at: for a chunk of lots or items, a fixed number of statements however many rules there are. */
import type { EntityManager } from 'typeorm';
import type { CanonicalRecord } from '../../connectors/contract';
import { groupBy } from '../../platform/collections';
import { selectIn } from '../../platform/database/select-in';
import type { Contribution } from '../merge';
import type { RuleSubject } from './consistency-rule';
import { type RuledInspection, loadRuledInspections } from './inspection-facts';

/** What one record of a system states of a lot or an item, and when that was so. */
export interface Claim extends Contribution {
  readonly stream: string;
  readonly key: string;
  /** When it was read. */
  readonly readAt: number;
  /** When the source says that it changed. */
  readonly changedAt: number | null;
}

/** Movements of one ledger, site and kind. */
export interface LedgerSum {
  readonly system: string;
  readonly site: string;
  readonly zone: string | null;
  readonly kind: string;
  readonly micros: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

export interface RuledSubject {
  readonly type: RuleSubject;
  readonly pk: number;
  /** Number of the lot, code of the item. */
  readonly name: string;
  /** Records that describe it. */
  readonly claims: readonly Claim[];
  /** Of an item: of all its lots. Empty where no rule adds it up. */
  readonly ledger: readonly LedgerSum[];
  readonly inspections: readonly RuledInspection[];
  readonly held: boolean;
}

/** Systems with the end of their last whole reading; null while there was none. */
export type Readings = ReadonlyMap<string, number | null>;

/** What holds for all subjects of a chunk. */
export interface CopyState {
  /** Systems that supply lots and items. */
  readonly suppliers: Readonly<Record<RuleSubject, Readings>>;
  /** Systems that supply results of inspections. */
  readonly resultSuppliers: Readings;
  /** A half-read ledger disagrees with everything: null until each was read to its end, then the end of each one's last reading. */
  readonly ledgersRead: ReadonlyMap<string, number> | null;
  readonly now: number;
}

/** Reads the lots; those that are gone are left out. */
export async function loadRuledLots(manager: EntityManager, pks: readonly number[]): Promise<RuledSubject[]> {
  const lots = await selectIn<{ pk: number; lot_number: string }>(
    manager,
    'SELECT pk, lot_number FROM lot WHERE pk IN (?)',
    pks,
  );
  const claims = await loadClaims(manager, pks);
  const ledger = await loadLedger(manager, 'lot', pks);
  const holds = await selectIn<{ lot_pk: number }>(
    manager,
    'SELECT DISTINCT lot_pk FROM lot_hold WHERE lot_pk IN (?)',
    pks,
  );
  const held = new Set(holds.map((row) => row.lot_pk));
  const inspections = await loadRuledInspections(manager, pks);
  return lots.map((lot) => ({
    ...{ type: 'lot', pk: lot.pk, name: lot.lot_number, held: held.has(lot.pk) },
    claims: claims.get(lot.pk) ?? [],
    ledger: ledger.get(lot.pk) ?? [],
    inspections: inspections.get(lot.pk) ?? [],
  }));
}

/** Items whose stock is added up in one transaction: all movements of their lots are read. */
export const ITEMS_AT_ONCE = 20;

/** Reads the items, with their movements where these are asked for; those that are gone are left out. */
export async function loadRuledItems(
  manager: EntityManager,
  pks: readonly number[],
  withLedger: boolean,
): Promise<RuledSubject[]> {
  const items = await selectIn<{ pk: number; code: string }>(
    manager,
    'SELECT pk, code FROM item WHERE pk IN (?)',
    pks,
  );
  const claims = await loadClaims(manager, pks);
  const ledger = withLedger ? await loadLedger(manager, 'item', pks) : new Map<number, LedgerSum[]>();
  return items.map(({ pk, code }) => ({
    ...{ type: 'item', pk, name: code, held: false, inspections: [] },
    claims: claims.get(pk) ?? [],
    ledger: ledger.get(pk) ?? [],
  }));
}

async function loadClaims(manager: EntityManager, pks: readonly number[]): Promise<Map<number, Claim[]>> {
  const rows = await selectIn<{
    pk: number;
    entity_pk: number;
    native_key: string;
    read_at: number;
    system: string;
    stream: string;
    canonical: string;
    changed_at: number | null;
  }>(
    manager,
    `SELECT r.pk, r.entity_pk, r.native_key, r.read_at, s.system, s.name AS stream, v.canonical, v.changed_at
       FROM source_record r
       LEFT JOIN source_stream s ON s.pk = r.stream_pk
       LEFT JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version
      WHERE r.void_reason IS NULL AND r.entity_pk IN (?)`,
    pks,
  );
  const claims = rows.map((row) => ({
    subjectPk: row.entity_pk,
    ...{ recordPk: row.pk, system: row.system, stream: row.stream, key: row.native_key },
    ...{ readAt: row.read_at, changedAt: row.changed_at },
    record: JSON.parse(row.canonical) as CanonicalRecord,
  }));
  claims.sort((a, b) => (a.system < b.system ? -1 : a.system > b.system ? 1 : a.recordPk - b.recordPk));
  return groupBy(claims, (claim) => claim.subjectPk);
}

/** Movements of lots, or of all lots of items. */
const MOVEMENTS = {
  lot: { subject: 'm.lot_pk', from: 'movement m' },
  item: { subject: 'o.item_pk', from: 'lot o JOIN movement m ON m.lot_pk = o.pk' },
} as const;

async function loadLedger(
  manager: EntityManager,
  type: RuleSubject,
  pks: readonly number[],
): Promise<Map<number, LedgerSum[]>> {
  const { subject, from } = MOVEMENTS[type];
  const rows = await selectIn<{
    subject_pk: number;
    system: string;
    site: string;
    zone: string | null;
    kind: string;
    micros: string | number;
    first_at: string | number;
    last_at: string | number;
  }>(
    manager,
    `SELECT ${subject} AS subject_pk, m.system, s.code AS site, s.time_zone AS zone, m.kind, SUM(m.quantity_micros) AS micros,
            MIN(m.occurred_at) AS first_at, MAX(m.occurred_at) AS last_at
       FROM ${from} JOIN location l ON l.pk = m.location_pk JOIN site s ON s.pk = l.site_pk
      WHERE ${subject} IN (?) GROUP BY ${subject}, m.system, s.code, s.time_zone, m.kind`,
    pks,
  );
  return groupBy(
    rows.map((row) => ({
      ...{ subjectPk: row.subject_pk, system: row.system, site: row.site, zone: row.zone, kind: row.kind },
      ...{ micros: Number(row.micros), firstAt: Number(row.first_at), lastAt: Number(row.last_at) },
    })),
    (row) => row.subjectPk,
  );
}

export async function loadCopyState(manager: EntityManager, now: number): Promise<CopyState> {
  const streams = await manager.query<
    { system: string; record_type: string; last_success_at: number | null }[]
  >(
    "SELECT system, record_type, last_success_at FROM source_stream WHERE record_type IN ('lot', 'item', 'movement', 'inspectionResult') ORDER BY system",
  );
  const of = (type: string): Map<string, number | null> => {
    const read = new Map<string, number | null>();
    for (const one of streams.filter((stream) => stream.record_type === type)) {
      const known = read.get(one.system);
      const both = known === undefined ? one.last_success_at : earlier(known, one.last_success_at);
      read.set(one.system, both);
    }
    return read;
  };
  const ledgers = [...of('movement')];
  const read = ledgers.flatMap(([system, at]) => (at === null ? [] : [[system, at] as const]));
  return {
    suppliers: { lot: of('lot'), item: of('item') },
    resultSuppliers: of('inspectionResult'),
    ledgersRead: read.length === ledgers.length ? new Map(read) : null,
    now,
  };
}

const earlier = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : Math.min(a, b);
