/** A run of the sync, as the graph shows it. */
import { ID, Int, ObjectType } from 'type-graphql';
import type { SyncRunRow } from '../../../canonical/entities/source.entity';
import { connectionOf } from '../../../canonical/graph/page.type';
import { toId } from '../../../canonical/ids';
import type { RowScope } from '../../../canonical/scope/row-scope';
import { enumOf } from '../../../platform/graphql/enums';
import { instantOf } from '../../../platform/graphql/instants';
import { Instant } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';

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
