/**
 * Placing a hold: whoever may do it does so alone and at once, since waiting for a second person is no help to a patient.
 * Lifting it takes two.
 */
import { lotForAct } from '../../../canonical/acts/lot-state';
import { actorOf } from '../../../controls/audit/audit-entry';
import { newHold, openHolds } from '../../../controls/holds/holds';
import { timedId } from '../../../controls/integrity/ids';
import { type RefusalView, refusalIn } from '../../../controls/sign-off/refusal';
import type { ErrorCode } from '../../../platform/errors';
import type { LotsContext } from '../context';
import { requireText } from './lot-acts.service';

export interface HoldInput {
  readonly lot: string;
  readonly kind: string;
  readonly reason: string;
}

export interface PlacedHold {
  /** Key of the lot; null when nothing was done. */
  readonly lotPk: number | null;
  readonly refusals: readonly RefusalView[];
}

/** Kinds that follow from something else, and cannot be placed by hand. */
const NOT_PLACED: ReadonlySet<string> = new Set(['EXPIRY', 'UNKNOWN']);

export async function placeHold(context: LotsContext, input: HoldInput): Promise<PlacedHold> {
  const { caller, requestId, language, services } = context;
  const { audit, records } = services.controls;
  const actor = actorOf(caller, requestId);
  const now = services.clock.now();
  return await services.database.write(async (manager) => {
    const codes: ErrorCode[] = [];
    const refusing = { manager, now, refuse: (code: ErrorCode) => void codes.push(code) };
    const reason = requireText(refusing, input.reason);
    if (NOT_PLACED.has(input.kind)) codes.push('INVALID_INPUT');
    const lot = await lotForAct(refusing, context, input.lot);
    const placedBy = caller.person ?? caller.subject;
    const open = lot === null ? [] : await openHolds(manager, [lot.id]);
    if (open.some((one) => one.kind === input.kind && one.reason === reason && one.placedBy === placedBy))
      codes.push('NOTHING_TO_CHANGE');
    const act = { action: 'hold.place', object: { type: 'lot', id: input.lot }, reason };
    if (lot === null || codes.length > 0) {
      await audit.record(manager, actor, { ...act, outcome: 'REFUSED', code: codes[0] });
      return { lotPk: null, refusals: codes.map((code) => refusalIn(language, code)) };
    }
    const entryId = audit.nextId();
    const content = { kind: input.kind, reason, placedAt: now, placedBy, placedUnder: null };
    const seal = await records.append(manager, newHold(timedId(now), lot.id, content), entryId);
    const changes = [{ field: 'lot.holds', before: null, after: input.kind }];
    await audit.record(manager, actor, { ...act, outcome: 'DONE', changes, records: [seal] }, entryId);
    return { lotPk: lot.row.pk, refusals: [] };
  });
}
