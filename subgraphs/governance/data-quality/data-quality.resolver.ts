/** Looking at the quality of the data: scores now and over time, down to the rows that fail. */
import { Args, Ctx, ID, Resolver, Root } from 'type-graphql';
import type { SelectQueryBuilder } from 'typeorm';
import {
  QualityMeasurementRow,
  QualityScoreRow,
  QualityStreamRow,
} from '../../../canonical/data-quality/data-quality.entity';
import { QualityFailures } from '../../../canonical/data-quality/failures';
import { feedOf, standardsOf } from '../../../canonical/data-quality/standard';
import { SourceStreamRow } from '../../../canonical/entities/source.entity';
import { type Page, PageArgs, PageInfoType } from '../../../canonical/graph/page.type';
import { fromId } from '../../../canonical/ids';
import { NotFoundError } from '../../../platform/errors';
import { cursorScope, decodeCursor, encodeCursor } from '../../../platform/graphql/cursor';
import { checkPageSize } from '../../../platform/graphql/page-size';
import { Instant } from '../../../platform/graphql/scalars';
import { TermArg, TermFieldResolver, TermQuery } from '../../../platform/graphql/term-field';
import type { GovernanceContext } from '../context';
import { newestPage } from '../newest-page';
import { LotStub } from '../stubs/lot.stub';
import {
  QualityFailureConnection,
  QualityFailureType,
  QualityMeasurementConnection,
  QualityMeasurementType,
  QualityScoreConnection,
  QualityScoreFilter,
  QualityScoreType,
  QualityStandardType,
} from './data-quality.types';

@Resolver(() => QualityScoreType)
export class DataQualityResolver {
  @TermQuery(() => [QualityStandardType], 'query.qualityStandards')
  async qualityStandards(@Ctx() context: GovernanceContext): Promise<QualityStandardType[]> {
    return (await context.qualityStandards()).standards.map((standard) => QualityStandardType.from(standard));
  }

  @TermQuery(() => QualityScoreConnection, 'query.qualityScores')
  async qualityScores(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: GovernanceContext,
    @TermArg('filter', () => QualityScoreFilter, 'page.filter', { nullable: true })
    filter?: QualityScoreFilter | null,
  ): Promise<Page<QualityScoreType>> {
    const { services, scope } = context;
    const { reader } = services.database;
    const streams = new Map((await reader.find(SourceStreamRow)).map((row) => [row.pk, row]));
    const query = reader.createQueryBuilder(QualityScoreRow, 'q');
    narrow(query, filter ?? new QualityScoreFilter(), [...streams.values()]);
    // whether a score is met is told of all rows
    if (scope !== null && filter?.met != null) query.andWhere('1 = 0');
    await hideDenied(query, context, streams);
    const scores = await newestPage(query, page, ['qualityScores', filter ?? null], (row) => {
      const stream = streams.get(row.streamPk);
      return stream === undefined ? null : QualityScoreType.from(row, stream, scope);
    });
    return { ...scores, nodes: scores.nodes.filter((one) => one !== null) };
  }

  @TermQuery(() => QualityScoreType, 'query.qualityScore')
  async qualityScore(
    @TermArg('id', () => ID, 'qualityScore.id') id: string,
    @Ctx() context: GovernanceContext,
  ): Promise<QualityScoreType | null> {
    return await findScore(context, id);
  }

  @TermQuery(() => QualityMeasurementConnection, 'query.qualityHistory')
  async qualityHistory(
    @TermArg('score', () => ID, 'qualityScore.id') id: string,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: GovernanceContext,
  ): Promise<Page<QualityMeasurementType>> {
    const { row } = await requireScore(context, id);
    const query = context.services.database.reader
      .createQueryBuilder(QualityMeasurementRow, 'm')
      .where('m.score_pk = :score', { score: row.pk });
    if (context.scope !== null) query.andWhere('1 = 0');
    return await newestPage(query, page, ['qualityHistory', id], (one) => QualityMeasurementType.from(one));
  }

  /** A page looks at so many rows at most: it may be short, or empty, though there are more. */
  @TermQuery(() => QualityFailureConnection, 'query.qualityFailures')
  async qualityFailures(
    @TermArg('score', () => ID, 'qualityScore.id') id: string,
    @Args(() => PageArgs) { first, after }: PageArgs,
    @Ctx() context: GovernanceContext,
  ): Promise<Page<QualityFailureType>> {
    checkPageSize(first);
    const { row, streamRow } = await requireScore(context, id);
    const { database } = context.services;
    const scope = cursorScope('qualityFailures', id);
    const [part, key, place] =
      after == null ? [0, 0, 0] : decodeCursor(scope, after, ['key', 'key', 'key']).map(Number);
    const feed = feedOf(await context.qualityStandards(), streamRow.system);
    const watched = await database.reader.findOneBy(QualityStreamRow, { streamPk: row.streamPk });
    const { failures, next } = await new QualityFailures(database).page({
      ...{ score: row, recordType: streamRow.recordType, scope: context.scope, first, now: context.now },
      after: [part ?? 0, key ?? 0, place ?? 0],
      feed: feed === null ? null : { ...feed, beganAt: watched?.beganAt ?? null },
    });
    const pageInfo = Object.assign(new PageInfoType(), {
      hasNextPage: next !== null,
      endCursor: next === null ? null : encodeCursor(scope, next),
    });
    return { nodes: failures.map((one) => QualityFailureType.from(one)), pageInfo };
  }

  @TermFieldResolver(() => [QualityStandardType], 'qualityScore.standards')
  async standards(
    @Root() { row, term, system }: QualityScoreType,
    @Ctx() context: GovernanceContext,
  ): Promise<QualityStandardType[]> {
    const inForce = await context.qualityStandards();
    return standardsOf(inForce, system, row.dimension, term).map((standard) =>
      QualityStandardType.from(standard),
    );
  }

  @TermFieldResolver(() => Instant, 'qualityScore.measuredAt')
  async measuredAt(
    @Root() { row }: QualityScoreType,
    @Ctx() { loaders }: GovernanceContext,
  ): Promise<Date | null> {
    const watched = await loaders.qualityStream.load(row.streamPk);
    return watched === null ? null : new Date(watched.measuredAt);
  }
}

@Resolver(() => QualityFailureType)
export class QualityFailureResolver {
  @TermFieldResolver(() => LotStub, 'qualityFailure.lot')
  async lot(
    @Root() { failure }: QualityFailureType,
    @Ctx() { loaders, canSeeLot }: GovernanceContext,
  ): Promise<LotStub | null> {
    const pk = failure.entityPk;
    if (pk === null || (await loaders.lotRow.load(pk)) === null) return null;
    return (await canSeeLot(pk)) ? LotStub.of(pk) : null;
  }
}

function narrow(
  query: SelectQueryBuilder<QualityScoreRow>,
  { system, stream, term, dimension, met }: QualityScoreFilter,
  streams: readonly SourceStreamRow[],
): void {
  const dot = term?.indexOf('.') ?? -1;
  const recordType = term == null ? null : term.slice(0, dot);
  const fitting = streams.filter(
    (one) =>
      (system == null || one.system === system) &&
      (stream == null || one.name === stream) &&
      (recordType === null || one.recordType === recordType),
  );
  query.andWhere('q.stream_pk IN (:...streams)', { streams: [0, ...fitting.map(({ pk }) => pk)] });
  if (term != null) query.andWhere('q.field = :field', { field: term.slice(dot + 1) });
  if (dimension != null) query.andWhere('q.dimension = :dimension', { dimension });
  if (met != null) query.andWhere(`q.met = ${met ? 1 : 0}`);
}

/** How often a field is stated tells of its values: who may not read the term is told of no score. */
async function hideDenied(
  query: SelectQueryBuilder<QualityScoreRow>,
  { access, services }: GovernanceContext,
  streams: ReadonlyMap<number, SourceStreamRow>,
): Promise<void> {
  const series = await services.database.reader.query<{ stream_pk: number; field: string }[]>(
    "SELECT DISTINCT stream_pk, field FROM quality_score WHERE field <> ''",
  );
  const denied = series.filter(({ stream_pk, field }) => {
    const stream = streams.get(stream_pk);
    return stream === undefined || access.term(`${stream.recordType}.${field}`) !== 'READ';
  });
  denied.forEach(({ stream_pk, field }, index) => {
    query.andWhere(`NOT (q.stream_pk = :deniedStream${index} AND q.field = :deniedField${index})`, {
      [`deniedStream${index}`]: stream_pk,
      [`deniedField${index}`]: field,
    });
  });
}

async function findScore(context: GovernanceContext, id: string): Promise<QualityScoreType | null> {
  const { access, services, scope, loaders } = context;
  const pk = fromId('qualityScore', id) ?? 0;
  const row = await services.database.reader.findOneBy(QualityScoreRow, { pk });
  const stream = row === null ? null : await loaders.stream.load(row.streamPk);
  if (row === null || stream === null) return null;
  const score = QualityScoreType.from(row, stream, scope);
  return score.term !== null && access.term(score.term) !== 'READ' ? null : score;
}

/** Throws NotFoundError; what the caller may not see is not there. */
async function requireScore(context: GovernanceContext, id: string): Promise<QualityScoreType> {
  const score = await findScore(context, id);
  if (score === null) throw new NotFoundError('There is no such score.', { score: id });
  return score;
}
