/**
 * The scheduled check: verifies trail, regulated records, source versions and golden values, through a connection
 * that can only read. What is wrong stands in the table `integrity_finding`, and is told of in the trail once.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gauge, type Registry } from 'prom-client';
import { checkGolden } from '../canonical/integrity-check';
import { VersionCheck } from '../canonical/version-check';
import { readCheckpoints } from '../controls/audit/checkpoint';
import { SYSTEM_ACTOR } from '../controls/audit/audit-entry';
import { keepFindings } from '../controls/audit/keep-findings';
import { Findings, type IntegrityFinding } from '../controls/audit/verify/finding';
import { GrantCheck } from '../controls/identity/grant-check';
import { IdentityCheck } from '../controls/identity/identity-check';
import { IdentityDigest } from '../controls/identity/identity-digest';
import { subjectSecret } from '../controls/audit/subject-cipher';
import { threadsFor } from '../controls/audit/verify/scan-threads';
import { verifyTrail, type Witness } from '../controls/audit/verify/verify-trail';
import { KeyCheck } from '../controls/integrity/key-check';
import { SIGNING_PURPOSES, type SigningKeys } from '../controls/integrity/signing-keys';
import type { Leases } from '../controls/jobs/lease';
import { lastDone, noteDone } from '../controls/jobs/watch-marks';
import { OutboxCheck } from '../controls/outbox/outbox-check';
import { SignOffCheck } from '../controls/sign-off/sign-off-check';
import type { Controls } from '../controls/open-controls';
import { systemClock, type Clock } from '../platform/clock';
import type { Config } from '../platform/config';
import type { Database } from '../platform/database/database';
import { openReadOnly } from '../platform/database/read-only';
import type { Dictionary } from '../platform/dictionary/dictionary';
import type { Logger } from '../platform/log';
import { leasesOf } from './leased-job';

const LEASE = 'integrity-check';
/** Longer than any check; a worker that was killed holds the others up for this long at most. */
const LEASE_MS = 4 * 60_000;
const FIRST_AFTER_MS = 2_000;
/** A last check that is older than this, or than some intervals, is told of. */
const MOST_AGE_MS = 10 * 60_000;
const MOST_MISSED = 3;

export interface IntegrityJobOptions {
  readonly database: Database;
  readonly dictionary: Dictionary;
  readonly controls: Pick<Controls, 'audit' | 'mac' | 'signing'>;
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly holder: string;
  readonly signal: AbortSignal;
  readonly registry: Registry;
}

export class IntegrityJob {
  readonly #leases: Leases;
  readonly #open: Gauge;
  readonly #seconds: Gauge;
  readonly #age: Gauge;
  readonly #startedAt = systemClock.now();
  #overdueTold = false;

  constructor(private readonly options: IntegrityJobOptions) {
    this.#leases = leasesOf(options.database, options.holder);
    const registers = [options.registry];
    this.#open = new Gauge({
      name: 'lotgraph_integrity_findings',
      help: 'What the last check of records against the audit trail found wrong',
      registers,
    });
    this.#age = new Gauge({
      name: 'lotgraph_integrity_check_age_seconds',
      help: 'Seconds since a check of records was last completed, by whichever process',
      registers,
    });
    this.#seconds = new Gauge({
      name: 'lotgraph_integrity_check_seconds',
      help: 'Seconds that the last check took',
      registers,
    });
  }

  /** Runs until the signal aborts. */
  async run(): Promise<void> {
    const { signal, config, logger } = this.options;
    let pause = FIRST_AFTER_MS;
    for (;;) {
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      const started = performance.now();
      try {
        if (await this.#leases.take(LEASE, LEASE_MS)) await this.check();
        await this.watch();
      } catch (error) {
        // a check that cannot be made is an outage of the check, and must not pass for a clean one
        logger.error({ err: error }, 'integrity check failed');
      }
      pause = Math.max(0, config.audit.integrityIntervalMs - (performance.now() - started));
    }
    await this.#leases.release(LEASE).catch(() => undefined);
  }

  /** How old the last whole check is; seen by every worker, also by those that never get to make one. */
  async watch(): Promise<void> {
    const { database, controls, config, logger } = this.options;
    const now = systemClock.now();
    const done = await lastDone(database, LEASE);
    const age = now - Math.max(done ?? 0, done === null ? this.#startedAt : 0);
    this.#age.set(age / 1000);
    const most = Math.max(MOST_AGE_MS, MOST_MISSED * config.audit.integrityIntervalMs);
    if (age <= most) {
      this.#overdueTold = false;
      return;
    }
    logger.error({ ageSeconds: Math.round(age / 1000) }, 'the integrity check is overdue');
    if (this.#overdueTold) return;
    await database.write((manager) =>
      controls.audit.record(manager, SYSTEM_ACTOR, {
        ...{ action: 'audit.checkOverdue', outcome: 'FAILED' },
        facts: { ageSeconds: Math.round(age / 1000), mostSeconds: most / 1000 },
      }),
    );
    this.#overdueTold = true;
  }

  /** One check of everything; resolves to what it found. */
  async check(): Promise<readonly IntegrityFinding[]> {
    const { database, controls, clock, logger } = this.options;
    const started = performance.now();
    const findings = await this.#verify();
    await keepFindings(database, controls.audit, findings, clock.now());
    await noteDone(database, LEASE, systemClock.now());
    this.#open.set(findings.length);
    this.#seconds.set((performance.now() - started) / 1000);
    for (const finding of findings) logger.error({ finding }, 'integrity finding');
    return findings;
  }

  async #verify(): Promise<readonly IntegrityFinding[]> {
    const { config, controls, dictionary, database } = this.options;
    const keys = await controls.signing.announced(database.reader, 'audit');
    const findings = new Findings();
    const witnesses = witnessesOf(config, findings);
    const allWitnessed = config.audit.sinks.some((sink) => sink.kind === 'file');
    const source = await openReadOnly(config.databaseUrl);
    try {
      const others = [
        new VersionCheck(source, findings),
        new GrantCheck(source, findings),
        new IdentityCheck(source, findings, new IdentityDigest(subjectSecret(config))),
        new SignOffCheck(source, findings),
        new OutboxCheck(source, findings, controls.mac),
        new KeyCheck(source, findings, trustedIds(controls.signing), controls.mac),
      ];
      await verifyTrail(
        {
          ...{ database: source, keys, witnesses, allWitnessed, others, mac: controls.mac },
          // a core is left to those who ask
          threads: threadsFor(config.databaseUrl, { spared: 1 }),
        },
        findings,
      );
      await checkGolden(source, dictionary, findings);
      return findings.list;
    } finally {
      await source.close();
    }
  }
}

function trustedIds(signing: SigningKeys): ReadonlySet<string> {
  return new Set(SIGNING_PURPOSES.flatMap((purpose) => [...signing.trusted(purpose).keys()]));
}

/** What the sinks that are files hold; a sink of another kind is read by whoever runs `lotgraph audit verify` there. */
function witnessesOf({ audit }: Config, findings: Findings): Witness[] {
  return audit.sinks.flatMap((sink) => {
    if (sink.kind !== 'file' || !existsSync(sink.path)) return [];
    const name = path.basename(sink.path);
    const { checkpoints, badLines } = readCheckpoints(readFileSync(sink.path, 'utf8'));
    for (const line of badLines) findings.add('WITNESS_DAMAGED', `${name} line ${line}`);
    return checkpoints.map((checkpoint) => ({
      checkpoint,
      place: `${name}, checkpoint of ${checkpoint.treeSize} entries`,
    }));
  });
}
