/** Runs consistency rules over all lots, and ends acceptances of findings, in one process of a deployment. */
import { setTimeout as sleep } from 'node:timers/promises';
import { endAcceptances } from '../canonical/finding-work/acceptances';
import type { OpenServices } from '../canonical/open-services';
import { RuleRuns } from '../canonical/rules/rule-runs';
import { Leases } from '../controls/jobs/lease';
import { systemClock } from '../platform/clock';
import type { Logger } from '../platform/log';

export interface RulesJobOptions {
  readonly services: Pick<
    OpenServices,
    'database' | 'dictionary' | 'clock' | 'controls' | 'consistencyRules'
  >;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Unique to this process. */
  readonly holder: string;
}

const LEASE = 'consistency-rules';
const INTERVAL_MS = 2_000;
/** A chunk takes far less; two that overlap would do a chunk twice, which changes nothing. */
const LEASE_MS = 60_000;

/** Runs until the signal fires. */
export async function runRulesJob({ services, logger, signal, holder }: RulesJobOptions): Promise<void> {
  const { database, dictionary, consistencyRules, clock, controls } = services;
  const leases = new Leases(database, systemClock, holder.slice(0, 64));
  const stopped = (): boolean => signal.aborted;
  while (!stopped()) {
    try {
      let more = await leases.take(LEASE, LEASE_MS);
      if (more) await endAcceptances(database, controls.audit, clock.now());
      if (more) {
        const { compiled: rules } = await consistencyRules.current();
        const runs = new RuleRuns({ database, dictionary, rules, clock, audit: controls.audit });
        await runs.requestDue();
        while (more) more = !stopped() && (await runs.step()) && (await leases.take(LEASE, LEASE_MS));
      }
    } catch (error) {
      logger.error({ err: error }, 'consistency rules were not run');
    }
    await sleep(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
  await leases.release(LEASE).catch(() => undefined);
}
