/** Loaders of what hangs on alarms: one statement for all alarms of an answer. */
import { In, MoreThan } from 'typeorm';
import { AlarmDeliveryRow, AlarmEntryRow, AlarmSuppressionRow } from '../../../controls/alarms/alarm.entity';
import type { Database } from '../../../platform/database/database';
import { type Loader, batchLoader, groupLoader } from '../../../platform/graphql/batching';

export interface AlarmLoaders {
  readonly entriesOfAlarm: Loader<string, readonly AlarmEntryRow[]>;
  readonly deliveriesOfAlarm: Loader<string, readonly AlarmDeliveryRow[]>;
  /** Instant until which a rule is silent. */
  readonly silenceOfRule: Loader<string, number | null>;
}

export function createAlarmLoaders(database: Database, now: number): AlarmLoaders {
  return {
    entriesOfAlarm: groupLoader(database, AlarmEntryRow, 'alarmId', 'seq'),
    deliveriesOfAlarm: groupLoader(database, AlarmDeliveryRow, 'alarmId', 'id'),
    silenceOfRule: batchLoader<string, number | null>(async (rules) => {
      const rows = await database.reader.find(AlarmSuppressionRow, {
        where: { ruleId: In([...rules]), untilAt: MoreThan(now) },
        order: { untilAt: 'ASC' },
      });
      return new Map(rows.map(({ ruleId, untilAt }) => [ruleId, untilAt]));
    }, null),
  };
}
