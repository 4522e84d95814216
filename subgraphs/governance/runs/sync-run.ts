/** Runs of the sync: what was read of a system, and how it went. */
import { Args, Ctx, ID, Int, ObjectType, Resolver } from 'type-graphql';
import { SyncRunRow } from '../../../canonical/entities/source.entity';
import { type Page, PageArgs, connectionOf } from '../../../canonical/graph/page.type';
import { toId } from '../../../canonical/ids';
import { enumOf } from '../../../platform/graphql/enums';
import { Instant } from '../../../platform/graphql/scalars';
import { AccessRule, TermArg, TermField, TermQuery } from '../../../platform/graphql/term-field';
import type { RowScope } from '../../../canonical/scope/row-scope';
import type { GovernanceContext } from '../context';
import { instantOf } from '../../../platform/graphql/instants';
import { newestPage } from '../newest-page';

const SyncRunState = enumOf('SyncRunState', ['RUNNING', 'SUCCEEDED', 'FAILED', 'ABANDONED']);

/** What a run says about all rows that it read, whosever they are: not told to a limited caller. */
const OF_ALL_ROWS = {
  rowsRead: null,
  rowsChanged: null,
  rowsUnchanged: null,
  rowsRejected: null,
  errorMessage: null,
} as const;

@AccessRule('syncRun')
@ObjectType('SyncRun')
export class SyncRunType {
  @TermField(() => ID, 'syncRun.id', { nullable: false }) id!: string;
  @TermField(() => String, 'syncRun.system') system!: string;
  @TermField(() => SyncRunState, 'syncRun.state') state!: string;
  @TermField(() => Instant, 'syncRun.startedAt') startedAt!: Date | null;
  @TermField(() => Instant, 'syncRun.finishedAt') finishedAt!: Date | null;
  @TermField(() => Int, 'syncRun.rowsRead') rowsRead!: number | null;
  @TermField(() => Int, 'syncRun.rowsChanged') rowsChanged!: number | null;
  @TermField(() => Int, 'syncRun.rowsUnchanged') rowsUnchanged!: number | null;
  @TermField(() => Int, 'syncRun.rowsRejected') rowsRejected!: number | null;
  @TermField(() => String, 'syncRun.mappingVersion') mappingVersion!: string;
  @TermField(() => String, 'syncRun.errorCode') errorCode!: string | null;
  @TermField(() => String, 'syncRun.errorMessage') errorMessage!: string | null;

  static from(row: SyncRunRow, scope: RowScope | null): SyncRunType {
    return Object.assign(new SyncRunType(), row, scope === null ? {} : OF_ALL_ROWS, {
      id: toId('run', row.pk),
      startedAt: instantOf(row.startedAt),
      finishedAt: instantOf(row.finishedAt),
    });
  }
}

export const SyncRunConnection = connectionOf('SyncRunConnection', () => SyncRunType);

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
