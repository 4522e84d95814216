/** The steward's queue of pairs that may be one, and the acts that two people sign: matching, splitting, taking back. */
import { Args, Ctx, Directive, ID, Int, Resolver } from 'type-graphql';
import { type Page, PageArgs, toPage } from '../../../canonical/graph/page.type';
import { toId } from '../../../canonical/ids';
import { decisionsAbout, matchIdentities, splitIdentity } from '../../../canonical/stewardship/acts';
import type { EntityRef } from '../../../canonical/stewardship/decisions';
import {
  type DismissalOutcome,
  dismissCandidate,
  dismissals,
  restoreCandidate,
} from '../../../canonical/stewardship/dismissals';
import { IdentityCandidateRow } from '../../../canonical/stewardship/identity.entity';
import type { SubgraphServices } from '../../../canonical/subgraph-services';
import type { ActContext } from '../../../controls/sign-off/act-context';
import { requireAct } from '../../../controls/sign-off/apply-sign-off';
import { RefusalType } from '../../../controls/sign-off/mutation-payload.type';
import { refusalIn } from '../../../controls/sign-off/refusal';
import { boundNumber, cursorScope, decodeCursor, encodeCursor } from '../../../platform/graphql/cursor';
import { checkPageSize } from '../../../platform/graphql/page-size';
import { TermArg, TermMutation, TermQuery } from '../../../platform/graphql/term-field';
import type { GovernanceContext } from '../context';
import {
  IdentityCandidateConnection,
  IdentityCandidateType,
  IdentityDecisionType,
  IdentityDismissalPayload,
  IdentityDismissalType,
  IdentityEntityType,
  MatchIdentitiesPayload,
  SplitIdentityPayload,
} from './identity.types';

async function checksOf({ dictionary, consistencyRules }: SubgraphServices) {
  return { dictionary, rules: (await consistencyRules.current()).compiled };
}

@Resolver()
export class IdentityResolverOfGraph {
  /** Most likely first. Candidates are of all rows, whosever they are: a limited caller is told none. */
  @TermQuery(() => IdentityCandidateConnection, 'query.identityCandidates')
  async identityCandidates(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { services, scope }: GovernanceContext,
    @TermArg('entityType', () => IdentityEntityType, 'identityCandidate.entityType', { nullable: true })
    entityType?: string | null,
  ): Promise<Page<IdentityCandidateType>> {
    const first = checkPageSize(page.first);
    const cursors = cursorScope('identityCandidates', entityType ?? null);
    const query = services.database.reader.createQueryBuilder(IdentityCandidateRow, 'c').where('1 = 1');
    if (scope !== null) query.andWhere('1 = 0');
    if (entityType != null) query.andWhere('c.entity_type = :type', { type: entityType.toLowerCase() });
    if (page.after != null) {
      const [rank, one, two] = decodeCursor(cursors, page.after, ['key', 'key', 'key']).map(boundNumber);
      query.andWhere(
        `(c.confidence < :rank OR (c.confidence = :rank AND (c.first_pk > :one OR (c.first_pk = :one AND c.second_pk > :two))))`,
        { rank, one, two },
      );
    }
    const rows = await query
      .orderBy('c.confidence', 'DESC')
      .addOrderBy('c.firstPk', 'ASC')
      .addOrderBy('c.secondPk', 'ASC')
      .limit(first + 1)
      .getMany();
    return toPage(
      rows,
      first,
      (row) => encodeCursor(cursors, [row.confidence, row.firstPk, row.secondPk]),
      (row) => IdentityCandidateType.from(row),
    );
  }

  @TermQuery(() => [IdentityDecisionType], 'query.identityDecisions')
  async identityDecisions(
    @Ctx() { services, scope }: GovernanceContext,
    @TermArg('entity', () => ID, 'identityDecision.other', { nullable: true }) entity?: string | null,
    @TermArg('first', () => Int, 'page.first', { nullable: true, defaultValue: 50 }) first?: number | null,
  ): Promise<IdentityDecisionType[]> {
    if (scope !== null) return [];
    const found = await decisionsAbout(services.database.reader, entity ?? null, checkPageSize(first ?? 50));
    return found.map((one) => IdentityDecisionType.from(one));
  }

  @TermQuery(() => [IdentityDismissalType], 'query.identityDismissals')
  async identityDismissals(
    @Ctx() { services, scope }: GovernanceContext,
    @TermArg('first', () => Int, 'page.first', { nullable: true, defaultValue: 50 }) first?: number | null,
  ): Promise<IdentityDismissalType[]> {
    if (scope !== null) return [];
    const found = await dismissals(services.database.reader, checkPageSize(first ?? 50));
    return found.map((one) => IdentityDismissalType.from(one));
  }

  @TermMutation(() => IdentityDismissalPayload, 'mutation.dismissIdentityCandidate')
  @Directive('@access(rule: "mutation.identity")')
  async dismissIdentityCandidate(
    @TermArg('firstId', () => ID, 'identityCandidate.firstId') first: string,
    @TermArg('secondId', () => ID, 'identityCandidate.secondId') second: string,
    @TermArg('reason', () => String, 'identityDismissal.reason') reason: string,
    @Ctx() context: GovernanceContext,
  ): Promise<IdentityDismissalPayload> {
    return dismissed(context, await dismissCandidate(usingOf(context), context, { first, second, reason }));
  }

  @TermMutation(() => IdentityDismissalPayload, 'mutation.restoreIdentityCandidate')
  @Directive('@access(rule: "mutation.identity")')
  async restoreIdentityCandidate(
    @TermArg('firstId', () => ID, 'identityCandidate.firstId') first: string,
    @TermArg('secondId', () => ID, 'identityCandidate.secondId') second: string,
    @TermArg('reason', () => String, 'mutation.restoreIdentityCandidate.reason') reason: string,
    @Ctx() context: GovernanceContext,
  ): Promise<IdentityDismissalPayload> {
    return dismissed(context, await restoreCandidate(usingOf(context), context, { first, second, reason }));
  }

  @TermMutation(() => MatchIdentitiesPayload, 'mutation.matchIdentities')
  @Directive('@dualSignOff(action: "identity.match")')
  @Directive('@access(rule: "mutation.identity")')
  async matchIdentities(
    @TermArg('into', () => ID, 'mutation.matchIdentities.into') into: string,
    @TermArg('from', () => ID, 'mutation.matchIdentities.from') from: string,
    @TermArg('reason', () => String, 'mutation.matchIdentities.reason') reason: string,
    @Ctx() context: GovernanceContext,
  ): Promise<Partial<MatchIdentitiesPayload>> {
    const act = requireAct(context);
    if (isLimited(act, context, into)) return { remaining: null };
    return remaining(await matchIdentities(act, await checksOf(context.services), { into, from, reason }));
  }

  @TermMutation(() => SplitIdentityPayload, 'mutation.splitIdentity')
  @Directive('@dualSignOff(action: "identity.split")')
  @Directive('@access(rule: "mutation.identity")')
  async splitIdentity(
    @TermArg('entity', () => ID, 'mutation.splitIdentity.entity') entity: string,
    @TermArg('reason', () => String, 'mutation.splitIdentity.reason') reason: string,
    @Ctx() context: GovernanceContext,
    @TermArg('system', () => String, 'mutation.splitIdentity.system', { nullable: true })
    system?: string | null,
  ): Promise<Partial<SplitIdentityPayload>> {
    const act = requireAct(context);
    if (isLimited(act, context, entity)) return { remaining: null };
    const input = { entity, reason, system: system ?? null };
    return remaining(await splitIdentity(act, await checksOf(context.services), input));
  }
}

/** What is one concerns rows of every site: who sees only some may not decide it. */
function isLimited(act: ActContext, { scope }: GovernanceContext, id: string): boolean {
  if (scope === null) return false;
  act.relyOn('identity', id, { refused: 'ACCESS_DENIED' });
  act.refuse('ACCESS_DENIED');
  return true;
}

const usingOf = ({ services: { database, clock, controls } }: GovernanceContext) => ({
  ...{ database, clock },
  audit: controls.audit,
});

const dismissed = (
  { language }: GovernanceContext,
  { dismissal, refusal }: DismissalOutcome,
): IdentityDismissalPayload =>
  Object.assign(new IdentityDismissalPayload(), {
    dismissal: dismissal === null ? null : IdentityDismissalType.from(dismissal),
    refusals: refusal === null ? [] : [Object.assign(new RefusalType(), refusalIn(language, refusal))],
  });

const remaining = (entity: EntityRef | null) => ({
  remaining: entity === null ? null : toId(entity.type, entity.pk),
});
