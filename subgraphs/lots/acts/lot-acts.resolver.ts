/** Acts on a lot. The marked ones run only once two people have signed; placing a hold needs nobody else. */
import { Ctx, Directive, ID, Resolver } from 'type-graphql';
import type { LotState } from '../../../canonical/acts/lot-state';
import { requireAct } from '../../../controls/sign-off/apply-sign-off';
import { enumOf } from '../../../platform/graphql/enums';
import { Decimal, LocalDate } from '../../../platform/graphql/scalars';
import { TermArg, TermMutation } from '../../../platform/graphql/term-field';
import type { LotsContext } from '../context';
import { findLotByKey } from '../loaders/find';
import { HoldKind } from '../lot/lot.enums';
import { LotType } from '../lot/lot.type';
import {
  AdjustLotQuantityPayload,
  ChangeLotExpiryPayload,
  ChangeLotStatusPayload,
  LiftHoldPayload,
  PlaceHoldPayload,
} from './act-payloads.type';
import { adjustLotQuantity } from './adjust-quantity.service';
import {
  LOT_STATUS_CHANGES,
  type LotStatusChange,
  changeLotExpiry,
  changeLotStatus,
  liftHold,
} from './lot-acts.service';
import { placeHold } from './place-hold.service';

export const LotStatusChangeEnum = enumOf('LotStatusChange', LOT_STATUS_CHANGES);

@Resolver()
export class LotActsResolver {
  @TermMutation(() => PlaceHoldPayload, 'mutation.placeHold')
  @Directive('@access(rule: "mutation.placeHold")')
  async placeHold(
    @Ctx() context: LotsContext,
    @TermArg('lot', () => ID, 'mutation.placeHold.lot') lot: string,
    @TermArg('kind', () => HoldKind, 'mutation.placeHold.kind') kind: string,
    @TermArg('reason', () => String, 'mutation.placeHold.reason') reason: string,
  ): Promise<PlaceHoldPayload> {
    const { lotPk, refusals } = await placeHold(context, { lot, kind, reason });
    return { lot: lotPk === null ? null : await findLotByKey(context, lotPk), refusals };
  }

  @TermMutation(() => LiftHoldPayload, 'mutation.liftHold')
  @Directive('@dualSignOff(action: "lot.liftHold")')
  @Directive('@access(rule: "mutation.liftHold")')
  async liftHold(
    @Ctx() context: LotsContext,
    @TermArg('hold', () => ID, 'mutation.liftHold.hold') hold: string,
    @TermArg('reason', () => String, 'mutation.liftHold.reason') reason: string,
  ): Promise<Partial<LiftHoldPayload>> {
    return payload(await liftHold(context, requireAct(context), { hold, reason }));
  }

  @TermMutation(() => ChangeLotStatusPayload, 'mutation.changeLotStatus')
  @Directive('@dualSignOff(action: "lot.changeStatus")')
  @Directive('@access(rule: "mutation.changeLotStatus")')
  async changeLotStatus(
    @Ctx() context: LotsContext,
    @TermArg('lot', () => ID, 'mutation.changeLotStatus.lot') lot: string,
    @TermArg('status', () => LotStatusChangeEnum, 'mutation.changeLotStatus.status') status: LotStatusChange,
    @TermArg('reason', () => String, 'mutation.changeLotStatus.reason') reason: string,
  ): Promise<Partial<ChangeLotStatusPayload>> {
    return payload(await changeLotStatus(context, requireAct(context), { lot, status, reason }));
  }

  @TermMutation(() => ChangeLotExpiryPayload, 'mutation.changeLotExpiry')
  @Directive('@dualSignOff(action: "lot.changeExpiry")')
  @Directive('@access(rule: "mutation.changeLotExpiry")')
  async changeLotExpiry(
    @Ctx() context: LotsContext,
    @TermArg('lot', () => ID, 'mutation.changeLotExpiry.lot') lot: string,
    @TermArg('expiresOn', () => LocalDate, 'mutation.changeLotExpiry.expiresOn') expiresOn: string,
    @TermArg('reason', () => String, 'mutation.changeLotExpiry.reason') reason: string,
    @TermArg('evidence', () => String, 'mutation.changeLotExpiry.evidence') evidence: string,
  ): Promise<Partial<ChangeLotExpiryPayload>> {
    const input = { lot, expiresOn, reason, evidence };
    return payload(await changeLotExpiry(context, requireAct(context), input));
  }

  @TermMutation(() => AdjustLotQuantityPayload, 'mutation.adjustLotQuantity')
  @Directive('@dualSignOff(action: "lot.adjustQuantity")')
  @Directive('@access(rule: "mutation.adjustLotQuantity")')
  async adjustLotQuantity(
    @Ctx() context: LotsContext,
    @TermArg('lot', () => ID, 'mutation.adjustLotQuantity.lot') lot: string,
    @TermArg('location', () => ID, 'mutation.adjustLotQuantity.location') location: string,
    @TermArg('quantity', () => Decimal, 'mutation.adjustLotQuantity.quantity') quantity: string,
    @TermArg('reason', () => String, 'mutation.adjustLotQuantity.reason') reason: string,
  ): Promise<Partial<AdjustLotQuantityPayload>> {
    const input = { lot, location, quantity, reason };
    return payload(await adjustLotQuantity(context, requireAct(context), input));
  }
}

const payload = (lot: LotState | null) => ({ lot: lot === null ? null : LotType.from(lot.row) });
