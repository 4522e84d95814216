/** Findings as work: who takes care of one, how far it is, and what was said. Refusals are audited like the acts. */
import { Ctx, Directive, ID, ObjectType, Resolver } from 'type-graphql';
import { type FindingOutcome, FindingService } from '../../../canonical/finding-work/finding-service';
import type { ShownState } from '../../../canonical/finding-work/finding-work.entity';
import { RefusalType } from '../../../controls/sign-off/mutation-payload.type';
import { refusalIn } from '../../../controls/sign-off/refusal';
import { Instant } from '../../../platform/graphql/scalars';
import { AccessRule, TermArg, TermField, TermMutation } from '../../../platform/graphql/term-field';
import type { Language } from '../../../platform/request';
import type { GovernanceContext } from '../context';
import { FindingState, FindingType } from './finding.type';

@AccessRule('finding')
@ObjectType('SettleFindingPayload')
export class SettleFindingPayload {
  @TermField(() => FindingType, 'mutation.object') finding!: FindingType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

@Resolver()
export class SettleFindingResolver {
  @TermMutation(() => SettleFindingPayload, 'mutation.assignFinding')
  @Directive('@access(rule: "mutation.finding")')
  async assignFinding(
    @TermArg('id', () => ID, 'mutation.finding.id') id: string,
    @Ctx() context: GovernanceContext,
    @TermArg('assignee', () => ID, 'mutation.finding.assignee', { nullable: true }) assignee?: string | null,
  ): Promise<SettleFindingPayload> {
    return settled(await (await serviceOf(context)).assign(context, id, assignee ?? null), context.language);
  }

  @TermMutation(() => SettleFindingPayload, 'mutation.takeFinding')
  @Directive('@access(rule: "mutation.finding")')
  async takeFinding(
    @TermArg('id', () => ID, 'mutation.finding.id') id: string,
    @Ctx() context: GovernanceContext,
  ): Promise<SettleFindingPayload> {
    const { subject } = context.caller;
    return settled(await (await serviceOf(context)).assign(context, id, subject), context.language);
  }

  @TermMutation(() => SettleFindingPayload, 'mutation.changeFindingState')
  @Directive('@access(rule: "mutation.finding")')
  async changeFindingState(
    @TermArg('id', () => ID, 'mutation.finding.id') id: string,
    @TermArg('state', () => FindingState, 'mutation.finding.state') state: ShownState,
    @Ctx() context: GovernanceContext,
    @TermArg('reason', () => String, 'mutation.finding.reason', { nullable: true }) reason?: string | null,
    @TermArg('until', () => Instant, 'mutation.finding.until', { nullable: true }) until?: Date | null,
  ): Promise<SettleFindingPayload> {
    const change = { state, reason: reason ?? null, untilAt: until?.getTime() ?? null };
    return settled(await (await serviceOf(context)).changeState(context, id, change), context.language);
  }

  @TermMutation(() => SettleFindingPayload, 'mutation.commentFinding')
  @Directive('@access(rule: "mutation.finding")')
  async commentFinding(
    @TermArg('id', () => ID, 'mutation.finding.id') id: string,
    @TermArg('text', () => String, 'mutation.finding.text') text: string,
    @Ctx() context: GovernanceContext,
  ): Promise<SettleFindingPayload> {
    return settled(await (await serviceOf(context)).comment(context, id, text), context.language);
  }
}

async function serviceOf(context: GovernanceContext): Promise<FindingService> {
  const { database, clock, controls } = context.services;
  const { owners } = await context.consistencyRules();
  return new FindingService({ database, clock, audit: controls.audit, owners });
}

function settled({ finding, refusal }: FindingOutcome, language: Language): SettleFindingPayload {
  return Object.assign(new SettleFindingPayload(), {
    finding: FindingType.from(finding),
    refusals: refusal === null ? [] : [Object.assign(new RefusalType(), refusalIn(language, refusal))],
  });
}
