/** Rows of source systems that could not become records, each kept whole with its reason until it can. */
import { Args, Ctx, Resolver, Root } from 'type-graphql';
import { RejectedRowRow } from '../../../canonical/entities/source.entity';
import { type Page, PageArgs } from '../../../canonical/graph/page.type';
import { TermArg, TermFieldResolver, TermQuery } from '../../../platform/graphql/term-field';
import type { GovernanceContext } from '../context';
import { newestPage } from '../newest-page';
import { RejectedRowConnection, RejectedRowFilter, RejectedRowType } from './rejected-row.types';

@Resolver(() => RejectedRowType)
export class RejectedRowResolver {
  @TermQuery(() => RejectedRowConnection, 'query.rejectedRows')
  async rejectedRows(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { services, scope }: GovernanceContext,
    @TermArg('filter', () => RejectedRowFilter, 'page.filter', { nullable: true })
    filter?: RejectedRowFilter | null,
  ): Promise<Page<RejectedRowType>> {
    const query = services.database.reader.createQueryBuilder(RejectedRowRow, 'r');
    // of a row that could not be read nobody knows the lot: it is in no limited scope
    if (scope !== null) query.andWhere('1 = 0');
    const { system, stream, code, resolved } = filter ?? new RejectedRowFilter();
    const ofStream = (column: string): string =>
      `r.stream_pk IN (SELECT s.pk FROM source_stream s WHERE s.${column} = :${column})`;
    if (system != null) query.andWhere(ofStream('system'), { system });
    if (stream != null) query.andWhere(ofStream('name'), { name: stream });
    if (code != null) query.andWhere('r.code = :code', { code });
    if (resolved != null) query.andWhere(`r.resolved_at IS ${resolved ? 'NOT NULL' : 'NULL'}`);
    return await newestPage(query, page, ['rejectedRows', filter ?? null], (row) =>
      RejectedRowType.from(row),
    );
  }

  @TermFieldResolver(() => String, 'rejectedRow.system')
  async system(@Root() { row }: RejectedRowType, @Ctx() context: GovernanceContext): Promise<string | null> {
    return (await context.loaders.stream.load(row.streamPk))?.system ?? null;
  }

  @TermFieldResolver(() => String, 'rejectedRow.stream')
  async stream(@Root() { row }: RejectedRowType, @Ctx() context: GovernanceContext): Promise<string | null> {
    return (await context.loaders.stream.load(row.streamPk))?.name ?? null;
  }
}
