/**
 * Releasing and rejecting a lot: what must be so, what is written, and what the legacy systems are asked. Both run inside
 * the transaction of an act and touch nothing else.
 */
import type { CompletenessAsk } from '../../../canonical/completeness/completeness-rule';
import { completenessOf } from '../../../canonical/completeness/lot-completeness';
import type { CommandPlanner } from '../../../canonical/acts/command-planner';
import { type LotState, lotForAct, reliedState, requireFresh } from '../../../canonical/acts/lot-state';
import { DISPOSITION_RECORD, type DecisionContent } from '../../../canonical/acts/own-decisions';
import type { Json } from '../../../controls/audit/audit-entry';
import { newHold } from '../../../controls/holds/holds';
import type { ActContext } from '../../../controls/sign-off/act-context';
import { GatewayError } from '../../../platform/errors';
import type { RecordType } from '../../../schema/records/record-types';
import { type QualityContext, contextOfAct } from '../context';
import { inspectionsOfLot, isInspected, judge } from '../inspection/inspection.service';

/** A release decides about what is kept apart until then; any other hold stands on its own and must be lifted first. */
const ENDED_BY_RELEASE: ReadonlySet<string> = new Set(['QUARANTINE']);

const NEEDED: readonly RecordType[] = [
  ...(['lot', 'inspection', 'inspectionResult', 'disposition'] as const),
  ...(['movement', 'recallCase', 'recallScope'] as const),
];

export async function releaseLot(
  context: QualityContext,
  act: ActContext,
  input: { readonly lot: string; readonly reason: string },
): Promise<LotState | null> {
  const reason = requireReason(act, input.reason);
  const lot = await lotForAct(act, context, input.lot);
  if (lot === null) return null;
  const inspections = await inspectionsFor(context, act, lot);
  const completeness = await completenessFor(context, act, lot);
  refuseForHolds(act, lot);
  if (lot.expired) act.refuse('LOT_EXPIRED');
  if (isReleased(lot)) act.refuse('LOT_ALREADY_DECIDED');
  act.relyOn('lot', lot.id, { ...reliedState(lot), inspections, completeness });
  if (act.refused) return null;
  await decide(act, context.services.commands, { lot, decision: 'RELEASED', reason });
  return lot;
}

/** A rejection errs on the safe side, so it needs neither results nor fresh copies. */
export async function rejectLot(
  context: QualityContext,
  act: ActContext,
  input: { readonly lot: string; readonly reason: string },
): Promise<LotState | null> {
  const reason = requireReason(act, input.reason);
  const lot = await lotForAct(act, context, input.lot);
  if (lot === null) return null;
  const held = lot.own.some(({ kind }) => kind === 'QUALITY');
  if (lot.disposition === 'REJECTED' && held) act.refuse('LOT_ALREADY_DECIDED');
  act.relyOn('lot', lot.id, reliedState(lot));
  if (act.refused) return null;
  await decide(act, context.services.commands, { lot, decision: 'REJECTED', reason });
  if (!held) await hold(act, lot, reason);
  return lot;
}

function requireReason(act: ActContext, reason: string): string {
  const text = reason.trim();
  if (text === '') act.refuse('REASON_REQUIRED');
  return text;
}

/** Refuses unless every inspection is done and passed; what they are is part of what the act relies on. */
async function inspectionsFor(context: QualityContext, act: ActContext, lot: LotState): Promise<Json> {
  const reading = contextOfAct(context, act.manager);
  const inspections = await inspectionsOfLot(reading, lot.row.pk);
  const judged = await Promise.all(
    inspections.map(async ({ row }) => ({
      ref: row.ref,
      state: row.state,
      verdict: await judge(reading, row),
    })),
  );
  if (!(await isInspected(reading, lot.row.pk))) act.refuse('LOT_NOT_INSPECTED');
  // a sample that was replaced says nothing: completeness has seen to it that another one does
  const counting = judged.filter(({ state }) => !['CANCELLED', 'REJECTED', 'INVALID'].includes(state));
  if (counting.some(({ verdict }) => verdict === 'FAIL')) act.refuse('LOT_INSPECTION_FAILED');
  return judged.map(({ ref, state, verdict }) => `${ref} ${state} ${verdict}`).sort();
}

/**
 * Refuses unless the lot is complete under the rules in force, as the act's transaction sees them, and whatever could say
 * more was read lately. Under which rules, and how complete, is part of what the act relies on.
 */
async function completenessFor({ services }: QualityContext, act: ActContext, lot: LotState): Promise<Json> {
  const { canonical, completenessRules } = services;
  const { manager, now } = act;
  const rules = await completenessRules.compiledWithin(manager);
  const isFresh = await requireFresh(act, services, [...NEEDED, ...rules.recordTypes]);
  const query = { manager, canonical, scope: null, now };
  const found = (await completenessOf(query, rules, [lot.row.pk])).get(lot.row.pk);
  if (found === undefined) throw new GatewayError('INTERNAL', 'the lot was there and is gone');
  if (found.complete === false) act.refuse('LOT_INCOMPLETE', { names: namesOf(found.missing) });
  // what cannot be told is never let through, should the copies be fresh as a whole
  if (found.complete === null && isFresh)
    act.refuse('SOURCE_STALE', { names: [...new Set(found.unknown.flatMap(({ doubt }) => doubt.systems))] });
  return {
    rules: found.ruleVersion,
    profile: found.profile?.id ?? null,
    missing: found.missing.map(({ id }) => id),
    unknown: found.unknown.map(({ asked }) => asked.id),
  };
}

const namesOf = (asks: readonly CompletenessAsk[]): Json => ({
  en: asks.map(({ name }) => name.en),
  zh: asks.map(({ name }) => name.zh),
});

function refuseForHolds(act: ActContext, lot: LotState): void {
  const stated = lot.stated.filter(({ kind }) => !ENDED_BY_RELEASE.has(kind) && kind !== 'EXPIRY');
  const kinds = [...stated, ...lot.own].map(({ kind }) => kind);
  if (lot.recalled) kinds.push('RECALL');
  if (kinds.length > 0) act.refuse('LOT_ON_HOLD', { names: [...new Set(kinds)].sort() });
  if (lot.stated.some(({ kind }) => kind === 'EXPIRY') && !lot.expired) act.refuse('LOT_EXPIRED');
}

/** Holds of systems that a release lifts: of a lot that was released before they are all that changes. */
const endedByRelease = ({ stated }: LotState): string[] =>
  [...new Set(stated.map(({ kind }) => kind).filter((kind) => ENDED_BY_RELEASE.has(kind)))].sort();

/** Released already: nothing has set the lot apart since. What a system has stated for longer, it will have lifted soon. */
function isReleased(lot: LotState): boolean {
  const since = lot.decidedHereAt ?? -1;
  const apart = lot.stated.some((hold) => ENDED_BY_RELEASE.has(hold.kind) && hold.since > since);
  return lot.disposition === 'RELEASED' && !apart;
}

interface NewDecision {
  readonly lot: LotState;
  readonly decision: DecisionContent['decision'];
  readonly reason: string;
}

async function decide(act: ActContext, commands: CommandPlanner, made: NewDecision): Promise<void> {
  const { lot, decision, reason } = made;
  const lotPk = lot.row.pk;
  if (lot.disposition !== decision)
    act.change({ field: 'lot.disposition', before: lot.disposition, after: decision });
  const ended = decision === 'RELEASED' ? endedByRelease(lot) : [];
  if (ended.length > 0) act.change({ field: 'lot.holds', before: ended, after: null });
  await commands.send(act, { lotPk, kind: 'setLotStatus', asked: { status: decision } });
  await commands.send(act, { lotPk, kind: 'noteLot', asked: { note: `${decision}: ${reason}` } });
  const content: DecisionContent = {
    ...{ decision, reason, decidedOn: lot.today, proposal: act.proposalId },
    signers: act.signers.map(({ person }) => person),
  };
  await act.writeRecord({ type: DISPOSITION_RECORD, id: lot.id, subject: lot.id, content });
}

async function hold(act: ActContext, lot: LotState, reason: string): Promise<void> {
  act.change({ field: 'lot.holds', before: null, after: 'QUALITY' });
  const { proposalId, now, proposer } = act;
  const placed = { placedAt: now, placedBy: proposer.person ?? proposer.account, placedUnder: proposalId };
  await act.writeRecord(newHold(proposalId, lot.id, { kind: 'QUALITY', reason, ...placed }));
}
