/** Opens what raises and delivers alarms under given rules and channels; only the worker does. */
import type { Clock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import type { Logger } from '../../platform/log';
import type { AuditRecorder } from '../audit/audit-recorder';
import { AlarmDelivery } from './alarm-delivery';
import { AlarmEngine } from './alarm-engine';
import type { AlarmSettings } from './alarm-settings';
import { ChannelLimits } from './channels/channel-limits';
import { AuditTrailFeed } from './entry-feed';

export interface OpenAlarmsOptions {
  readonly settings: AlarmSettings;
  readonly database: Database;
  readonly audit: AuditRecorder;
  /** Real time: escalation and delivery wait in it. */
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface OpenAlarms {
  readonly settings: AlarmSettings;
  readonly engine: AlarmEngine;
  readonly delivery: AlarmDelivery;
  close(): Promise<void>;
}

export function openAlarms(options: OpenAlarmsOptions): OpenAlarms {
  const { settings, database, audit, clock, logger } = options;
  const shared = { database, audit, settings, logger };
  return {
    settings,
    engine: new AlarmEngine({ ...shared, feed: new AuditTrailFeed() }),
    delivery: new AlarmDelivery({ ...shared, clock, limits: new ChannelLimits() }),
    close: () => settings.channels.close(),
  };
}
