/**
 * The settings that alarms are raised and delivered under: the published ones, with the channels of this deployment.
 * Alarms never fall silent over their own rules: where the published ones cannot be relied upon, the last good ones go
 * on, and before there were any, the files that came with the product; the trail then says that the rules changed.
 */
import type { Logger } from '../../platform/log';
import type { ControlledDocument } from '../controlled-documents/controlled-document';
import { type AlarmSettings, type CompileAlarmsOptions, compileAlarms, loadAlarms } from './alarm-settings';
import type { AlarmRules } from './rules/alarm-rule';

export interface AlarmsInForceOptions extends CompileAlarmsOptions {
  readonly document: Pick<ControlledDocument<AlarmRules>, 'current'>;
  /** Folder of the files that came with the product. */
  readonly folder: string;
  readonly logger: Logger;
}

/** Told again after so long, while the published rules cannot be relied upon. */
const TOLD_AGAIN_MS = 60_000;

export class AlarmsInForce {
  #settings: AlarmSettings | null = null;
  #toldAt = -Infinity;

  constructor(private readonly options: AlarmsInForceOptions) {}

  /** The settings to go by now: the same object while nothing was published. Throws ConfigError when there are none at all. */
  async settings(): Promise<AlarmSettings> {
    const { document, logger, folder, ...options } = this.options;
    try {
      const { texts, compiled } = await document.current();
      if (this.#settings?.version === compiled.version) return this.#settings;
      return (this.#settings = compileAlarms(texts, options));
    } catch (error) {
      const fallback = this.#settings ?? loadAlarms({ folder, ...options });
      if (performance.now() - this.#toldAt > TOLD_AGAIN_MS) {
        logger.error({ err: error, version: fallback.version }, 'the published alarm rules are not gone by');
        this.#toldAt = performance.now();
      }
      return (this.#settings = fallback);
    }
  }
}
