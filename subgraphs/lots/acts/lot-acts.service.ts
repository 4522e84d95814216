/**
 * Acts on a lot that two people sign: lifting a hold, changing status, expiry or quantity. Each runs inside the
 * transaction of its act, reads through it alone, and asks the legacy systems through the outbox.
 */
import { type LotState, lotForAct, reliedState, requireFresh } from '../../../canonical/acts/lot-state';
import { HOLD_RECORD, findHold, liftedHold } from '../../../controls/holds/holds';
import type { CommandKind } from '../../../controls/outbox/command';
import type { ActContext } from '../../../controls/sign-off/act-context';
import type { LotsContext } from '../context';
import { EXPIRY_RECORD, STATUS_RECORD } from './record-types';

export const LOT_STATUS_CHANGES = ['BLOCKED', 'UNBLOCKED', 'QUARANTINE'] as const;
export type LotStatusChange = (typeof LOT_STATUS_CHANGES)[number];

/** Longest reason or evidence that is kept. */
const TEXT_LENGTH = 4000;

/** Lifts a hold of our own; what a system states is lifted in that system, or by a change of status. */
export async function liftHold(
  context: LotsContext,
  act: ActContext,
  input: { readonly hold: string; readonly reason: string },
): Promise<LotState | null> {
  const reason = requireText(act, input.reason);
  const hold = await findHold(act.manager, input.hold);
  const lot = hold === null ? null : await lotForAct(act, context, hold.lot);
  if (hold === null || lot === null) {
    if (!act.refused) act.refuse('NOT_FOUND');
    return null;
  }
  if (hold.state !== 'PLACED') act.refuse('HOLD_NOT_OPEN');
  act.relyOn(HOLD_RECORD, hold.id, { version: hold.version, kind: hold.kind, state: hold.state });
  if (act.refused) return null;
  act.change({ field: 'lot.holds', before: hold.kind, after: null });
  await act.writeRecord(liftedHold(hold, { reason, at: act.now, under: act.proposalId }));
  return lot;
}

const STATUS_COMMANDS: Readonly<Record<LotStatusChange, CommandKind>> = {
  BLOCKED: 'blockLot',
  UNBLOCKED: 'unblockLot',
  QUARANTINE: 'setLotStatus',
};

/** Blocks, unblocks or sets apart in the systems that know the lot. Only the way back to use needs fresh copies. */
export async function changeLotStatus(
  context: LotsContext,
  act: ActContext,
  input: { readonly lot: string; readonly status: LotStatusChange; readonly reason: string },
): Promise<LotState | null> {
  const reason = requireText(act, input.reason);
  const lot = await lotForAct(act, context, input.lot);
  if (lot === null) return null;
  const { status } = input;
  const blocking = lot.stated.filter(({ kind }) => kind === 'BLOCKED').map(({ system }) => system);
  if (status === 'UNBLOCKED') {
    await requireFresh(act, context.services, ['lot', 'disposition']);
    if (blocking.length === 0) act.refuse('NOTHING_TO_CHANGE');
    // in a system with one status for all, unblocking means fit for use: that is for a release to say
    if (lot.disposition !== 'RELEASED') act.refuse('LOT_NOT_RELEASED');
  }
  act.relyOn('lot', lot.id, reliedState(lot));
  if (act.refused) return null;
  const systems = status === 'UNBLOCKED' ? { systems: blocking } : {};
  const asked: Readonly<Record<string, string>> = status === 'QUARANTINE' ? { status } : {};
  const { commands } = context.services;
  await commands.send(act, { lotPk: lot.row.pk, kind: STATUS_COMMANDS[status], asked, ...systems });
  act.change({ field: 'lot.status', before: lot.stated.map(({ kind }) => kind).sort(), after: status });
  const content = { status, reason, ...signed(act) };
  await act.writeRecord({ type: STATUS_RECORD, id: lot.id, subject: lot.id, content });
  return lot;
}

/** Sets another last usable day. The old one stays on the record, with what the new one rests on. */
export async function changeLotExpiry(
  context: LotsContext,
  act: ActContext,
  input: {
    readonly lot: string;
    readonly expiresOn: string;
    readonly reason: string;
    readonly evidence: string;
  },
): Promise<LotState | null> {
  const [reason, evidence] = [requireText(act, input.reason), requireText(act, input.evidence)];
  const lot = await lotForAct(act, context, input.lot);
  if (lot === null) return null;
  await requireFresh(act, context.services, ['lot']);
  const { expiresOn: before, manufacturedOn } = lot.row;
  const { expiresOn } = input;
  if (before === expiresOn) act.refuse('NOTHING_TO_CHANGE');
  if (manufacturedOn !== null && expiresOn < manufacturedOn)
    act.refuse('INVALID_INPUT', { names: ['expiresOn'] });
  act.relyOn('lot', lot.id, { ...reliedState(lot), manufacturedOn });
  if (act.refused) return null;
  act.change({ field: 'lot.expiresOn', before, after: expiresOn });
  await context.services.commands.send(act, {
    lotPk: lot.row.pk,
    kind: 'setLotExpiry',
    asked: { expiresOn },
  });
  const content = { before, after: expiresOn, reason, evidence, ...signed(act) };
  await act.writeRecord({ type: EXPIRY_RECORD, id: lot.id, subject: lot.id, content });
  return lot;
}

export function requireText(act: Pick<ActContext, 'refuse'>, given: string): string {
  const text = given.trim().slice(0, TEXT_LENGTH);
  if (text === '') act.refuse('REASON_REQUIRED');
  return text;
}

/** Whose signatures a record rests on. */
export function signed({ proposalId, signers }: ActContext): { proposal: string; signers: string[] } {
  return { proposal: proposalId, signers: signers.map(({ person }) => person) };
}
