/** The source systems, how fresh their copies are, and how much there is of each. */
import { Ctx, Int, Resolver, Root } from 'type-graphql';
import { SourceStreamRow } from '../../../canonical/entities/source.entity';
import { groupBy } from '../../../platform/collections';
import { TermFieldResolver, TermQuery } from '../../../platform/graphql/term-field';
import { isRecordType } from '../../../schema/records/record-types';
import type { GovernanceContext } from '../context';
import type { SourceCount } from './source-counts';
import { SourceSystemType } from './source-system.type';

@Resolver(() => SourceSystemType)
export class SourceSystemResolver {
  @TermQuery(() => [SourceSystemType], 'query.sourceSystems')
  async sourceSystems(@Ctx() context: GovernanceContext): Promise<SourceSystemType[]> {
    const { reader } = context.services.database;
    const [rows, names] = await Promise.all([
      reader.find(SourceStreamRow, { order: { system: 'ASC', name: 'ASC' } }),
      context.systemNames(),
    ]);
    return [...groupBy(rows, (row) => row.system)].map(([id, streams]) =>
      SourceSystemType.from(id, streams, names.get(id), context),
    );
  }

  @TermFieldResolver(() => Boolean, 'sourceSystem.stale')
  async stale(@Root() { id, rows }: SourceSystemType, @Ctx() context: GovernanceContext): Promise<boolean> {
    await context.reportCopies(...new Set(rows.map((row) => row.recordType).filter(isRecordType)));
    return context.sources
      .list()
      .some((state) => state.system === id && state.mode === 'COPY' && state.status !== 'OK');
  }

  @TermFieldResolver(() => Int, 'sourceSystem.records')
  async records(@Root() system: SourceSystemType, @Ctx() context: GovernanceContext): Promise<number | null> {
    return await countOf(context, 'records', system);
  }

  @TermFieldResolver(() => Int, 'sourceSystem.rejectedRows')
  async rejectedRows(
    @Root() system: SourceSystemType,
    @Ctx() context: GovernanceContext,
  ): Promise<number | null> {
    return await countOf(context, 'rejected', system);
  }

  @TermFieldResolver(() => Int, 'sourceSystem.openFindings')
  async openFindings(
    @Root() system: SourceSystemType,
    @Ctx() context: GovernanceContext,
  ): Promise<number | null> {
    return await countOf(context, 'findings', system);
  }
}

/** Counts are over all rows, whosever they are: a limited caller is told none. */
async function countOf(
  context: GovernanceContext,
  count: SourceCount,
  { id }: SourceSystemType,
): Promise<number | null> {
  if (context.scope !== null) return null;
  return (await context.countBySystem(count)).get(id) ?? 0;
}
