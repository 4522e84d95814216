/** What else is done with sign-offs: rejecting, withdrawing, reviewing emergencies, and lending the right to sign. */
import { Ctx, Directive, ID, ObjectType, Resolver } from 'type-graphql';
import { RefusalType } from '../../../controls/sign-off/mutation-payload.type';
import { SignOffRefusal, refusalIn } from '../../../controls/sign-off/refusal';
import type { SignOffDelegationRow, SignOffProposalRow } from '../../../controls/sign-off/sign-off.entity';
import { Instant } from '../../../platform/graphql/scalars';
import {
  AccessRule,
  TermArg,
  TermField,
  TermMutation,
  TermQuery,
} from '../../../platform/graphql/term-field';
import type { Language } from '../../../platform/request';
import type { GovernanceContext } from '../context';
import { proposalsInScope } from './proposals-in-scope';
import { SignOffProposalType } from './sign-off-proposal.type';

@AccessRule('proposal')
@ObjectType('SettleSignOffPayload')
export class SettleSignOffPayload {
  @TermField(() => SignOffProposalType, 'mutation.object') proposal!: SignOffProposalType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

@AccessRule('proposal')
@ObjectType('SignOffDelegation')
export class SignOffDelegationType {
  @TermField(() => ID, 'delegation.id', { nullable: false }) id!: string;
  @TermField(() => String, 'signOff.action') action!: string;
  @TermField(() => String, 'delegation.role') role!: string;
  @TermField(() => String, 'delegation.from') from!: string;
  @TermField(() => String, 'delegation.to') to!: string;
  @TermField(() => String, 'delegation.reason') reason!: string;
  @TermField(() => Instant, 'delegation.startsAt') startsAt!: Date;
  @TermField(() => Instant, 'delegation.endsAt') endsAt!: Date;
  @TermField(() => Instant, 'delegation.revokedAt') revokedAt!: Date | null;

  static from(row: SignOffDelegationRow): SignOffDelegationType {
    const { id, action, role, fromPerson, toPerson, reason, startsAt, endsAt, revokedAt } = row;
    return Object.assign(new SignOffDelegationType(), {
      ...{ id, action, role, from: fromPerson, to: toPerson, reason },
      ...{ startsAt: new Date(startsAt), endsAt: new Date(endsAt) },
      revokedAt: revokedAt === null ? null : new Date(revokedAt),
    });
  }
}

@AccessRule('proposal')
@ObjectType('DelegationPayload')
export class DelegationPayload {
  @TermField(() => SignOffDelegationType, 'mutation.object') delegation!: SignOffDelegationType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

@Resolver()
export class SettleSignOffResolver {
  @TermMutation(() => SettleSignOffPayload, 'mutation.rejectSignOff')
  @Directive('@access(rule: "mutation.settleSignOff")')
  async rejectSignOff(
    @TermArg('signOff', () => ID, 'mutation.sign.signOff') id: string,
    @TermArg('reason', () => String, 'mutation.settleSignOff.reason') reason: string,
    @Ctx() context: GovernanceContext,
  ): Promise<SettleSignOffPayload> {
    const { signOff } = context.services.controls;
    const row = await signOff.find(id);
    const visible = row === null || (await proposalsInScope(context, [row])).length > 0;
    return await settled(context, () => signOff.reject(context, id, reason, visible));
  }

  @TermMutation(() => SettleSignOffPayload, 'mutation.withdrawSignOff')
  @Directive('@access(rule: "mutation.settleSignOff")')
  async withdrawSignOff(
    @TermArg('signOff', () => ID, 'mutation.sign.signOff') id: string,
    @TermArg('reason', () => String, 'mutation.settleSignOff.reason') reason: string,
    @Ctx() context: GovernanceContext,
  ): Promise<SettleSignOffPayload> {
    return await settled(context, () => context.services.controls.signOff.withdraw(context, id, reason));
  }

  @TermMutation(() => SettleSignOffPayload, 'mutation.reviewBreakGlass')
  @Directive('@access(rule: "mutation.settleSignOff")')
  async reviewBreakGlass(
    @TermArg('signOff', () => ID, 'mutation.sign.signOff') proposalId: string,
    @TermArg('ticket', () => String, 'mutation.sign.ticket') ticket: string,
    @TermArg('finding', () => String, 'mutation.settleSignOff.reason') finding: string,
    @Ctx() context: GovernanceContext,
  ): Promise<SettleSignOffPayload> {
    const { signOff } = context.services.controls;
    return await settled(context, () => signOff.reviewBreakGlass(context, { proposalId, ticket, finding }));
  }

  @TermMutation(() => DelegationPayload, 'mutation.delegateSignOff')
  @Directive('@access(rule: "mutation.settleSignOff")')
  async delegateSignOff(
    @TermArg('action', () => String, 'signOff.action') action: string,
    @TermArg('role', () => String, 'delegation.role') role: string,
    @TermArg('to', () => String, 'delegation.to') toPerson: string,
    @TermArg('from', () => Instant, 'delegation.startsAt') startsAt: Date,
    @TermArg('until', () => Instant, 'delegation.endsAt') endsAt: Date,
    @TermArg('reason', () => String, 'delegation.reason') reason: string,
    @TermArg('ticket', () => String, 'mutation.delegateSignOff.ticket') ticket: string,
    @Ctx() context: GovernanceContext,
  ): Promise<DelegationPayload> {
    const { signOff } = context.services.controls;
    const wanted = { action, role, toPerson, reason, startsAt: startsAt.getTime(), endsAt: endsAt.getTime() };
    return await lent(context.language, () => signOff.delegate(context, wanted, ticket));
  }

  @TermMutation(() => DelegationPayload, 'mutation.revokeDelegation')
  @Directive('@access(rule: "mutation.settleSignOff")')
  async revokeDelegation(
    @TermArg('id', () => ID, 'delegation.id') id: string,
    @Ctx() context: GovernanceContext,
  ): Promise<DelegationPayload> {
    return await lent(context.language, () =>
      context.services.controls.signOff.revokeDelegation(context, id),
    );
  }

  @TermQuery(() => [SignOffDelegationType], 'query.signOffDelegations')
  async signOffDelegations(@Ctx() context: GovernanceContext): Promise<SignOffDelegationType[]> {
    const { person } = context.caller;
    if (person === null) return [];
    const rows = await context.services.controls.signOff.delegationsOf(person);
    return rows.map((row) => SignOffDelegationType.from(row));
  }
}

async function settled(
  { language }: GovernanceContext,
  work: () => Promise<SignOffProposalRow>,
): Promise<SettleSignOffPayload> {
  try {
    return { proposal: SignOffProposalType.from(await work()), refusals: [] };
  } catch (error) {
    return { proposal: null, refusals: [refusalOf(error, language)] };
  }
}

async function lent(
  language: Language,
  work: () => Promise<SignOffDelegationRow>,
): Promise<DelegationPayload> {
  try {
    return { delegation: SignOffDelegationType.from(await work()), refusals: [] };
  } catch (error) {
    return { delegation: null, refusals: [refusalOf(error, language)] };
  }
}

/** Throws again what is no refusal. */
function refusalOf(error: unknown, language: Language): RefusalType {
  if (!(error instanceof SignOffRefusal)) throw error;
  return refusalIn(language, error.code);
}

export const SETTLE_SIGN_OFF_TYPES = [
  SettleSignOffPayload,
  SignOffDelegationType,
  DelegationPayload,
] as const;
