/**
 * Checks of the stitched copy that no single record can break and no rule declares: a lot without a master, one number
 * on two items, no expiry where there is a shelf life, less than nothing in stock. What systems must agree on, the
 * consistency rules say (canonical/rules), which are run with these.
 */
import type { EntityManager } from 'typeorm';
import { groupBy } from '../../platform/collections';
import { selectIn } from '../../platform/database/select-in';
import { fromMicros } from '../../platform/decimal';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { type FindingRule, type ObservedFinding, reconcileFindings } from '../findings';
import { checkConsistency } from '../rules/check-lots';
import type { ConsistencyRules } from '../rules/consistency-rule';

interface CheckedLot {
  pk: number;
  item_pk: number;
  lot_number: string;
  mastered: number;
  expires_on: string | null;
  shelf_life_days: number | null;
}

export interface CheckContext {
  readonly manager: EntityManager;
  readonly dictionary: Dictionary;
  /** Null: what systems must agree on is not checked, and what was found stays. */
  readonly rules: ConsistencyRules | null;
  readonly now: number;
  readonly nextKey: () => number;
}

const LOT_RULES = [
  'MASTER_MISSING',
  'SAME_NUMBER',
  'NO_EXPIRY',
  'NEGATIVE_STOCK',
] as const satisfies readonly FindingRule[];

/** Checks the given lots and brings their findings up to date. */
export async function checkLots(context: CheckContext, lotPks: readonly number[]): Promise<void> {
  const { manager } = context;
  const lots = await selectIn<CheckedLot>(
    manager,
    `SELECT l.pk, l.item_pk, l.lot_number, l.mastered, l.expires_on, i.shelf_life_days
       FROM lot l JOIN item i ON i.pk = l.item_pk WHERE l.pk IN (?)`,
    lotPks,
  );
  const observed = [
    ...missingMasters(lots),
    ...missingExpiries(lots),
    ...(await sameNumbers(manager, lots)),
    ...(await negativeStock(manager, lotPks)),
  ];
  const scope = { rules: LOT_RULES, subjectType: 'lot' as const, subjectPks: lotPks };
  await reconcileFindings(manager, context.nextKey, context.now, scope, observed);
  await checkAgreement(context, 'lot', lotPks);
}

/** Checks what systems must agree on about the given items. */
export async function checkItems(context: CheckContext, itemPks: readonly number[]): Promise<void> {
  await checkAgreement(context, 'item', itemPks);
}

async function checkAgreement(
  context: CheckContext,
  subject: 'lot' | 'item',
  pks: readonly number[],
): Promise<void> {
  const { rules } = context;
  if (rules !== null) await checkConsistency({ ...context, rules }, subject, pks);
}

/** Checks every item that has no master row, and those that had none. */
export async function checkMasters(context: CheckContext): Promise<void> {
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
    context.nextKey,
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

function missingExpiries(lots: readonly CheckedLot[]): ObservedFinding[] {
  return lots
    .filter((lot) => lot.expires_on === null && lot.mastered !== 0 && (lot.shelf_life_days ?? 0) > 0)
    .map((lot) => ({
      ...{ rule: 'NO_EXPIRY', subjectType: 'lot', subjectPk: lot.pk, field: 'expiresOn' },
      facts: { shelfLifeDays: lot.shelf_life_days, lotNumber: lot.lot_number },
    }));
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
