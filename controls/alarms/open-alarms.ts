/** Opens what raises and delivers alarms; only the worker does. */
import type { Clock } from '../../platform/clock';
import type { Config } from '../../platform/config';
import type { Database } from '../../platform/database/database';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import type { Logger } from '../../platform/log';
import type { AuditRecorder } from '../audit/audit-recorder';
import { AlarmDelivery } from './alarm-delivery';
import { AlarmEngine } from './alarm-engine';
import { type AlarmSettings, loadAlarms } from './alarm-settings';
import { ChannelLimits } from './channels/channel-limits';
import { AuditTrailFeed } from './entry-feed';

export interface OpenAlarmsOptions {
  readonly config: Config;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly database: Database;
  readonly dictionary: Dictionary;
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

/** Throws ConfigError with every problem of the rules and channels. */
export function openAlarms(options: OpenAlarmsOptions): OpenAlarms {
  const { config, env, database, dictionary, audit, clock, logger } = options;
  const settings = loadAlarms({ ...config.alarms, dictionary, env });
  const shared = { database, audit, settings, logger };
  return {
    settings,
    engine: new AlarmEngine({ ...shared, feed: new AuditTrailFeed() }),
    delivery: new AlarmDelivery({ ...shared, clock, limits: new ChannelLimits() }),
    close: () => settings.channels.close(),
  };
}
