/** Runs consistency rules over all lots, and ends acceptances of findings, in one process of a deployment. */
import { endAcceptances } from '../canonical/finding-work/acceptances';
import type { OpenServices } from '../canonical/open-services';
import { RuleRuns } from '../canonical/rules/rule-runs';
import type { Logger } from '../platform/log';
import { leasesOf, runLeased } from './leased-job';

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

const INTERVAL_MS = 2_000;
/** A chunk takes far less; two that overlap would do a chunk twice, which changes nothing. */
const LEASE_MS = 60_000;

/** Runs until the signal fires. */
export async function runRulesJob({ services, logger, signal, holder }: RulesJobOptions): Promise<void> {
  const { database, dictionary, consistencyRules, clock, controls } = services;
  await runLeased({
    ...{ name: 'consistency-rules', leases: leasesOf(database, holder), leaseMs: LEASE_MS, logger, signal },
    failure: 'consistency rules were not run',
    work: async (renew) => {
      await endAcceptances(database, controls.audit, clock.now());
      const { compiled: rules } = await consistencyRules.current();
      const runs = new RuleRuns({ database, dictionary, rules, clock, audit: controls.audit });
      await runs.requestDue();
      for (let more = true; more;) more = !signal.aborted && (await runs.step()) && (await renew());
    },
    pauseMs: () => INTERVAL_MS,
  });
}
