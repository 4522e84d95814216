/** Publishing a sign-off policy: every version is, itself, signed by two people. */
import { Ctx, Directive, ObjectType, Resolver } from 'type-graphql';
import { requireAct } from '../../../controls/sign-off/apply-sign-off';
import { RefusalType, SignOffType } from '../../../controls/sign-off/mutation-payload.type';
import { AccessRule, TermArg, TermField, TermMutation } from '../../../platform/graphql/term-field';
import type { GovernanceContext } from '../context';

@AccessRule('proposal')
@ObjectType('PublishSignOffPolicyPayload')
export class PublishSignOffPolicyPayload {
  @TermField(() => String, 'mutation.publishSignOffPolicy.version') version?: string | null;
  @TermField(() => SignOffType, 'mutation.signOff') signOff?: SignOffType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

@Resolver()
export class PublishSignOffPolicyResolver {
  @TermMutation(() => PublishSignOffPolicyPayload, 'mutation.publishSignOffPolicy')
  @Directive('@dualSignOff(action: "signOff.policyPublish")')
  @Directive('@access(rule: "mutation.publishSignOffPolicy")')
  async publishSignOffPolicy(
    @TermArg('policy', () => String, 'mutation.publishSignOffPolicy.policy') policy: string,
    @TermArg('reason', () => String, 'mutation.publishSignOffPolicy.reason') reason: string,
    @Ctx() context: GovernanceContext,
  ): Promise<Partial<PublishSignOffPolicyPayload>> {
    const act = requireAct(context);
    const { policies } = context.services.controls.signOff.deps;
    return { version: await policies.publish(act, policy, reason) };
  }
}
