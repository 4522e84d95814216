/**
 * One lot becomes several, or several one, at one place, in the system whose ledger knows it. What is split or merged
 * must be free of holds: a new number MUST NOT shake one off.
 */
import { type LotState, lotForAct, reliedState, requireFresh } from '../../../canonical/acts/lot-state';
import { LotRow } from '../../../canonical/entities/lot.entity';
import type { ActContext } from '../../../controls/sign-off/act-context';
import { QuantityError, fromMicros, toMicros } from '../../../platform/decimal';
import type { LotsContext } from '../context';
import { ledgerOf, locationFor } from './adjust-quantity.service';
import { requireText, signed } from './lot-acts.service';
import { MERGE_RECORD, SPLIT_RECORD } from './record-types';

/** More at once is a mistake rather than an act. */
const MOST_PARTS = 20;
const NUMBER_LENGTH = 64;
const RELIED_ON = ['lot', 'movement', 'location', 'disposition'] as const;

export interface LotPart {
  readonly lotNumber: string;
  /** Plain decimal text. */
  readonly quantity: string;
}

interface Part {
  readonly lotNumber: string;
  readonly micros: number;
}

export interface SplitInput {
  readonly lot: string;
  readonly location: string;
  /** All of the level; the part under the lot's own number stays what it is. */
  readonly parts: readonly LotPart[];
  readonly reason: string;
}

export async function splitLot(
  context: LotsContext,
  act: ActContext,
  input: SplitInput,
): Promise<LotState | null> {
  const reason = requireText(act, input.reason);
  const parts = partsOf(act, input.parts);
  const lot = await lotForAct(act, context, input.lot);
  const location = await locationFor(context, act, input.location);
  if (lot === null || location === null || parts === null) return null;
  await requireFresh(act, context.services, RELIED_ON);
  requireNoHold(act, lot);
  const { system, before } = await ledgerOf(context, act, lot.row.pk, location);
  if (system === null) act.refuse('COMMAND_UNAVAILABLE');
  const made = parts.filter(({ lotNumber }) => lotNumber !== lot.row.lotNumber);
  const sum = parts.reduce((total, { micros }) => total + micros, 0);
  if (sum !== before || made.length === 0 || (await anyKnown(act, lot.row, made))) act.refuse('PARTS_DIFFER');
  const place = `${lot.id}@${input.location}`;
  act.relyOn('lot', lot.id, reliedState(lot));
  act.relyOn('level', place, { system, level: before });
  if (act.refused || system === null) return null;
  const moved = made.reduce((total, { micros }) => total + micros, 0);
  const after = fromMicros(before - moved);
  act.change({ field: 'stock.onHand', before: fromMicros(before), after });
  for (const { lotNumber, micros } of made) {
    const quantity = fromMicros(micros);
    act.change({ field: 'lot.lotNumber', before: null, after: `${lotNumber}: ${quantity}` });
    const planned = { lotPk: lot.row.pk, kind: 'splitLot' as const, systems: [system], locationPk: location };
    const sent = await context.services.commands.send(act, { ...planned, asked: { lotNumber, quantity } });
    if (sent === 0) act.refuse('COMMAND_UNAVAILABLE', { names: [system] });
    if (sent === null || sent === 0) return null;
  }
  const stated = made.map(({ lotNumber, micros }) => ({ lotNumber, quantity: fromMicros(micros) }));
  const content = {
    ...{ location: input.location, system, before: fromMicros(before), after, parts: stated, reason },
    ...signed(act),
  };
  await act.writeRecord({ type: SPLIT_RECORD, id: place, subject: lot.id, content });
  return lot;
}

export interface MergeInput {
  readonly into: string;
  readonly lots: readonly string[];
  readonly location: string;
  readonly reason: string;
}

export async function mergeLots(
  context: LotsContext,
  act: ActContext,
  input: MergeInput,
): Promise<LotState | null> {
  const reason = requireText(act, input.reason);
  const into = await lotForAct(act, context, input.into);
  const location = await locationFor(context, act, input.location);
  const lots = await lotsOf(context, act, input);
  if (into === null || location === null || lots === null) return null;
  await requireFresh(act, context.services, RELIED_ON);
  for (const lot of [into, ...lots]) {
    requireNoHold(act, lot);
    act.relyOn('lot', lot.id, reliedState(lot));
  }
  if (lots.some((lot) => !mayBecome(lot, into))) act.refuse('LOTS_DIFFER');
  const ledgers = await Promise.all(
    lots.map(async (lot) => ({ lot, ...(await ledgerOf(context, act, lot.row.pk, location)) })),
  );
  const system = ledgers[0]?.system ?? null;
  if (system === null) act.refuse('COMMAND_UNAVAILABLE');
  if (ledgers.some(({ before }) => before <= 0)) act.refuse('NOTHING_TO_CHANGE');
  for (const { lot, before } of ledgers)
    act.relyOn('level', `${lot.id}@${input.location}`, { system, level: before });
  if (act.refused || system === null) return null;
  const from: { lot: string; quantity: string }[] = [];
  for (const { lot, before } of ledgers) {
    const quantity = fromMicros(before);
    act.change({
      field: 'stock.onHand',
      before: `${lot.row.lotNumber}: ${quantity}`,
      after: into.row.lotNumber,
    });
    const planned = { lotPk: lot.row.pk, intoPk: into.row.pk, systems: [system], locationPk: location };
    const sent = await context.services.commands.send(act, {
      ...{ ...planned, kind: 'mergeLots' },
      asked: { quantity },
    });
    if (sent === 0) act.refuse('COMMAND_UNAVAILABLE', { names: [system] });
    if (sent === null || sent === 0) return null;
    from.push({ lot: lot.id, quantity });
    const content = { into: into.id, location: input.location, system, quantity, reason, ...signed(act) };
    await act.writeRecord({
      type: MERGE_RECORD,
      id: `${lot.id}@${input.location}`,
      subject: lot.id,
      content,
    });
  }
  const content = { from, location: input.location, system, reason, ...signed(act) };
  await act.writeRecord({
    type: MERGE_RECORD,
    id: `${into.id}@${input.location}`,
    subject: into.id,
    content,
  });
  return into;
}

/** Lots to merge; null, and the act refused, for none, too many, one twice, or one that the caller cannot see. */
async function lotsOf(
  context: LotsContext,
  act: ActContext,
  { into, lots }: MergeInput,
): Promise<LotState[] | null> {
  const all = [into, ...lots];
  if (lots.length === 0 || lots.length > MOST_PARTS || new Set(all).size < all.length) {
    act.refuse('INVALID_INPUT', { names: ['lots'] });
    return null;
  }
  const found: LotState[] = [];
  for (const id of lots) {
    const lot = await lotForAct(act, context, id);
    if (lot === null) return null;
    found.push(lot);
  }
  return found;
}

/** A lot may only become a part of one of its item and decision that does not outlive it. */
function mayBecome(lot: LotState, into: LotState): boolean {
  const [expires, outlives] = [lot.row.expiresOn, into.row.expiresOn];
  const isLater = expires === null || outlives === null ? expires !== outlives : outlives > expires;
  return lot.row.itemPk === into.row.itemPk && lot.disposition === into.disposition && !isLater;
}

function requireNoHold(act: ActContext, { stated, own, recalled }: LotState): void {
  if (recalled || stated.length > 0 || own.length > 0) act.refuse('LOT_ON_HOLD');
}

/** Parts with numbers of their own and more than nothing in each; null, and the act refused, otherwise. */
function partsOf(act: ActContext, given: readonly LotPart[]): Part[] | null {
  try {
    const parts = given.map(({ lotNumber, quantity }) => ({
      lotNumber: lotNumber.trim(),
      micros: toMicros(quantity),
    }));
    const names = new Set(parts.map(({ lotNumber }) => lotNumber));
    const isGood = ({ lotNumber, micros }: Part) =>
      micros > 0 && lotNumber !== '' && lotNumber.length <= NUMBER_LENGTH;
    if (parts.length > 0 && parts.length <= MOST_PARTS && names.size === parts.length && parts.every(isGood))
      return parts;
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
  }
  act.refuse('INVALID_INPUT', { names: ['parts'] });
  return null;
}

/** Whether a lot of the item has one of these numbers already, in any spelling of its letters. */
async function anyKnown(act: ActContext, { itemPk }: LotRow, parts: readonly Part[]): Promise<boolean> {
  const numbers = parts.map(({ lotNumber }) => lotNumber.toUpperCase());
  const count = await act.manager
    .createQueryBuilder(LotRow, 'lot')
    .where('UPPER(lot.lotNumber) IN (:...numbers)', { numbers })
    .andWhere('lot.itemPk = :itemPk', { itemPk })
    .getCount();
  return count > 0;
}
