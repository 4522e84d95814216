/** A source system as the copy knows it, with its streams. */
import { ID, Int, ObjectType } from 'type-graphql';
import type { SourceStreamRow } from '../../../canonical/entities/source.entity';
import type { RowScope } from '../../../canonical/scope/row-scope';
import { Instant } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { instantOf } from '../../../platform/graphql/instants';
import { LocalizedTextType } from '../localized-text.type';
import type { SystemName } from './system-names';

@AccessRule('sourceSystem')
@ObjectType('SourceStream')
export class SourceStreamType {
  @TermField(() => String, 'sourceStream.name', { nullable: false }) name!: string;
  @TermField(() => String, 'sourceStream.recordType') recordType!: string;
  @TermField(() => Instant, 'sourceStream.lastSuccessAt') lastSuccessAt!: Date | null;
  @TermField(() => Instant, 'sourceStream.lastAttemptAt') lastAttemptAt!: Date | null;
  @TermField(() => String, 'sourceStream.lastError') lastError!: string | null;
  @TermField(() => String, 'sourceStream.watermark') watermark!: string | null;

  /** The watermark can name the newest row, whosever it is: a limited caller is not told. */
  static from(row: SourceStreamRow, scope: RowScope | null): SourceStreamType {
    return Object.assign(new SourceStreamType(), {
      name: row.name,
      recordType: row.recordType,
      lastSuccessAt: instantOf(row.lastSuccessAt),
      lastAttemptAt: instantOf(row.lastAttemptAt),
      lastError: row.lastError,
      watermark: scope === null ? row.watermark : null,
    });
  }
}

@AccessRule('sourceSystem')
@ObjectType('SourceSystem')
export class SourceSystemType {
  rows!: readonly SourceStreamRow[];
  @TermField(() => ID, 'sourceSystem.id', { nullable: false }) id!: string;
  @TermField(() => LocalizedTextType, 'sourceSystem.name') name!: LocalizedTextType | null;
  @TermField(() => String, 'sourceSystem.kind') kind!: string | null;
  @TermField(() => String, 'sourceSystem.mappingVersion') mappingVersion!: string | null;
  @TermField(() => [SourceStreamType], 'sourceSystem.streams') streams!: readonly SourceStreamType[];
  @TermField(() => Int, 'sourceSystem.lagSeconds') lagSeconds!: number | null;

  static from(
    id: string,
    rows: readonly SourceStreamRow[],
    named: SystemName | undefined,
    { now, scope }: { readonly now: number; readonly scope: RowScope | null },
  ): SourceSystemType {
    return Object.assign(new SourceSystemType(), {
      rows,
      id,
      name: LocalizedTextType.from(named?.name ?? null),
      kind: named?.kind ?? null,
      mappingVersion: rows[0]?.mappingVersion ?? null,
      streams: rows.map((row) => SourceStreamType.from(row, scope)),
      lagSeconds: lagOf(rows, now),
    });
  }
}

/** Age of the stream that is furthest behind; null when one was never read to its end. */
function lagOf(rows: readonly SourceStreamRow[], now: number): number | null {
  const ends = rows.map((row) => row.lastSuccessAt);
  if (ends.length === 0 || ends.includes(null)) return null;
  return Math.max(0, Math.round((now - Math.min(...ends.map(Number))) / 1000));
}
