/** The signed, periodic review of the trail. */
import { Ctx, Directive, Int, ObjectType, Resolver } from 'type-graphql';
import { actorOf } from '../../../controls/audit/audit-entry';
import { RefusalType } from '../../../controls/sign-off/mutation-payload.type';
import { refusalIn } from '../../../controls/sign-off/refusal';
import { GatewayError } from '../../../platform/errors';
import {
  AccessRule,
  TermArg,
  TermField,
  TermMutation,
  TermQuery,
} from '../../../platform/graphql/term-field';
import type { GovernanceContext } from '../context';
import { refuseLimited } from './audit.resolver';
import { AuditOutcomeEnum, AuditReviewOfferType, AuditReviewType } from './audit.types';

@AccessRule('auditReview')
@ObjectType('ReviewAuditTrailPayload')
export class ReviewAuditTrailPayload {
  @TermField(() => AuditReviewType, 'mutation.object') review!: AuditReviewType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

@Resolver()
export class AuditReviewResolver {
  @TermQuery(() => AuditReviewOfferType, 'query.auditReviewOffer')
  async auditReviewOffer(
    @TermArg('fromSeq', () => Int, 'auditReview.fromSeq') fromSeq: number,
    @TermArg('toSeq', () => Int, 'auditReview.toSeq') toSeq: number,
    @TermArg('comment', () => String, 'auditReview.comment') comment: string,
    @Ctx() context: GovernanceContext,
    @TermArg('actions', () => [String], 'auditEntry.action', { nullable: true }) actions?: string[] | null,
    @TermArg('outcome', () => AuditOutcomeEnum, 'auditEntry.outcome', { nullable: true })
    outcome?: string | null,
  ): Promise<AuditReviewOfferType> {
    refuseLimited(context);
    const scope = { fromSeq, toSeq, comment, filter: { actions, outcome } };
    const offer = await context.services.controls.reviews.offer(context.caller, scope);
    const { purpose, entries, checkpoint } = offer;
    return Object.assign(new AuditReviewOfferType(), { purpose, entries, root: checkpoint.root });
  }

  @TermQuery(() => [AuditReviewType], 'query.auditReviews')
  async auditReviews(@Ctx() context: GovernanceContext): Promise<AuditReviewType[]> {
    refuseLimited(context);
    const { database, controls } = context.services;
    return (await controls.reviews.list(database.reader)).map((record) => AuditReviewType.from(record));
  }

  @TermMutation(() => ReviewAuditTrailPayload, 'mutation.reviewAuditTrail')
  @Directive('@access(rule: "mutation.reviewAuditTrail")')
  async reviewAuditTrail(
    @TermArg('fromSeq', () => Int, 'mutation.reviewAuditTrail.fromSeq') fromSeq: number,
    @TermArg('toSeq', () => Int, 'mutation.reviewAuditTrail.toSeq') toSeq: number,
    @TermArg('comment', () => String, 'mutation.reviewAuditTrail.comment') comment: string,
    @TermArg('ticket', () => String, 'mutation.reviewAuditTrail.ticket') ticket: string,
    @Ctx() context: GovernanceContext,
    @TermArg('actions', () => [String], 'mutation.reviewAuditTrail.actions', { nullable: true })
    actions?: string[] | null,
    @TermArg('outcome', () => AuditOutcomeEnum, 'mutation.reviewAuditTrail.outcome', { nullable: true })
    outcome?: string | null,
  ): Promise<ReviewAuditTrailPayload> {
    refuseLimited(context);
    try {
      const { reviews } = context.services.controls;
      const scope = { fromSeq, toSeq, comment, filter: { actions, outcome } };
      const record = await reviews.sign(context.caller, scope, ticket, context);
      return payload(AuditReviewType.from(record), []);
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'STEP_UP_REQUIRED') throw error;
      await recordRefusal(context);
      return payload(null, [Object.assign(new RefusalType(), refusalIn(context.language, error.code))]);
    }
  }
}

async function recordRefusal({
  services,
  caller,
  requestId,
  policyVersion,
}: GovernanceContext): Promise<void> {
  const act = {
    action: 'audit.review',
    outcome: 'REFUSED',
    code: 'STEP_UP_REQUIRED',
    policyVersion,
  } as const;
  await services.controls.auditWriter.write([{ actor: actorOf(caller, requestId), act }]);
}

const payload = (review: AuditReviewType | null, refusals: readonly RefusalType[]): ReviewAuditTrailPayload =>
  Object.assign(new ReviewAuditTrailPayload(), { review, refusals });
