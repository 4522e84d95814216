/** One entry of a lot's timeline. */
import { Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../../../canonical/graph/page.type';
import { enumOf } from '../../../platform/graphql/enums';
import { Instant } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { toNumber, toNumberOrNull } from '../loaders/sql-values';
import { TIMELINE_KINDS, timelineTitle } from './timeline-title';
import type { Language } from '../../../platform/request';
import { keyOfAct } from './own-acts';
import type { TimelineRow } from './timeline.list';

const DAY_MS = 86_400_000;

export const TimelineKind = enumOf('TimelineKind', TIMELINE_KINDS);

@AccessRule('timeline')
@ObjectType('TimelineEntry')
export class TimelineEntryType {
  row!: TimelineRow;
  lotPk!: number;
  sitePk!: number | null;
  documentPk!: number | null;
  /** Key of the record; null for what follows from the lot itself. */
  recordPk!: number | null;
  /** Key of what was done here; null for what systems say. */
  actKey!: string | null;
  @TermField(() => TimelineKind, 'timeline.kind') kind!: string;
  @TermField(() => Instant, 'timeline.at') at!: Date | null;
  @TermField(() => String, 'timeline.title') title!: string;
  @TermField(() => Int, 'timeline.count') count!: number;
  @TermField(() => Instant, 'timeline.recordedAt') recordedAt!: Date | null;
  @TermField(() => Boolean, 'timeline.late') late!: boolean | null;
  @TermField(() => Boolean, 'timeline.corrected') corrected!: boolean | null;

  static from(row: TimelineRow, language: Language): TimelineEntryType {
    const at = toNumberOrNull(row.at_ms);
    const recordedAt = toNumber(row.recorded_at);
    const version = toNumberOrNull(row.version);
    return Object.assign(new TimelineEntryType(), {
      row,
      lotPk: toNumber(row.lot_pk),
      sitePk: toNumberOrNull(row.site_pk),
      documentPk: toNumberOrNull(row.document_pk),
      recordPk: toNumber(row.record_pk) || null,
      actKey: actKeyOf(row),
      kind: row.kind,
      at: at === null ? null : new Date(at),
      title: timelineTitle(row, language),
      count: toNumber(row.entry_count),
      recordedAt: recordedAt === 0 ? null : new Date(recordedAt),
      late: row.changed_at === null ? null : isLate(at, row.on_date, recordedAt),
      corrected: version === null ? null : version > 1,
    });
  }
}

function actKeyOf({ act_type: type, act_id: id, act_version: version }: TimelineRow): string | null {
  return type === null || id === null ? null : keyOfAct({ type, id, version: toNumber(version) });
}

/** Recorded more than 24 hours after the event; after the end of the day where only that is known. */
function isLate(at: number | null, on: string | null, recordedAt: number): boolean | null {
  if (at === null && on === null) return null;
  const ended = at ?? Date.parse(`${on ?? ''}T00:00:00Z`) + DAY_MS;
  return recordedAt - ended > DAY_MS;
}

export const TimelineConnection = connectionOf('TimelineConnection', () => TimelineEntryType);
