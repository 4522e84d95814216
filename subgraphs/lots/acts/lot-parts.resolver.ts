/** One lot becomes several, or several one; two people sign. */
import { Ctx, Directive, ID, InputType, Resolver } from 'type-graphql';
import type { LotState } from '../../../canonical/acts/lot-state';
import { requireAct } from '../../../controls/sign-off/apply-sign-off';
import { Decimal } from '../../../platform/graphql/scalars';
import { TermArg, TermField, TermMutation } from '../../../platform/graphql/term-field';
import type { LotsContext } from '../context';
import { LotType } from '../lot/lot.type';
import { MergeLotsPayload, SplitLotPayload } from './act-payloads.type';
import { mergeLots, splitLot } from './split-merge.service';

@InputType('LotPart')
export class LotPartInput {
  /** The lot's own number keeps a remainder. */
  @TermField(() => String, 'mutation.splitLot.partNumber', { nullable: false }) lotNumber!: string;
  @TermField(() => Decimal, 'mutation.splitLot.partQuantity', { nullable: false }) quantity!: string;
}

@Resolver()
export class LotPartsResolver {
  @TermMutation(() => SplitLotPayload, 'mutation.splitLot')
  @Directive('@dualSignOff(action: "lot.split")')
  @Directive('@access(rule: "mutation.splitLot")')
  async splitLot(
    @Ctx() context: LotsContext,
    @TermArg('lot', () => ID, 'mutation.splitLot.lot') lot: string,
    @TermArg('location', () => ID, 'mutation.splitLot.location') location: string,
    @TermArg('parts', () => [LotPartInput], 'mutation.splitLot.parts') parts: LotPartInput[],
    @TermArg('reason', () => String, 'mutation.splitLot.reason') reason: string,
  ): Promise<Partial<SplitLotPayload>> {
    return payload(await splitLot(context, requireAct(context), { lot, location, parts, reason }));
  }

  @TermMutation(() => MergeLotsPayload, 'mutation.mergeLots')
  @Directive('@dualSignOff(action: "lot.merge")')
  @Directive('@access(rule: "mutation.mergeLots")')
  async mergeLots(
    @Ctx() context: LotsContext,
    @TermArg('into', () => ID, 'mutation.mergeLots.into') into: string,
    @TermArg('lots', () => [ID], 'mutation.mergeLots.lots') lots: string[],
    @TermArg('location', () => ID, 'mutation.mergeLots.location') location: string,
    @TermArg('reason', () => String, 'mutation.mergeLots.reason') reason: string,
  ): Promise<Partial<MergeLotsPayload>> {
    return payload(await mergeLots(context, requireAct(context), { into, lots, location, reason }));
  }
}

const payload = (lot: LotState | null) => ({ lot: lot === null ? null : LotType.from(lot.row) });
