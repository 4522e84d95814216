/** What the worker measures of the alarms. */
import { Gauge, type Registry } from 'prom-client';
import type { AlarmFigures } from '../controls/alarms/alarm-figures';
import { DELIVERY_STATES } from '../controls/alarms/alarm.entity';
import { SEVERITIES } from '../controls/alarms/rules/alarm-rule';

export class AlarmMetrics {
  readonly #open: Gauge<'severity'>;
  readonly #oldest: Gauge;
  readonly #deliveries: Gauge<'state'>;
  readonly #channels: Gauge<'state'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#open = new Gauge({
      name: 'lotgraph_alarms_open',
      help: 'Alarms that nobody has acknowledged, by severity',
      labelNames: ['severity'] as const,
      registers,
    });
    this.#oldest = new Gauge({
      name: 'lotgraph_alarm_oldest_unacknowledged_seconds',
      help: 'Seconds for which the oldest of them has waited',
      registers,
    });
    this.#deliveries = new Gauge({
      name: 'lotgraph_alarm_deliveries',
      help: 'Messages of alarms, by state; FAILED will be tried again, GIVEN_UP never arrived',
      labelNames: ['state'] as const,
      registers,
    });
    this.#channels = new Gauge({
      name: 'lotgraph_alarm_channels',
      help: 'Channels of alarms: on, or off because their references are unset',
      labelNames: ['state'] as const,
      registers,
    });
  }

  observeChannels(on: number, off: number): void {
    this.#channels.set({ state: 'on' }, on);
    this.#channels.set({ state: 'off' }, off);
  }

  observe(figures: AlarmFigures, now: number): void {
    for (const severity of SEVERITIES) this.#open.set({ severity }, figures.open[severity]);
    const { oldestOpenedAt } = figures;
    this.#oldest.set(oldestOpenedAt === null ? 0 : Math.max(0, now - oldestOpenedAt) / 1000);
    for (const state of DELIVERY_STATES) this.#deliveries.set({ state }, figures.deliveries[state] ?? 0);
  }
}
