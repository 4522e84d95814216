/**
 * Measures the quality of the data: completeness, validity, consistency and timeliness per source, record type and term.
 * Counts follow the versions that syncs store; no measurement looks at rows that did not change. What falls below its
 * standard, and a feed that is not as usual, is a finding until it is mended, and stands in the trail.
 */
import { type EntityManager, In } from 'typeorm';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import type { AuditRecorder } from '../../controls/audit/audit-recorder';
import type { Clock } from '../../platform/clock';
import { groupBy } from '../../platform/collections';
import type { Database } from '../../platform/database/database';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { FindingRow } from '../entities/governance.entity';
import { SourceStreamRow } from '../entities/source.entity';
import { type ObservedFinding, reconcileFindings } from '../findings';
import { KeyAllocator } from '../sync/keys';
import { CatchUp } from './catch-up';
import { QualityDayRow, QualityStreamRow } from './data-quality.entity';
import { type FeedDay, dayOf } from './feed-days';
import { type JudgeContext, type JudgedScore, QUALITY_RULES, judgeFeed, judgeScore } from './judge';
import { forgetOld, keepScores } from './keep-scores';
import { type MeasuredStream, loadCounts, scoresOf } from './scores';
import { type QualityStandards, type StandardSource, feedOf, longestWindow } from './standard';

/** What of a legacy system is measured: the streams that its mapping has now. */
export interface MeasuredSystem {
  readonly id: string;
  readonly streams: readonly { readonly name: string }[];
}

export interface DataQualityOptions {
  readonly database: Database;
  readonly dictionary: Dictionary;
  readonly standards: StandardSource;
  readonly clock: Clock;
  readonly audit: Pick<AuditRecorder, 'record'>;
  /** Systems that are read now. */
  readonly systems: () => readonly MeasuredSystem[];
}

export interface Measured {
  /** Versions that were counted. */
  readonly versions: number;
  readonly scores: number;
  /** Findings that are open now. */
  readonly findings: number;
}

const ACTIONS: Readonly<Record<(typeof QUALITY_RULES)[number], string>> = {
  QUALITY_BELOW: 'quality.below',
  FEED_LATE: 'quality.feedLate',
  FEED_SILENT: 'quality.feedSilent',
  VOLUME_UNUSUAL: 'quality.volumeUnusual',
};

interface Judgement {
  readonly scores: readonly JudgedScore[];
  readonly findings: readonly ObservedFinding[];
}

export class DataQuality {
  constructor(private readonly options: DataQualityOptions) {}

  /**
   * Counts what is new and measures everything, as the standards in force say. `recount` counts from the first version
   * on. Rejects where the standards cannot be relied upon: then nothing is measured, and what was found stays.
   */
  async measure({
    recount = false,
    signal,
  }: { recount?: boolean; signal?: AbortSignal } = {}): Promise<Measured> {
    const { database, clock } = this.options;
    const { compiled: standards } = await this.options.standards.current();
    const all = await this.#streams();
    const systemOf = new Map(all.map((stream) => [stream.pk, stream.system]));
    const catchUp = new CatchUp(database, (pk) => {
      const system = systemOf.get(pk);
      return system === undefined ? null : (feedOf(standards, system)?.arriveWithinMs ?? null);
    });
    if (recount) await catchUp.forget();
    const versions = await catchUp.run(signal);
    // a stream that was first read meanwhile is one more
    const systems = new Map(this.options.systems().map((one) => [one.id, one.streams]));
    // of a system that this process does not know, what was measured stays
    const streams = (await this.#streams()).filter(({ system }) => systems.has(system));
    // of one that was never read to its end nothing is known yet, and one that its mapping has no more nobody reads
    const measured = streams.filter(
      ({ system, name, lastSuccessAt }) =>
        lastSuccessAt !== null && systems.get(system)?.some((own) => own.name === name),
    );
    const now = clock.now();
    const { scores, findings } = await this.#judge(standards, measured, now);
    await database.write(async (manager) => {
      // from here on syncs wait, and so does whoever measures at the same time
      const keys = await KeyAllocator.lock(manager);
      await this.#watch(manager, measured, now);
      const nextKey = (): number => keys.next();
      await this.#reconcile(manager, nextKey, now, streams, findings);
      await keepScores({ manager, now, standards, nextKey }, new Set(streams.map(({ pk }) => pk)), scores);
      await keys.save();
    });
    await database.write((manager) => forgetOld({ manager, now, standards }));
    return { versions, scores: scores.length, findings: findings.length };
  }

  async #streams(): Promise<MeasuredStream[]> {
    return await this.options.database.reader.find(SourceStreamRow, { order: { pk: 'ASC' } });
  }

  async #judge(
    standards: QualityStandards,
    streams: readonly MeasuredStream[],
    now: number,
  ): Promise<Judgement> {
    const { database, dictionary } = this.options;
    const { reader } = database;
    const context: JudgeContext = { standards, dictionary, now };
    const counts = await loadCounts(reader);
    const days = groupBy(
      await daysSince(reader, dayOf(now) - longestWindow(standards) - 1),
      (day) => day.streamPk,
    );
    const began = new Map((await reader.find(QualityStreamRow)).map((row) => [row.streamPk, row.beganAt]));
    const scores: JudgedScore[] = [];
    const findings: ObservedFinding[] = [];
    for (const stream of streams) {
      const feed = feedOf(standards, stream.system);
      const own = days.get(stream.pk) ?? [];
      const inWindow = own.filter(({ day }) => day > dayOf(now) - (feed?.weeks ?? 1) * 7);
      for (const score of scoresOf(stream, counts, feed === null ? [] : inWindow)) {
        const { judged, findings: below } = judgeScore(score, stream, context);
        scores.push(judged);
        findings.push(...below);
      }
      if (feed !== null)
        findings.push(...judgeFeed(feed, stream, own, began.get(stream.pk) ?? null, context));
    }
    return { scores, findings };
  }

  /** From now on what comes is news; what was read until then was there before. */
  async #watch(manager: EntityManager, streams: readonly MeasuredStream[], now: number): Promise<void> {
    const known = new Set((await manager.find(QualityStreamRow)).map((row) => row.streamPk));
    const pks = streams.map(({ pk }) => pk);
    const fresh = pks.filter((pk) => !known.has(pk));
    if (fresh.length > 0)
      await manager.insert(
        QualityStreamRow,
        fresh.map((streamPk) => ({ streamPk, beganAt: now, measuredAt: now })),
      );
    await manager.update(QualityStreamRow, { streamPk: In(pks) }, { measuredAt: now });
  }

  async #reconcile(
    manager: EntityManager,
    nextKey: () => number,
    now: number,
    streams: readonly MeasuredStream[],
    findings: readonly ObservedFinding[],
  ): Promise<void> {
    const before = await openFindings(manager);
    await reconcileFindings(
      manager,
      nextKey,
      now,
      { rules: QUALITY_RULES, subjectType: 'stream', subjectPks: streams.map(({ pk }) => pk) },
      findings,
    );
    const after = await openFindings(manager);
    const streamOf = new Map(streams.map((stream) => [stream.pk, stream]));
    const record = async (action: string, row: FindingRow): Promise<void> => {
      const facts = JSON.parse(row.facts) as Readonly<Record<string, unknown>>;
      await this.options.audit.record(manager, SYSTEM_ACTOR, {
        ...{ action, outcome: 'DONE' },
        object: { type: 'sourceSystem', id: streamOf.get(row.subjectPk)?.system ?? '' },
        facts: {
          ...facts,
          ...{ rule: row.rule, standard: row.ruleId, severity: row.severity },
          standardsVersion: row.ruleVersion,
        },
      });
    };
    for (const [pk, row] of after)
      if (!before.has(pk)) await record(ACTIONS[row.rule as keyof typeof ACTIONS], row);
    for (const [pk, row] of before) if (!after.has(pk)) await record('quality.resolved', row);
  }
}

async function openFindings(manager: EntityManager): Promise<Map<number, FindingRow>> {
  const rows = await Promise.all(
    QUALITY_RULES.map((rule) => manager.findBy(FindingRow, { rule, state: 'OPEN' })),
  );
  return new Map(rows.flat().map((row) => [row.pk, row]));
}

async function daysSince(reader: EntityManager, first: number): Promise<FeedDay[]> {
  return await reader
    .createQueryBuilder(QualityDayRow, 'd')
    .where('d.day >= :first', { first })
    .orderBy('d.day')
    .getMany();
}
