/** Releasing and rejecting a lot. Both run only once two people have signed. */
import { Ctx, Directive, ID, ObjectType, Resolver } from 'type-graphql';
import type { LotState } from '../../../canonical/acts/lot-state';
import { requireAct } from '../../../controls/sign-off/apply-sign-off';
import { RefusalType, SignOffType } from '../../../controls/sign-off/mutation-payload.type';
import { AccessRule, TermArg, TermField, TermMutation } from '../../../platform/graphql/term-field';
import type { QualityContext } from '../context';
import { LotStub } from '../lot/lot.stub';
import { rejectLot, releaseLot } from './release.service';

@AccessRule('mutation.releaseLot')
@ObjectType('ReleaseLotPayload')
export class ReleaseLotPayload {
  @TermField(() => LotStub, 'mutation.object') lot!: LotStub | null;
  @TermField(() => SignOffType, 'mutation.signOff') signOff!: SignOffType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

@AccessRule('mutation.rejectLot')
@ObjectType('RejectLotPayload')
export class RejectLotPayload {
  @TermField(() => LotStub, 'mutation.object') lot!: LotStub | null;
  @TermField(() => SignOffType, 'mutation.signOff') signOff!: SignOffType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

@Resolver()
export class ReleaseResolver {
  @TermMutation(() => ReleaseLotPayload, 'mutation.releaseLot')
  @Directive('@dualSignOff(action: "lot.release")')
  @Directive('@access(rule: "mutation.releaseLot")')
  async releaseLot(
    @Ctx() context: QualityContext,
    @TermArg('lot', () => ID, 'mutation.releaseLot.lot') lot: string,
    @TermArg('reason', () => String, 'mutation.releaseLot.reason') reason: string,
  ): Promise<Partial<ReleaseLotPayload>> {
    return payload(await releaseLot(context, requireAct(context), { lot, reason }));
  }

  @TermMutation(() => RejectLotPayload, 'mutation.rejectLot')
  @Directive('@dualSignOff(action: "lot.reject")')
  @Directive('@access(rule: "mutation.rejectLot")')
  async rejectLot(
    @Ctx() context: QualityContext,
    @TermArg('lot', () => ID, 'mutation.rejectLot.lot') lot: string,
    @TermArg('reason', () => String, 'mutation.rejectLot.reason') reason: string,
  ): Promise<Partial<RejectLotPayload>> {
    return payload(await rejectLot(context, requireAct(context), { lot, reason }));
  }
}

const payload = (lot: LotState | null) => ({ lot: lot === null ? null : LotStub.of(lot.row.pk) });
