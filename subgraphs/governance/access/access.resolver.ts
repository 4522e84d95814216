/** Asking about permissions. Explaining somebody else's takes a permission of its own, and is written down. */
import { Ctx, ID, Int, Resolver } from 'type-graphql';
import { explainAccess, operationToExplain } from '../../../controls/access/explain-access';
import { OperationJudge } from '../../../controls/access/operation-judge';
import { actorOf } from '../../../controls/audit/audit-entry';
import { digestOf } from '../../../controls/integrity/digest';
import { AccessDeniedError, InvalidInputError } from '../../../platform/errors';
import { Json } from '../../../platform/graphql/scalars';
import { TermArg, TermQuery } from '../../../platform/graphql/term-field';
import type { GovernanceContext } from '../context';
import {
  AccessPolicyType,
  AccessRoleType,
  FieldAccessType,
  RoleConflictType,
  RoleGrantType,
} from './access.types';

/** What asking about somebody else needs. */
const EXPLAIN_RULE = 'access.explain';
const DAY_MS = 86_400_000;
const MOST_DAYS = 3660;

@Resolver()
export class AccessResolver {
  @TermQuery(() => AccessPolicyType, 'query.accessPolicy')
  async accessPolicy(@Ctx() context: GovernanceContext): Promise<AccessPolicyType> {
    const policy = await context.services.controls.access.policy(context.policyVersion);
    return Object.assign(new AccessPolicyType(), {
      version: policy.version,
      roles: policy.roles.map((role) => AccessRoleType.from(role)),
    });
  }

  @TermQuery(() => [FieldAccessType], 'query.explainAccess')
  async explainAccess(
    @Ctx() context: GovernanceContext,
    @TermArg('query', () => String, 'query.explainAccess.query') query: string,
    @TermArg('variables', () => Json, 'query.explainAccess.variables', { nullable: true })
    variables?: unknown,
    @TermArg('person', () => ID, 'query.explainAccess.person', { nullable: true, rule: EXPLAIN_RULE })
    person?: string | null,
    @TermArg('roles', () => [String], 'query.explainAccess.roles', { nullable: true, rule: EXPLAIN_RULE })
    roles?: readonly string[] | null,
  ): Promise<FieldAccessType[]> {
    const { access } = context.services.controls;
    const judge = await context.accessJudge();
    const operation = operationToExplain(judge.schema, query, objectOf(variables));
    const policy = await access.policy(context.policyVersion);
    const asked = await rolesToExplain(context, query, person, roles);
    return explainAccess(judge, policy, asked, operation).map((place) => FieldAccessType.from(place));
  }

  @TermQuery(() => [RoleGrantType], 'query.unusedGrants')
  async unusedGrants(
    @Ctx() context: GovernanceContext,
    @TermArg('days', () => Int, 'query.unusedGrants.days', { defaultValue: 90 }) days: number,
  ): Promise<RoleGrantType[]> {
    if (days < 1 || days > MOST_DAYS)
      throw new InvalidInputError(`"days" must be between 1 and ${MOST_DAYS}.`, { argument: 'days' });
    const { controls, database } = context.services;
    const since = controls.identity.context.clock.now() - days * DAY_MS;
    const grants = await controls.identity.grants.unused(database.reader, since);
    return grants.map((grant) => RoleGrantType.from(grant));
  }

  @TermQuery(() => [RoleConflictType], 'query.roleConflicts')
  async roleConflicts(@Ctx() { services }: GovernanceContext): Promise<RoleConflictType[]> {
    const held = await services.controls.identity.grants.conflicts(services.database.reader);
    return held.map((conflict) => Object.assign(new RoleConflictType(), conflict));
  }
}

function objectOf(variables: unknown): Record<string, unknown> {
  if (variables === null || variables === undefined) return {};
  if (typeof variables !== 'object' || Array.isArray(variables))
    throw new InvalidInputError('"variables" must be an object.', { argument: 'variables' });
  return variables as Record<string, unknown>;
}

/** One's own roles, or those of somebody else: who may not ask learns nothing, not even whether there is such a person. */
async function rolesToExplain(
  context: GovernanceContext,
  query: string,
  person: string | null | undefined,
  roles: readonly string[] | null | undefined,
): Promise<readonly string[]> {
  const own = person == null || person === context.caller.person;
  if (own && roles == null) return context.caller.roles;
  const { controls, database } = context.services;
  const allowed = context.access.rule(EXPLAIN_RULE) === 'READ';
  await controls.auditWriter.write([
    {
      actor: actorOf(context.caller, context.requestId),
      act: {
        action: 'access.explain',
        outcome: allowed ? 'DONE' : 'REFUSED',
        ...(allowed ? {} : { code: 'ACCESS_DENIED' }),
        object: person == null ? undefined : { type: 'person', id: person.slice(0, 64) },
        policyVersion: context.policyVersion,
        facts: { query: digestOf(query), roles: (roles ?? []).slice(0, 20) },
      },
    },
  ]);
  if (!allowed)
    throw new AccessDeniedError('You may ask only about your own permissions.', {
      coordinates: ['Query.explainAccess(person:)', 'Query.explainAccess(roles:)'],
    });
  if (roles != null) return roles;
  return (await controls.identity.eligibility(database.reader, person ?? '')).roles;
}

/** Read when first asked for, then kept. */
export function accessJudgeOf(readSupergraph: () => Promise<string>): () => Promise<OperationJudge> {
  let judge: Promise<OperationJudge> | undefined;
  return () => (judge ??= readSupergraph().then((sdl) => OperationJudge.ofSupergraph(sdl)));
}
