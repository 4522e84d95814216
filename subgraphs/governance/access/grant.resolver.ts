/** Granting roles: one of high risk by two people, one of low risk by one; nobody grants anything to themself. */
import { Ctx, Directive, ID, ObjectType, Resolver } from 'type-graphql';
import type { EntityManager } from 'typeorm';
import type { PolicyRole } from '../../../controls/access/policy-content';
import { type AuditActor, actorOf } from '../../../controls/audit/audit-entry';
import type { NewGrant } from '../../../controls/identity/grants';
import { purposeOf } from '../../../controls/identity/purpose';
import type { ActContext } from '../../../controls/sign-off/act-context';
import { requireAct } from '../../../controls/sign-off/apply-sign-off';
import { RefusalType, SignOffType } from '../../../controls/sign-off/mutation-payload.type';
import { refusalIn } from '../../../controls/sign-off/refusal';
import { GatewayError, type ErrorCode } from '../../../platform/errors';
import { Instant } from '../../../platform/graphql/scalars';
import { AccessRule, TermArg, TermField, TermMutation } from '../../../platform/graphql/term-field';
import type { GovernanceContext } from '../context';
import { RoleGrantType } from './access.types';

const DAY_MS = 86_400_000;

@AccessRule('roleGrant')
@ObjectType('AssignRolePayload')
export class AssignRolePayload {
  @TermField(() => RoleGrantType, 'mutation.object') grant!: RoleGrantType | null;
  @TermField(() => SignOffType, 'mutation.signOff') signOff!: SignOffType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

interface Wanted {
  readonly person: string;
  readonly role: string;
  readonly sites: readonly string[];
  readonly suppliers: readonly string[];
  readonly expiresAt: number | null;
  readonly reason: string;
}

@Resolver()
export class GrantResolver {
  @TermMutation(() => AssignRolePayload, 'mutation.assignRole')
  @Directive('@dualSignOff(action: "grant.assignHighRisk")')
  @Directive('@access(rule: "mutation.grant")')
  async assignRole(
    @TermArg('person', () => ID, 'mutation.grant.person') person: string,
    @TermArg('role', () => String, 'mutation.grant.role') role: string,
    @TermArg('reason', () => String, 'mutation.grant.reason') reason: string,
    @Ctx() context: GovernanceContext,
    @TermArg('sites', () => [String], 'mutation.grant.sites', { nullable: true }) sites?: string[] | null,
    @TermArg('suppliers', () => [String], 'mutation.grant.suppliers', { nullable: true })
    suppliers?: string[] | null,
    @TermArg('expiresAt', () => Instant, 'mutation.grant.expiresAt', { nullable: true })
    expiresAt?: Date | null,
  ): Promise<AssignRolePayload> {
    const act = requireAct(context);
    const wanted = wish({ person, role, reason, sites, suppliers, expiresAt });
    const { controls } = context.services;
    const found = (await controls.access.currentWithin(act.manager))?.role(role);
    const grants = await controls.identity.grants.list(act.manager, { person, inForceOnly: true });
    act.relyOn('person', person, { grants: grants.map((grant) => grant.id).sort() });
    const problem = reasonProblem(reason) ?? roleProblem(found, wanted, act.now) ?? selfProblem(act, person);
    if (problem !== null) {
      act.refuse(problem);
      return payload(null);
    }
    act.change({ field: 'roleGrant.role', before: null, after: role });
    act.change({ field: 'roleGrant.sites', before: null, after: [...wanted.sites] });
    act.change({ field: 'roleGrant.suppliers', before: null, after: [...wanted.suppliers] });
    act.change({ field: 'roleGrant.expiresAt', before: null, after: isoOf(wanted.expiresAt) });
    const id = await assign(context, act, wanted);
    const assigned = await controls.identity.grants.list(act.manager, { person });
    return payload(assigned.find((grant) => grant.id === id) ?? null);
  }

  @TermMutation(() => AssignRolePayload, 'mutation.assignLowRiskRole')
  @Directive('@access(rule: "mutation.grant")')
  async assignLowRiskRole(
    @TermArg('person', () => ID, 'mutation.grant.person') person: string,
    @TermArg('role', () => String, 'mutation.grant.role') role: string,
    @TermArg('reason', () => String, 'mutation.grant.reason') reason: string,
    @TermArg('ticket', () => String, 'mutation.grant.ticket') ticket: string,
    @Ctx() context: GovernanceContext,
    @TermArg('sites', () => [String], 'mutation.grant.sites', { nullable: true }) sites?: string[] | null,
    @TermArg('suppliers', () => [String], 'mutation.grant.suppliers', { nullable: true })
    suppliers?: string[] | null,
    @TermArg('expiresAt', () => Instant, 'mutation.grant.expiresAt', { nullable: true })
    expiresAt?: Date | null,
  ): Promise<AssignRolePayload> {
    const { controls, database } = context.services;
    const wanted = wish({ person, role, reason, sites, suppliers, expiresAt });
    const found = (await controls.access.current()).role(role);
    const now = controls.identity.context.clock.now();
    const problem =
      reasonProblem(reason) ??
      roleProblem(found, wanted, now) ??
      (found?.risk === 'high' ? 'SIGN_OFF_NEEDED' : null) ??
      (person === context.caller.person ? 'SELF_GRANT' : null);
    if (problem !== null) return await refuseAudited(context, 'grant.assign', person, problem);
    const purpose = grantPurpose(wanted);
    const done = await steppedUp(context, { action: 'grant.assign', person, ticket, purpose }, (manager) =>
      controls.identity.assignGrant(manager, grantOf(wanted), actorOf(context.caller, context.requestId)),
    );
    if ('refused' in done) return done.refused;
    const assigned = await controls.identity.grants.list(database.reader, { person });
    return payload(assigned.find((grant) => grant.id === done.done) ?? null);
  }

  @TermMutation(() => AssignRolePayload, 'mutation.revokeRole')
  @Directive('@access(rule: "mutation.grant")')
  async revokeRole(
    @TermArg('grant', () => ID, 'mutation.grant.id') grant: string,
    @TermArg('reason', () => String, 'mutation.grant.reason') reason: string,
    @TermArg('ticket', () => String, 'mutation.grant.ticket') ticket: string,
    @Ctx() context: GovernanceContext,
  ): Promise<AssignRolePayload> {
    const problem = reasonProblem(reason);
    if (problem !== null) return await refuseAudited(context, 'grant.revoke', null, problem);
    const { identity } = context.services.controls;
    const actor = actorOf(context.caller, context.requestId);
    const purpose = purposeOf('grant.revoke', grant);
    const done = await steppedUp(
      context,
      { action: 'grant.revoke', person: null, ticket, purpose },
      (manager) => identity.revokeGrant(manager, grant, actor, reason),
    );
    if ('refused' in done) return done.refused;
    return done.done
      ? payload(null)
      : await refuseAudited(context, 'grant.revoke', null, 'NOTHING_TO_CHANGE');
  }
}

/** What an officer steps up for: `lotgraph grant.assign PERSON ROLE SITES SUPPLIERS UNTIL`, `*` for all and `-` for open. */
export function grantPurpose({ person, role, sites, suppliers, expiresAt }: Omit<Wanted, 'reason'>): string {
  const listed = (codes: readonly string[]): string => codes.join(',') || '*';
  const until = isoOf(expiresAt) ?? '-';
  return purposeOf('grant.assign', [person, role, listed(sites), listed(suppliers), until].join(' '));
}

interface SteppedUpAct {
  readonly action: string;
  readonly person: string | null;
  readonly ticket: string;
  readonly purpose: string;
}

/** Does the work in one transaction with the ticket's use. What the person can do something about is refused, and audited. */
async function steppedUp<T>(
  context: GovernanceContext,
  { action, person, ticket, purpose }: SteppedUpAct,
  work: (manager: EntityManager) => Promise<T>,
): Promise<{ readonly done: T } | { readonly refused: AssignRolePayload }> {
  const { controls, database } = context.services;
  const { person: officer, session } = context.caller;
  try {
    const done = await database.write(async (manager) => {
      if (officer === null) throw new GatewayError('ACCESS_DENIED');
      await controls.identity.consumeTicket(manager, { ticket, person: officer, session, purpose });
      return await work(manager);
    });
    return { done };
  } catch (error) {
    if (!(error instanceof GatewayError) || !REFUSED.has(error.code)) throw error;
    return { refused: await refuseAudited(context, action, person, error.code) };
  }
}

const REFUSED: ReadonlySet<string> = new Set([
  ...['STEP_UP_REQUIRED', 'ROLES_CONFLICT', 'NOT_FOUND', 'ACCESS_DENIED', 'INVALID_INPUT', 'SIGN_OFF_NEEDED'],
]);

function wish(given: {
  readonly person: string;
  readonly role: string;
  readonly reason: string;
  readonly sites: readonly string[] | null | undefined;
  readonly suppliers: readonly string[] | null | undefined;
  readonly expiresAt: Date | null | undefined;
}): Wanted {
  const { person, role, reason } = given;
  return {
    ...{ person, role, reason },
    sites: given.sites ?? [],
    suppliers: given.suppliers ?? [],
    expiresAt: given.expiresAt?.getTime() ?? null,
  };
}

/** Every change of who may do what says why. */
const reasonProblem = (reason: string): ErrorCode | null => (reason.trim() === '' ? 'REASON_REQUIRED' : null);

/** Why the role cannot be granted like this: unknown, for too long, or without the scope that it must have. */
function roleProblem(role: PolicyRole | undefined, wanted: Wanted, now: number): ErrorCode | null {
  if (role === undefined) return 'NOT_FOUND';
  if (wanted.expiresAt !== null && wanted.expiresAt <= now) return 'INVALID_INPUT';
  if (role.maxDays === null) return null;
  const tooLong = wanted.expiresAt === null || wanted.expiresAt > now + role.maxDays * DAY_MS;
  if (tooLong) return 'GRANT_TOO_LONG';
  return wanted.sites.length + wanted.suppliers.length === 0 ? 'GRANT_NEEDS_SCOPE' : null;
}

/** Whoever is granted a role has no part in granting it. */
function selfProblem(act: ActContext, person: string): ErrorCode | null {
  const people = [act.proposer.person, ...act.signers.map((signer) => signer.person)];
  return people.includes(person) ? 'SELF_GRANT' : null;
}

async function assign(context: GovernanceContext, act: ActContext, wanted: Wanted): Promise<string | null> {
  const { person, account, name } = act.proposer;
  const actor: AuditActor = {
    ...actorOf(context.caller, context.requestId),
    ...{ person, account, personal: { name } },
  };
  const grant = { ...grantOf(wanted), validFrom: act.now, proposal: act.proposalId };
  try {
    return await context.services.controls.identity.assignGrant(act.manager, grant, actor);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    act.refuse(error.code);
    return null;
  }
}

const grantOf = ({ person, role, sites, suppliers, expiresAt, reason }: Wanted): NewGrant => ({
  ...{ person, role, sites, suppliers, expiresAt, reason },
});

const isoOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

function payload(grant: Parameters<typeof RoleGrantType.from>[0] | null): AssignRolePayload {
  return Object.assign(new AssignRolePayload(), {
    grant: grant === null ? null : RoleGrantType.from(grant),
    signOff: null,
    refusals: [],
  });
}

async function refuseAudited(
  context: GovernanceContext,
  action: string,
  person: string | null,
  code: ErrorCode,
): Promise<AssignRolePayload> {
  await context.services.controls.auditWriter.write([
    {
      actor: actorOf(context.caller, context.requestId),
      act: {
        ...{ action, outcome: 'REFUSED', code },
        object: person === null ? undefined : { type: 'person', id: person.slice(0, 64) },
        policyVersion: context.policyVersion,
      },
    },
  ]);
  return Object.assign(payload(null), {
    refusals: [Object.assign(new RefusalType(), refusalIn(context.language, code))],
  });
}
