/**
 * Publishing an access policy: it is handed in, compared with the one in force, and then published: by one person where
 * nobody gains by it, by two where somebody does.
 */
import { Ctx, Directive, ID, ObjectType, Resolver } from 'type-graphql';
import { accessProblems } from '../../../controls/access/access-matrix';
import { type PolicyComparison, comparePolicies } from '../../../controls/access/compare-policies';
import { compilePolicy } from '../../../controls/access/compile-policy';
import { draftOf, keepDraft } from '../../../controls/access/policy-drafts';
import { type PolicyContent, versionOf } from '../../../controls/access/policy-content';
import { POLICY_RECORD } from '../../../controls/access/published-access';
import { actorOf } from '../../../controls/audit/audit-entry';
import { requireAct } from '../../../controls/sign-off/apply-sign-off';
import { RefusalType, SignOffType } from '../../../controls/sign-off/mutation-payload.type';
import { refusalIn } from '../../../controls/sign-off/refusal';
import { ConfigError, type ErrorCode } from '../../../platform/errors';
import { AccessRule, TermArg, TermField, TermMutation } from '../../../platform/graphql/term-field';
import type { GovernanceContext } from '../context';
import { AccessChangeType, AccessPolicyType, AccessRoleType } from './access.types';

/** Changes that the signers are shown one by one; the rest is counted. */
const MOST_CHANGES = 200;

@AccessRule('accessPolicy')
@ObjectType('StagedPolicyPayload')
export class StagedPolicyPayload {
  @TermField(() => ID, 'stagedPolicy.version') version!: string | null;
  @TermField(() => Boolean, 'stagedPolicy.weakens') weakens!: boolean | null;
  @TermField(() => [AccessChangeType], 'stagedPolicy.changes') changes!: readonly AccessChangeType[];
  @TermField(() => [String], 'stagedPolicy.problems') problems!: readonly string[];
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

@AccessRule('accessPolicy')
@ObjectType('PublishPolicyPayload')
export class PublishPolicyPayload {
  @TermField(() => AccessPolicyType, 'mutation.object') policy!: AccessPolicyType | null;
  @TermField(() => SignOffType, 'mutation.signOff') signOff!: SignOffType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

@Resolver()
export class PublishPolicyResolver {
  @TermMutation(() => StagedPolicyPayload, 'mutation.stageAccessPolicy')
  @Directive('@access(rule: "mutation.accessPolicy")')
  async stageAccessPolicy(
    @TermArg('roles', () => String, 'mutation.stageAccessPolicy.roles') roles: string,
    @TermArg('policy', () => String, 'mutation.stageAccessPolicy.policy') policy: string,
    @Ctx() context: GovernanceContext,
  ): Promise<StagedPolicyPayload> {
    const { controls, database, clock } = context.services;
    const compiled = await compile(context, roles, policy);
    if ('problems' in compiled) return staged({ problems: compiled.problems });
    const { content } = compiled;
    const comparison = comparePolicies((await controls.access.current()).content, content);
    const version = await database.write(async (manager) => {
      const kept = await keepDraft(manager, clock, content, context.caller.subject);
      await controls.audit.record(manager, actorOf(context.caller, context.requestId), {
        action: 'access.stage',
        outcome: 'DONE',
        object: { type: POLICY_RECORD.type, id: POLICY_RECORD.id },
        policyVersion: context.policyVersion,
        facts: { version: kept, weakens: comparison.weakens, changes: comparison.changes.length },
      });
      return kept;
    });
    return staged({ version, comparison });
  }

  @TermMutation(() => PublishPolicyPayload, 'mutation.tightenAccessPolicy')
  @Directive('@access(rule: "mutation.accessPolicy")')
  async tightenAccessPolicy(
    @TermArg('version', () => ID, 'mutation.accessPolicy.version') version: string,
    @TermArg('reason', () => String, 'mutation.accessPolicy.reason') reason: string,
    @Ctx() context: GovernanceContext,
  ): Promise<PublishPolicyPayload> {
    const { access } = context.services.controls;
    const content = await draftOf(context.services.database.reader, version);
    if (content === null) return await refused(context, 'NOT_FOUND');
    const current = await access.current();
    if (current.version === version) return await refused(context, 'NOTHING_TO_CHANGE');
    if (comparePolicies(current.content, content).weakens) return await refused(context, 'SIGN_OFF_NEEDED');
    if (reason.trim() === '') return await refused(context, 'REASON_REQUIRED');
    const actor = actorOf(context.caller, context.requestId);
    await access.publish(actor, { content, reason }, current.version);
    return published(content);
  }

  @TermMutation(() => PublishPolicyPayload, 'mutation.publishAccessPolicy')
  @Directive('@dualSignOff(action: "access.publish")')
  @Directive('@access(rule: "mutation.accessPolicy")')
  async publishAccessPolicy(
    @TermArg('version', () => ID, 'mutation.accessPolicy.version') version: string,
    @TermArg('reason', () => String, 'mutation.accessPolicy.reason') reason: string,
    @Ctx() context: GovernanceContext,
  ): Promise<PublishPolicyPayload> {
    const act = requireAct(context);
    const { access } = context.services.controls;
    const current = await access.currentWithin(act.manager);
    act.relyOn(POLICY_RECORD.type, POLICY_RECORD.id, { version: current?.version ?? null });
    const content = await draftOf(act.manager, version);
    if (content === null || current?.version === version) {
      act.refuse(content === null ? 'NOT_FOUND' : 'NOTHING_TO_CHANGE');
      return published(null);
    }
    act.change({ field: 'accessPolicy.version', before: current?.version ?? null, after: version });
    const compared = comparePolicies(current?.content ?? null, content).changes;
    // what somebody gains comes first, so that no crowd of harmless changes hides it
    const changes = [true, false].flatMap((gain) => compared.filter(({ weakens }) => weakens === gain));
    for (const one of changes.slice(0, MOST_CHANGES))
      act.change({
        field: [one.kind, one.role, one.subject].filter(Boolean).join(' '),
        before: one.before,
        after: one.after,
      });
    if (changes.length > MOST_CHANGES)
      act.change({
        field: 'accessPolicy.furtherChanges',
        before: null,
        after: changes.length - MOST_CHANGES,
      });
    await act.writeRecord(
      await access.publishWithin(act.manager, { content, reason, by: act.proposer.account }),
    );
    return published(content);
  }
}

/** What the texts say, compiled against this graph; or everything that is wrong with them. */
async function compile(
  context: GovernanceContext,
  roles: string,
  policy: string,
): Promise<{ content: PolicyContent } | { problems: readonly string[] }> {
  const { root, dictionary } = context.services;
  try {
    const content = compilePolicy(root, { roles, policy }, dictionary);
    const attributes = dictionary.attributes().map(({ id }) => id);
    const problems = accessProblems(await context.supergraph(), content, attributes);
    return problems.length > 0 ? { problems } : { content };
  } catch (error) {
    if (error instanceof ConfigError) return { problems: error.problems };
    throw error;
  }
}

function staged(of: {
  version?: string;
  comparison?: PolicyComparison;
  problems?: readonly string[];
}): StagedPolicyPayload {
  return Object.assign(new StagedPolicyPayload(), {
    version: of.version ?? null,
    weakens: of.comparison?.weakens ?? null,
    changes: (of.comparison?.changes ?? []).map((change) => AccessChangeType.from(change)),
    problems: of.problems ?? [],
    refusals: [],
  });
}

function published(content: PolicyContent | null): PublishPolicyPayload {
  const policy =
    content === null
      ? null
      : Object.assign(new AccessPolicyType(), {
          version: versionOf(content),
          roles: content.roles.map((role) => AccessRoleType.from(role)),
        });
  return Object.assign(new PublishPolicyPayload(), { policy, signOff: null, refusals: [] });
}

async function refused(context: GovernanceContext, code: ErrorCode): Promise<PublishPolicyPayload> {
  await context.services.controls.auditWriter.write([
    {
      actor: actorOf(context.caller, context.requestId),
      act: {
        ...{ action: 'access.publish', outcome: 'REFUSED', code },
        object: { type: POLICY_RECORD.type, id: POLICY_RECORD.id },
        policyVersion: context.policyVersion,
      },
    },
  ]);
  return Object.assign(published(null), {
    refusals: [Object.assign(new RefusalType(), refusalIn(context.language, code))],
  });
}
