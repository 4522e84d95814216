/** What systems must agree on, and runs of it over all lots. */
import { Ctx, Directive, ID, Int, ObjectType, Resolver } from 'type-graphql';
import { RuleRunRow } from '../../../canonical/rules/rule-run.entity';
import { RuleRuns } from '../../../canonical/rules/rule-runs';
import type { ConsistencyRule } from '../../../canonical/rules/consistency-rule';
import { actorOf } from '../../../controls/audit/audit-entry';
import { enumOf } from '../../../platform/graphql/enums';
import { instantOf } from '../../../platform/graphql/instants';
import { Instant } from '../../../platform/graphql/scalars';
import {
  AccessRule,
  TermArg,
  TermField,
  TermMutation,
  TermQuery,
} from '../../../platform/graphql/term-field';
import type { GovernanceContext } from '../context';
import { FindingSeverity } from '../findings/finding.type';
import { LocalizedTextType } from '../localized-text.type';

const RuleRunState = enumOf('ConsistencyRunState', ['WAITING', 'DONE', 'FAILED']);

@AccessRule('finding')
@ObjectType('ConsistencyRule')
export class ConsistencyRuleType {
  @TermField(() => ID, 'consistencyRule.id', { nullable: false }) id!: string;
  @TermField(() => LocalizedTextType, 'consistencyRule.name') name!: LocalizedTextType | null;
  @TermField(() => String, 'consistencyRule.kind') kind!: string;
  @TermField(() => String, 'consistencyRule.subject') subject!: string;
  @TermField(() => FindingSeverity, 'consistencyRule.severity') severity!: string;
  @TermField(() => String, 'consistencyRule.owner') owner!: string | null;

  static from({ id, name, subject, severity, owner, check }: ConsistencyRule): ConsistencyRuleType {
    return Object.assign(new ConsistencyRuleType(), {
      ...{ id, subject, severity, owner, kind: check.kind },
      name: LocalizedTextType.from(name),
    });
  }
}

@AccessRule('finding')
@ObjectType('ConsistencyRun')
export class ConsistencyRunType {
  @TermField(() => ID, 'consistencyRun.id', { nullable: false }) id!: string;
  @TermField(() => String, 'consistencyRun.rule') rule!: string | null;
  @TermField(() => String, 'consistencyRun.rulesVersion') rulesVersion!: string;
  @TermField(() => RuleRunState, 'consistencyRun.state') state!: string;
  @TermField(() => String, 'consistencyRun.requestedBy') requestedBy!: string;
  @TermField(() => Instant, 'consistencyRun.requestedAt') requestedAt!: Date | null;
  @TermField(() => Instant, 'consistencyRun.finishedAt') finishedAt!: Date | null;
  @TermField(() => Int, 'consistencyRun.lotsTotal') lotsTotal!: number;
  @TermField(() => Int, 'consistencyRun.lotsDone') lotsDone!: number;

  static from({ pk, ruleId, requestedAt, finishedAt, ...row }: RuleRunRow): ConsistencyRunType {
    const { rulesVersion, state, requestedBy, lotsTotal, lotsDone } = row;
    return Object.assign(new ConsistencyRunType(), {
      ...{ id: `${PREFIX}${pk}`, rule: ruleId, rulesVersion, state, requestedBy, lotsTotal, lotsDone },
      ...{ requestedAt: instantOf(requestedAt), finishedAt: instantOf(finishedAt) },
    });
  }
}

const PREFIX = 'crr_';

@Resolver()
export class ConsistencyRuleResolver {
  @TermQuery(() => [ConsistencyRuleType], 'query.consistencyRules')
  async consistencyRules(@Ctx() context: GovernanceContext): Promise<ConsistencyRuleType[]> {
    return (await context.consistencyRules()).rules.map((rule) => ConsistencyRuleType.from(rule));
  }

  @TermQuery(() => ConsistencyRunType, 'query.consistencyRun')
  async consistencyRun(
    @TermArg('id', () => ID, 'consistencyRun.id') id: string,
    @Ctx() { services }: GovernanceContext,
  ): Promise<ConsistencyRunType | null> {
    const digits = id.slice(PREFIX.length);
    if (!id.startsWith(PREFIX) || !/^\d{1,15}$/.test(digits)) return null;
    const row = await services.database.reader.findOneBy(RuleRunRow, { pk: Number(digits) });
    return row === null ? null : ConsistencyRunType.from(row);
  }

  /** The worker does it, a chunk at a time; `consistencyRun` says how far it is. */
  @TermMutation(() => ConsistencyRunType, 'mutation.runConsistencyRules')
  @Directive('@access(rule: "mutation.finding")')
  async runConsistencyRules(
    @Ctx() context: GovernanceContext,
    @TermArg('rule', () => ID, 'mutation.runConsistencyRules.rule', { nullable: true }) rule?: string | null,
  ): Promise<ConsistencyRunType> {
    const { services, caller, requestId } = context;
    const { database, dictionary, clock, controls } = services;
    const rules = await context.consistencyRules();
    const runs = new RuleRuns({ database, dictionary, clock, rules, audit: controls.audit });
    return ConsistencyRunType.from(await runs.request(actorOf(caller, requestId), rule ?? null));
  }
}

export const CONSISTENCY_RULE_TYPES = [ConsistencyRuleType, ConsistencyRunType];
