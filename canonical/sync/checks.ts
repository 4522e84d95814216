/**
 * Rules over the stitched copy that no single record can break: a lot without a master, a lot that the most
 * believed system does not know, one number on two items, dates that cannot be, ledgers that disagree.
 */
import type { EntityManager } from 'typeorm';
import { groupBy } from '../../platform/collections';
import { selectIn } from '../../platform/database/bulk';
import { fromMicros } from '../../platform/decimal';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { type FindingRule, type ObservedFinding, reconcileFindings } from '../findings';

interface CheckedLot {
  pk: number;
  item_pk: number;
  lot_number: string;
  mastered: number;
  manufactured_on: string | null;
  expires_on: string | null;
  shelf_life_days: number | null;
}

export interface CheckContext {
  readonly manager: EntityManager;
  readonly dictionary: Dictionary;
  readonly now: number;
  nextKey(): number;
}

const LOT_RULES = [
  'MASTER_MISSING',
  'MISSING_IN_SYSTEM',
  'SAME_NUMBER',
  'NO_EXPIRY',
  'EXPIRY_BEFORE_MANUFACTURE',
  'STOCK_DIFFERS',
  'NEGATIVE_STOCK',
] as const satisfies readonly FindingRule[];

/** Checks the given lots and brings their findings up to date. */
export async function checkLots(context: CheckContext, lotPks: readonly number[]): Promise<void> {
  const { manager } = context;
  const lots = await selectIn<CheckedLot>(
    manager,
    `SELECT l.pk, l.item_pk, l.lot_number, l.mastered, l.manufactured_on, l.expires_on, i.shelf_life_days
       FROM lot l JOIN item i ON i.pk = l.item_pk WHERE l.pk IN (?)`,
    lotPks,
  );
  const observed = [
    ...missingMasters(lots),
    ...impossibleDates(lots),
    ...(await missingInSystem(context, lots)),
    ...(await sameNumbers(manager, lots)),
    ...(await stockDiffers(manager, lotPks)),
    ...(await negativeStock(manager, lotPks)),
  ];
  const scope = { rules: LOT_RULES, subjectType: 'lot' as const, subjectPks: lotPks };
  await reconcileFindings(manager, () => context.nextKey(), context.now, scope, observed);
}

/** Checks every item that has no master row, and those that had none. */
export async function checkItems(context: CheckContext): Promise<void> {
  const { manager } = context;
  const missing = await manager.query<{ pk: number; code: string }[]>(
    'SELECT pk, code FROM item WHERE mastered = 0',
  );
  const open = await manager.query<{ subject_pk: number }[]>(
    "SELECT subject_pk FROM finding WHERE state = 'OPEN' AND rule = 'MASTER_MISSING' AND subject_type = 'item'",
  );
  const observed = missing.map(({ pk, code }): ObservedFinding => ({
    rule: 'MASTER_MISSING',
    subjectType: 'item',
    subjectPk: pk,
    field: null,
    facts: { item: code },
  }));
  const subjectPks = [...missing.map((row) => row.pk), ...open.map((row) => row.subject_pk)];
  await reconcileFindings(
    manager,
    () => context.nextKey(),
    context.now,
    { rules: ['MASTER_MISSING'], subjectType: 'item', subjectPks },
    observed,
  );
}

function missingMasters(lots: readonly CheckedLot[]): ObservedFinding[] {
  return lots
    .filter((lot) => lot.mastered === 0)
    .map((lot) => ({
      rule: 'MASTER_MISSING',
      subjectType: 'lot',
      subjectPk: lot.pk,
      field: null,
      facts: { lotNumber: lot.lot_number },
    }));
}

function impossibleDates(lots: readonly CheckedLot[]): ObservedFinding[] {
  return lots.flatMap((lot): ObservedFinding[] => {
    const about = { subjectType: 'lot', subjectPk: lot.pk, field: 'expiresOn' } as const;
    const { expires_on: expiresOn, manufactured_on: manufacturedOn } = lot;
    if (expiresOn === null) {
      const facts = { shelfLifeDays: lot.shelf_life_days, lotNumber: lot.lot_number };
      return lot.mastered !== 0 && (lot.shelf_life_days ?? 0) > 0
        ? [{ rule: 'NO_EXPIRY', ...about, facts }]
        : [];
    }
    if (manufacturedOn === null || expiresOn >= manufacturedOn) return [];
    return [{ rule: 'EXPIRY_BEFORE_MANUFACTURE', ...about, facts: { expiresOn, manufacturedOn } }];
  });
}

async function missingInSystem(
  context: CheckContext,
  lots: readonly CheckedLot[],
): Promise<ObservedFinding[]> {
  const suppliers = await context.manager.query<{ system: string; last_success_at: number | null }[]>(
    "SELECT system, last_success_at FROM source_stream WHERE record_type = 'lot' ORDER BY system",
  );
  const believed = context.dictionary
    .precedence('lot', 'lotNumber')
    .find((system) => suppliers.some((one) => one.system === system));
  if (
    believed === undefined ||
    suppliers.some((one) => one.system === believed && one.last_success_at === null)
  )
    return [];
  const known = await selectIn<{ entity_pk: number; system: string }>(
    context.manager,
    `SELECT DISTINCT r.entity_pk, s.system FROM source_record r LEFT JOIN source_stream s ON s.pk = r.stream_pk
      WHERE r.void_reason IS NULL AND r.entity_pk IN (?)`,
    lots.map((lot) => lot.pk),
  );
  const systems = groupBy(known, (row) => row.entity_pk);
  return lots.flatMap((lot) => {
    const knownTo = (systems.get(lot.pk) ?? []).map((row) => row.system).sort();
    if (knownTo.length === 0 || knownTo.includes(believed)) return [];
    const facts = { missingIn: believed, knownTo, lotNumber: lot.lot_number };
    return [
      {
        rule: 'MISSING_IN_SYSTEM',
        subjectType: 'lot',
        subjectPk: lot.pk,
        field: null,
        facts,
      } satisfies ObservedFinding,
    ];
  });
}

async function sameNumbers(manager: EntityManager, lots: readonly CheckedLot[]): Promise<ObservedFinding[]> {
  const namesakes = await selectIn<{ lot_number: string; code: string }>(
    manager,
    'SELECT l.lot_number, i.code FROM lot l JOIN item i ON i.pk = l.item_pk WHERE l.lot_number IN (?)',
    [...new Set(lots.map((lot) => lot.lot_number))],
  );
  const byNumber = groupBy(namesakes, (lot) => lot.lot_number);
  return lots.flatMap((lot) => {
    const same = byNumber.get(lot.lot_number) ?? [];
    const items = [...new Set(same.map((one) => one.code))].sort();
    if (items.length < 2) return [];
    const facts = { lotNumber: lot.lot_number, items };
    return [
      {
        rule: 'SAME_NUMBER',
        subjectType: 'lot',
        subjectPk: lot.pk,
        field: 'lotNumber',
        facts,
      } satisfies ObservedFinding,
    ];
  });
}

/** Compared only once every ledger was read to its end: a half-read one disagrees with everything. */
async function stockDiffers(manager: EntityManager, lotPks: readonly number[]): Promise<ObservedFinding[]> {
  const unread = await manager.query<unknown[]>(
    "SELECT pk FROM source_stream WHERE record_type = 'movement' AND last_success_at IS NULL LIMIT 1",
  );
  if (unread.length > 0) return [];
  const rows = await selectIn<{ lot_pk: number; system: string; site: string; micros: string | number }>(
    manager,
    `SELECT m.lot_pk, m.system, s.code AS site, SUM(m.quantity_micros) AS micros FROM movement m
       JOIN location l ON l.pk = m.location_pk JOIN site s ON s.pk = l.site_pk
      WHERE m.lot_pk IN (?) GROUP BY m.lot_pk, m.system, s.code`,
    lotPks,
  );
  return [...groupBy(rows, (row) => row.lot_pk)].flatMap(([lotPk, ofLot]) => {
    const systems = [...new Set(ofLot.map((row) => row.system))].sort();
    if (systems.length < 2) return [];
    return [...groupBy(ofLot, (row) => row.site)].flatMap(([site, ofSite]): ObservedFinding[] => {
      const stock = systems.map((system) => {
        const row = ofSite.find((one) => one.system === system);
        return { system, quantity: fromMicros(row === undefined ? 0 : Number(row.micros)) };
      });
      if (new Set(stock.map((one) => one.quantity)).size < 2) return [];
      return [
        {
          rule: 'STOCK_DIFFERS',
          subjectType: 'lot',
          subjectPk: lotPk,
          field: site.slice(0, 64),
          facts: { site, stock },
        },
      ];
    });
  });
}

async function negativeStock(manager: EntityManager, lotPks: readonly number[]): Promise<ObservedFinding[]> {
  const rows = await selectIn<{ lot_pk: number; system: string; code: string; micros: string | number }>(
    manager,
    `SELECT m.lot_pk, m.system, l.code, SUM(m.quantity_micros) AS micros FROM movement m JOIN location l ON l.pk = m.location_pk
      WHERE m.lot_pk IN (?) GROUP BY m.lot_pk, m.system, m.location_pk, l.code HAVING SUM(m.quantity_micros) < 0`,
    lotPks,
  );
  return rows.map((row) => ({
    rule: 'NEGATIVE_STOCK',
    subjectType: 'lot',
    subjectPk: row.lot_pk,
    field: `${row.system}/${row.code}`.slice(0, 64),
    facts: { system: row.system, location: row.code, quantity: fromMicros(Number(row.micros)) },
  }));
}
