/** Findings that follow from single records: what a transform noted, and which lot could not be told for certain. */
import type { EntityManager } from 'typeorm';
import type { RowNote } from '../../connectors/contract';
import type { InsertsUnderWay } from '../../platform/database/bulk';
import { type FindingRule, type ObservedFinding, reconcileFindings } from '../findings';
import type { ChangedRecord } from './batch';
import type { Resolution } from './references';

export interface RecordFindingContext {
  readonly manager: EntityManager;
  readonly inserts: InsertsUnderWay;
  readonly system: string;
  readonly now: number;
  readonly nextKey: () => number;
}

const NOTE_RULES = [
  'UNKNOWN_CODE',
  'ZERO_DATE',
  'UNIT_CONVERTED',
  'ABSURD_FACTOR',
  'GONE_IN_SOURCE',
  'KEY_REPEATED',
  'TEXT_REPAIRED',
  'CLOCK_CHANGE',
] as const satisfies readonly RowNote['rule'][];
const LOT_DOUBT_RULES = ['AMBIGUOUS_LOT', 'UNKNOWN_LOT', 'NO_LOT'] as const;

export async function reconcileNotes(
  context: RecordFindingContext,
  changed: readonly ChangedRecord[],
): Promise<void> {
  const observed = changed.flatMap(({ pk, mapped }) =>
    mapped.notes.map((note): ObservedFinding => ({
      rule: note.rule,
      subjectType: 'record',
      subjectPk: pk,
      field: note.field,
      facts: { raw: note.raw, system: context.system, key: mapped.key },
    })),
  );
  const looked = changed
    .filter(({ isNew, mapped }) => !isNew || mapped.notes.length > 0)
    .map((one) => one.pk);
  await reconcile(context, 'record', NOTE_RULES, looked, observed);
}

/** A doubt about a lot of unknown manufacturer is the lot's; one about a record that names no lot is the record's. */
export async function reconcileDoubts(
  context: RecordFindingContext,
  records: readonly ChangedRecord[],
  resolutions: readonly Resolution[],
): Promise<void> {
  const ofRecords: ObservedFinding[] = [];
  const ofLots: ObservedFinding[] = [];
  records.forEach(({ pk, mapped }, index) => {
    const resolution = resolutions[index];
    if (!resolution?.doubt || mapped.voidReason !== null) return;
    const { rule, lotNumber, candidates } = resolution.doubt;
    const { lotPk } = resolution.refs;
    const facts = { lotNumber, candidates };
    if (lotPk !== null)
      ofLots.push({ rule, subjectType: 'lot', subjectPk: lotPk, field: 'lotNumber', facts });
    else
      ofRecords.push({
        ...{ rule, subjectType: 'record', subjectPk: pk, field: 'lotNumber' },
        facts: { ...facts, system: context.system, key: mapped.key },
      });
  });
  const looked = records.filter((one, index) => !one.isNew || resolutions[index]?.doubt).map((one) => one.pk);
  await reconcile(context, 'record', LOT_DOUBT_RULES, looked, ofRecords);
  const lots = ofLots.map((finding) => finding.subjectPk);
  await reconcile(context, 'lot', LOT_DOUBT_RULES, lots, ofLots);
}

async function reconcile(
  { manager, inserts, nextKey, now }: RecordFindingContext,
  subjectType: 'record' | 'lot',
  rules: readonly FindingRule[],
  subjectPks: readonly number[],
  observed: readonly ObservedFinding[],
): Promise<void> {
  if (subjectPks.length === 0) return;
  await inserts.settle();
  await reconcileFindings(manager, nextKey, now, { rules, subjectType, subjectPks }, observed);
}
