/** The signed, periodic review of the trail. */
import { Ctx, Directive, ObjectType, Resolver } from 'type-graphql';
import { actorOf } from '../../../controls/audit/audit-entry';
import type { ReviewScope } from '../../../controls/audit/review';
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
import { AuditReviewOfferType, AuditReviewScope, AuditReviewType } from './audit.types';

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
    @TermArg('scope', () => AuditReviewScope, 'auditReview.scope') scope: AuditReviewScope,
    @Ctx() context: GovernanceContext,
  ): Promise<AuditReviewOfferType> {
    refuseLimited(context);
    const offer = await context.services.controls.reviews.offer(context.caller, scopeOf(scope));
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
    @TermArg('scope', () => AuditReviewScope, 'mutation.reviewAuditTrail.scope') scope: AuditReviewScope,
    @TermArg('ticket', () => String, 'mutation.reviewAuditTrail.ticket') ticket: string,
    @Ctx() context: GovernanceContext,
  ): Promise<ReviewAuditTrailPayload> {
    refuseLimited(context);
    try {
      const { reviews } = context.services.controls;
      const record = await reviews.sign(context.caller, scopeOf(scope), ticket, context);
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

const scopeOf = ({ fromSeq, toSeq, comment, ...filter }: AuditReviewScope): ReviewScope => ({
  ...{ fromSeq, toSeq, comment },
  filter,
});

const payload = (review: AuditReviewType | null, refusals: readonly RefusalType[]): ReviewAuditTrailPayload =>
  Object.assign(new ReviewAuditTrailPayload(), { review, refusals });
