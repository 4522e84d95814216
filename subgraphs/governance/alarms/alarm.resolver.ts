/** Looking through alarms. What an alarm is about stays in the audit trail: here stand only the ids of its entries. */
import { Args, Ctx, ID, Resolver, Root } from 'type-graphql';
import type { SelectQueryBuilder } from 'typeorm';
import { type Page, PageArgs, toPage } from '../../../canonical/graph/page.type';
import { AlarmRow } from '../../../controls/alarms/alarm.entity';
import { cursorScope, decodeCursor, encodeCursor } from '../../../platform/graphql/cursor';
import { checkPageSize } from '../../../platform/graphql/page-size';
import { Instant } from '../../../platform/graphql/scalars';
import { TermArg, TermFieldResolver, TermQuery } from '../../../platform/graphql/term-field';
import type { GovernanceContext } from '../context';
import { AlarmConnection, AlarmDeliveryType, AlarmFilter, AlarmRuleType, AlarmType } from './alarm.type';

@Resolver(() => AlarmType)
export class AlarmResolver {
  @TermQuery(() => AlarmConnection, 'query.alarms')
  async alarms(
    @Args(() => PageArgs) { first, after }: PageArgs,
    @Ctx() { services }: GovernanceContext,
    @TermArg('filter', () => AlarmFilter, 'page.filter', { nullable: true }) filter?: AlarmFilter | null,
  ): Promise<Page<AlarmType>> {
    checkPageSize(first);
    const scope = cursorScope('alarms', filter ?? null);
    const query = services.database.reader.createQueryBuilder(AlarmRow, 'a');
    narrow(query, filter ?? new AlarmFilter());
    if (after != null) {
      const [at, id] = decodeCursor(scope, after, ['key', 'text']);
      query.andWhere('(a.opened_at < :at OR (a.opened_at = :at AND a.id < :id))', {
        at: BigInt(at ?? 0),
        id,
      });
    }
    const rows = await query
      .orderBy('a.opened_at', 'DESC')
      .addOrderBy('a.id', 'DESC')
      .limit(first + 1)
      .getMany();
    return toPage(
      rows,
      first,
      ({ openedAt, id }) => encodeCursor(scope, [openedAt, id]),
      (row) => AlarmType.from(row),
    );
  }

  @TermQuery(() => AlarmType, 'query.alarm')
  async alarm(
    @TermArg('id', () => ID, 'alarm.id') id: string,
    @Ctx() { services }: GovernanceContext,
  ): Promise<AlarmType | null> {
    const row = await services.database.reader.findOneBy(AlarmRow, { id });
    return row === null ? null : AlarmType.from(row);
  }

  @TermQuery(() => [AlarmRuleType], 'query.alarmRules')
  async alarmRules(@Ctx() { services }: GovernanceContext): Promise<AlarmRuleType[]> {
    return (await services.controls.alarms.rules()).map((rule) => AlarmRuleType.from(rule));
  }

  @TermFieldResolver(() => AlarmRuleType, 'alarm.rule')
  async rule(
    @Root() { ruleId }: AlarmType,
    @Ctx() { services }: GovernanceContext,
  ): Promise<AlarmRuleType | null> {
    const rule = (await services.controls.alarms.rules()).find(({ id }) => id === ruleId);
    return rule === undefined ? null : AlarmRuleType.from(rule);
  }

  @TermFieldResolver(() => [ID], 'alarm.entries')
  async entries(@Root() { id }: AlarmType, @Ctx() { loaders }: GovernanceContext): Promise<string[]> {
    return (await loaders.entriesOfAlarm.load(id)).map(({ entryId }) => entryId);
  }

  @TermFieldResolver(() => [AlarmDeliveryType], 'alarm.deliveries')
  async deliveries(
    @Root() { id }: AlarmType,
    @Ctx() { loaders }: GovernanceContext,
  ): Promise<AlarmDeliveryType[]> {
    return (await loaders.deliveriesOfAlarm.load(id)).map((row) => AlarmDeliveryType.from(row));
  }
}

@Resolver(() => AlarmRuleType)
export class AlarmRuleResolver {
  @TermFieldResolver(() => Instant, 'alarmRule.silentUntil')
  async silentUntil(
    @Root() { id }: AlarmRuleType,
    @Ctx() { loaders }: GovernanceContext,
  ): Promise<Date | null> {
    const until = await loaders.silenceOfRule.load(id);
    return until === null ? null : new Date(until);
  }
}

/** An empty list fits nothing; an IN () without values is no SQL. */
function narrow(query: SelectQueryBuilder<AlarmRow>, { states, severities, rules }: AlarmFilter): void {
  if (states != null) query.andWhere('a.state IN (:...states)', { states: [...states, ''] });
  if (severities != null)
    query.andWhere('a.severity IN (:...severities)', { severities: [...severities, ''] });
  if (rules != null) query.andWhere('a.rule_id IN (:...rules)', { rules: [...rules, ''] });
}
