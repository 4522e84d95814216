/** What operators watch of the alarms: how many are open, how long the oldest has waited, what did not arrive. */
import type { EntityManager } from 'typeorm';
import { AlarmDeliveryRow, AlarmRow } from './alarm.entity';
import { SEVERITIES, type Severity } from './rules/alarm-rule';

export interface AlarmFigures {
  /** Open or escalated, by severity; every severity is named. */
  readonly open: Readonly<Record<Severity, number>>;
  /** Instant at which the oldest of them was raised; null when there is none. */
  readonly oldestOpenedAt: number | null;
  /** Messages by state. */
  readonly deliveries: Readonly<Record<string, number>>;
}

export async function alarmFigures(manager: EntityManager): Promise<AlarmFigures> {
  const open = await manager
    .createQueryBuilder(AlarmRow, 'a')
    .select('a.severity', 'severity')
    .addSelect('COUNT(*)', 'n')
    .addSelect('MIN(a.opened_at)', 'oldest')
    .where("a.state IN ('OPEN', 'ESCALATED')")
    .groupBy('a.severity')
    .getRawMany<{ severity: Severity; n: number | string; oldest: number | string }>();
  const deliveries = await manager
    .createQueryBuilder(AlarmDeliveryRow, 'd')
    .select('d.state', 'state')
    .addSelect('COUNT(*)', 'n')
    .groupBy('d.state')
    .getRawMany<{ state: string; n: number | string }>();
  const counts = new Map(open.map(({ severity, n }) => [severity, Number(n)]));
  return {
    open: Object.fromEntries(SEVERITIES.map((one) => [one, counts.get(one) ?? 0])) as Record<
      Severity,
      number
    >,
    oldestOpenedAt: open.length === 0 ? null : Math.min(...open.map(({ oldest }) => Number(oldest))),
    deliveries: Object.fromEntries(deliveries.map(({ state, n }) => [state, Number(n)])),
  };
}
