/** Looking through findings, and those of a lot. */
import { Args, Ctx, ID, Resolver, Root } from 'type-graphql';
import type { Evidence } from '../../../canonical/rules/claims';
import { narrow } from '../../../canonical/scope/scoped-sql';
import { FindingRow } from '../../../canonical/entities/governance.entity';
import { type Page, PageArgs } from '../../../canonical/graph/page.type';
import { fromId, toId } from '../../../canonical/ids';
import { Instant, Json } from '../../../platform/graphql/scalars';
import { TermArg, TermFieldResolver, TermQuery } from '../../../platform/graphql/term-field';
import type { GovernanceContext } from '../context';
import { newestPage } from '../newest-page';
import { LotStub } from '../stubs/lot.stub';
import { narrowToWork } from './work-filter';
import {
  FindingConnection,
  FindingEventType,
  FindingFilter,
  FindingState,
  FindingType,
  FindingValueType,
} from './finding.type';

@Resolver(() => FindingType)
export class FindingResolver {
  @TermQuery(() => FindingConnection, 'query.findings')
  async findings(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { services, scope, caller }: GovernanceContext,
    @TermArg('filter', () => FindingFilter, 'page.filter', { nullable: true }) filter?: FindingFilter | null,
  ): Promise<Page<FindingType>> {
    const query = services.database.reader.createQueryBuilder(FindingRow, 'f');
    const { rules, severities, subjectType, lot, item } = filter ?? new FindingFilter();
    narrow(query, scope, (one) => one.finding('f'));
    // an empty list fits nothing; an IN () without values is no SQL
    if (rules != null) query.andWhere('f.rule IN (:...rules)', { rules: [...rules, ''] });
    if (severities != null)
      query.andWhere('f.severity IN (:...severities)', { severities: [...severities, ''] });
    narrowToWork(query, filter ?? new FindingFilter(), caller.subject);
    if (subjectType != null) query.andWhere('f.subject_type = :subjectType', { subjectType });
    if (lot != null)
      query.andWhere("f.subject_type = 'lot' AND f.subject_pk = :lot", { lot: fromId('lot', lot) ?? 0 });
    if (item != null)
      query.andWhere("f.subject_type = 'item' AND f.subject_pk = :item", { item: fromId('item', item) ?? 0 });
    return await newestPage(
      query,
      page,
      ['findings', filter ?? null, filter?.assignedToMe === true ? caller.subject : null],
      (row) => FindingType.from(row),
    );
  }

  @TermFieldResolver(() => FindingState, 'finding.state')
  async state(@Root() { row }: FindingType, @Ctx() { loaders }: GovernanceContext): Promise<string> {
    return row.state === 'RESOLVED'
      ? 'RESOLVED'
      : ((await loaders.findingWork.load(row.pk))?.state ?? 'OPEN');
  }

  @TermFieldResolver(() => ID, 'finding.assignee')
  async assignee(
    @Root() { row }: FindingType,
    @Ctx() { loaders }: GovernanceContext,
  ): Promise<string | null> {
    return (await loaders.findingWork.load(row.pk))?.assignee ?? null;
  }

  @TermFieldResolver(() => Instant, 'finding.acceptedUntil')
  async acceptedUntil(
    @Root() { row }: FindingType,
    @Ctx() { loaders }: GovernanceContext,
  ): Promise<Date | null> {
    const until = (await loaders.findingWork.load(row.pk))?.untilAt ?? null;
    return until === null ? null : new Date(until);
  }

  @TermFieldResolver(() => [FindingEventType], 'finding.history')
  async history(
    @Root() { row }: FindingType,
    @Ctx() { loaders }: GovernanceContext,
  ): Promise<FindingEventType[]> {
    return (await loaders.findingEvents.load(row.pk)).map((event) => FindingEventType.of(event));
  }

  /** As they were when the finding was last seen anew. */
  @TermFieldResolver(() => [FindingValueType], 'finding.values')
  values(@Root() { row }: FindingType): FindingValueType[] {
    const evidence = JSON.parse(row.evidence ?? '[]') as Evidence[];
    return evidence.map((one) => FindingValueType.from(one));
  }

  /** With ids where the copy keeps internal keys: candidates are lots, of which those in scope are named. */
  @TermFieldResolver(() => Json, 'finding.facts')
  async facts(@Root() { row }: FindingType, @Ctx() { canSeeLot }: GovernanceContext): Promise<unknown> {
    const facts = JSON.parse(row.facts) as Record<string, unknown>;
    const { candidates } = facts;
    if (!Array.isArray(candidates)) return facts;
    const shown = await Promise.all(
      candidates.map(async (one: unknown) => {
        if (typeof one !== 'number') return [one];
        return (await canSeeLot(one)) ? [toId('lot', one)] : [];
      }),
    );
    return { ...facts, candidates: shown.flat() };
  }
}

@Resolver(() => LotStub)
export class LotFindingResolver {
  @TermFieldResolver(() => [FindingType], 'lot.findings')
  async findings(@Root() { pk }: LotStub, @Ctx() { loaders }: GovernanceContext): Promise<FindingType[]> {
    return (await loaders.findingsOfLot.load(pk)).map((row) => FindingType.from(row));
  }
}
