/** What the acts on lots answer with: the lot as it stands, the sign-off that they wait for, and the refusals. */
import { ObjectType } from 'type-graphql';
import { RefusalType, SignOffType } from '../../../controls/sign-off/mutation-payload.type';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { LotType } from '../lot/lot.type';

@AccessRule('mutation.placeHold')
@ObjectType('PlaceHoldPayload')
export class PlaceHoldPayload {
  @TermField(() => LotType, 'mutation.object') lot!: LotType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

@AccessRule('mutation.liftHold')
@ObjectType('LiftHoldPayload')
export class LiftHoldPayload {
  @TermField(() => LotType, 'mutation.object') lot!: LotType | null;
  @TermField(() => SignOffType, 'mutation.signOff') signOff!: SignOffType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

@AccessRule('mutation.changeLotStatus')
@ObjectType('ChangeLotStatusPayload')
export class ChangeLotStatusPayload {
  @TermField(() => LotType, 'mutation.object') lot!: LotType | null;
  @TermField(() => SignOffType, 'mutation.signOff') signOff!: SignOffType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

@AccessRule('mutation.changeLotExpiry')
@ObjectType('ChangeLotExpiryPayload')
export class ChangeLotExpiryPayload {
  @TermField(() => LotType, 'mutation.object') lot!: LotType | null;
  @TermField(() => SignOffType, 'mutation.signOff') signOff!: SignOffType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

@AccessRule('mutation.adjustLotQuantity')
@ObjectType('AdjustLotQuantityPayload')
export class AdjustLotQuantityPayload {
  @TermField(() => LotType, 'mutation.object') lot!: LotType | null;
  @TermField(() => SignOffType, 'mutation.signOff') signOff!: SignOffType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

@AccessRule('mutation.splitLot')
@ObjectType('SplitLotPayload')
export class SplitLotPayload {
  @TermField(() => LotType, 'mutation.object') lot!: LotType | null;
  @TermField(() => SignOffType, 'mutation.signOff') signOff!: SignOffType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

@AccessRule('mutation.mergeLots')
@ObjectType('MergeLotsPayload')
export class MergeLotsPayload {
  @TermField(() => LotType, 'mutation.object') lot!: LotType | null;
  @TermField(() => SignOffType, 'mutation.signOff') signOff!: SignOffType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}
