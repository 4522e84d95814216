/** Rows of source systems that could not become records, as the graph shows them. */
import { ID, InputType, ObjectType } from 'type-graphql';
import type { RejectedRowRow } from '../../../canonical/entities/source.entity';
import { connectionOf } from '../../../canonical/graph/page.type';
import { toId } from '../../../canonical/ids';
import { instantOf } from '../../../platform/graphql/instants';
import { Instant, Json } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';

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

/** A row that is no JSON is shown as the text it is. */
function parseRaw(raw: string): unknown {
  try {
    return JSON.parse(raw) as unknown;
  } catch {
    return raw;
  }
}
