/** Releasing a lot. The marked mutation never runs from here: its resolver is replaced when the subgraph is made. */
import { Directive, ID, ObjectType, Resolver } from 'type-graphql';
import { RefusalType, SignOffType } from '../../../controls/sign-off/mutation-payload.type';
import { GatewayError } from '../../../platform/errors';
import { AccessRule, TermArg, TermField, TermMutation } from '../../../platform/graphql/term-field';
import { LotStub } from '../lot/lot.stub';

@AccessRule('mutation.releaseLot')
@ObjectType('ReleaseLotPayload')
export class ReleaseLotPayload {
  @TermField(() => LotStub, 'mutation.object') lot!: LotStub | null;
  @TermField(() => SignOffType, 'mutation.signOff') signOff!: SignOffType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

@Resolver()
export class ReleaseResolver {
  @TermMutation(() => ReleaseLotPayload, 'mutation.releaseLot')
  @Directive('@dualSignOff(action: "lot.release")')
  @Directive('@access(rule: "mutation.releaseLot")')
  releaseLot(
    @TermArg('lot', () => ID, 'mutation.releaseLot.lot') lot: string,
    @TermArg('reason', () => String, 'mutation.releaseLot.reason') reason: string,
  ): ReleaseLotPayload {
    throw new GatewayError('SIGN_OFF_UNAVAILABLE', undefined, { lot, reason });
  }
}
