/** Runs of the sync: what was read of a system, and how it went. */
import { Args, Ctx, Resolver } from 'type-graphql';
import { SyncRunRow } from '../../../canonical/entities/source.entity';
import { type Page, PageArgs } from '../../../canonical/graph/page.type';
import { TermArg, TermQuery } from '../../../platform/graphql/term-field';
import type { GovernanceContext } from '../context';
import { newestPage } from '../newest-page';
import { SyncRunConnection, SyncRunType } from './sync-run.type';

@Resolver(() => SyncRunType)
export class SyncRunResolver {
  @TermQuery(() => SyncRunConnection, 'query.syncRuns')
  async syncRuns(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { services, scope }: GovernanceContext,
    @TermArg('system', () => String, 'syncRun.system', { nullable: true }) system?: string | null,
  ): Promise<Page<SyncRunType>> {
    const query = services.database.reader.createQueryBuilder(SyncRunRow, 'r');
    if (system != null) query.andWhere('r.system = :system', { system });
    return await newestPage(query, page, ['syncRuns', system ?? null], (row) => SyncRunType.from(row, scope));
  }
}
