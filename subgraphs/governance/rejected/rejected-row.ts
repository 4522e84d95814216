/** Rows of source systems that could not become records, each kept whole with its reason until it can. */
import { Args, Ctx, ID, InputType, ObjectType, Resolver, Root } from 'type-graphql';
import { RejectedRowRow } from '../../../canonical/entities/source.entity';
import { type Page, PageArgs, connectionOf } from '../../../canonical/graph/page.type';
import { toId } from '../../../canonical/ids';
import { Instant, Json } from '../../../platform/graphql/scalars';
import {
  AccessRule,
  TermArg,
  TermField,
  TermFieldResolver,
  TermQuery,
} from '../../../platform/graphql/term-field';
import type { GovernanceContext } from '../context';
import { instantOf } from '../../../platform/graphql/instants';
import { newestPage } from '../newest-page';

@AccessRule('rejectedRow')
@ObjectType('RejectedRow')
export class RejectedRowType {
  row!: RejectedRowRow;
  @TermField(() => ID, 'rejectedRow.id', { nullable: false }) id!: string;
  @TermField(() => String, 'rejectedRow.key') key!: string;
  @TermField(() => String, 'rejectedRow.code') code!: string;
  @TermField(() => String, 'rejectedRow.field') field!: string;
  @TermField(() => String, 'rejectedRow.message') message!: string;
  @TermField(() => Json, 'rejectedRow.raw') raw!: unknown;
  @TermField(() => String, 'rejectedRow.mappingVersion') mappingVersion!: string;
  @TermField(() => Instant, 'rejectedRow.firstSeenAt') firstSeenAt!: Date | null;
  @TermField(() => Instant, 'rejectedRow.lastSeenAt') lastSeenAt!: Date | null;
  @TermField(() => Instant, 'rejectedRow.resolvedAt') resolvedAt!: Date | null;

  static from(row: RejectedRowRow): RejectedRowType {
    const { code, field, message, mappingVersion } = row;
    return Object.assign(new RejectedRowType(), {
      ...{ row, code, field, message, mappingVersion },
      id: toId('rejectedRow', row.pk),
      key: row.rowKey,
      raw: parseRaw(row.raw),
      firstSeenAt: instantOf(row.firstSeenAt),
      lastSeenAt: instantOf(row.lastSeenAt),
      resolvedAt: instantOf(row.resolvedAt),
    });
  }
}

@InputType('RejectedRowFilter')
export class RejectedRowFilter {
  @TermField(() => String, 'rejectedRow.system') system?: string | null;
  @TermField(() => String, 'rejectedRow.stream') stream?: string | null;
  @TermField(() => String, 'rejectedRow.code') code?: string | null;
  /** False: those that still cannot be read. */
  @TermField(() => Boolean, 'rejectedRow.resolvedAt') resolved?: boolean | null;
}

export const RejectedRowConnection = connectionOf('RejectedRowConnection', () => RejectedRowType);

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

/** A row that is no JSON is shown as the text it is. */
function parseRaw(raw: string): unknown {
  try {
    return JSON.parse(raw) as unknown;
  } catch {
    return raw;
  }
}
