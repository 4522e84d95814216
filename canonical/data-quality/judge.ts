/** Holds scores and feeds against what is asked of them. Pure: gives what is to be found. */
import type { Dictionary } from '../../platform/dictionary/dictionary';
import type { DeclaredRule, ObservedFinding } from '../findings';
import type { Evidence } from '../rules/claims';
import { DAY_MS, type FeedDay, dayOf } from './feed-days';
import type { MeasuredStream, Score } from './scores';
import {
  type FeedExpectation,
  type QualityStandard,
  type QualityStandards,
  WHOLE_ROWS,
  isMet,
  percentOf,
  standardsOf,
} from './standard';

export const QUALITY_RULES = [
  'QUALITY_BELOW',
  'FEED_LATE',
  'FEED_SILENT',
  'VOLUME_UNUSUAL',
] as const satisfies readonly ObservedFinding['rule'][];

export interface JudgeContext {
  readonly standards: QualityStandards;
  readonly dictionary: Dictionary;
  readonly now: number;
}

export interface JudgedScore extends Score {
  /** Null where nothing is asked, or there are too few rows. */
  readonly met: boolean | null;
}

/** Answers where neither standard nor term names anyone. */
const NOBODY_ELSE = 'data-governance';

const declaredBy = (
  { id, severity, owner }: Pick<QualityStandard, 'id' | 'severity' | 'owner'>,
  { standards, dictionary }: JudgeContext,
  term: string | null,
): DeclaredRule => ({
  ...{ id, severity, version: standards.version },
  owner: owner ?? (term === null ? undefined : dictionary.find(term)?.steward) ?? NOBODY_ELSE,
});

const evidenceOf = ({ system, name }: MeasuredStream, value: string, now: number): Evidence[] => [
  { system, stream: name, key: null, value, readAt: now, changedAt: null },
];

export const termOf = ({ recordType }: MeasuredStream, field: string): string | null =>
  field === WHOLE_ROWS ? null : `${recordType}.${field}`;

/** Whether a score meets its standards, and what it falls short of. */
export function judgeScore(
  score: Score,
  stream: MeasuredStream,
  context: JudgeContext,
): { judged: JudgedScore; findings: ObservedFinding[] } {
  const { numerator, denominator, dimension, field } = score;
  const term = termOf(stream, field);
  const asked = standardsOf(context.standards, stream.system, dimension, term).filter(
    ({ leastRows }) => denominator >= leastRows,
  );
  const below = asked.filter(({ leastPpm }) => !isMet(leastPpm, numerator, denominator));
  return {
    judged: { ...score, met: asked.length === 0 ? null : below.length === 0 },
    findings: below.map((standard) => ({
      ...{ rule: 'QUALITY_BELOW', subjectType: 'stream', subjectPk: stream.pk },
      field: term === null ? null : field,
      // whole percents: the finding is another one, and counts again, only when it is clearly better or worse
      facts: {
        ...{ system: stream.system, stream: stream.name, term, dimension },
        leastPercent: percentOf(standard.leastPpm),
        measuredPercent: Math.floor((numerator * 100) / denominator),
      },
      declared: declaredBy(standard, context, term),
      evidence: evidenceOf(stream, `${numerator} / ${denominator}`, context.now),
    })),
  };
}

/** A week's history says too little of what is usual. */
const LEAST_WEEKS = 2;

/** What is unusual about the feed of a stream; `days` are those that are kept, `beganAt` since when it is watched. */
export function judgeFeed(
  feed: FeedExpectation,
  stream: MeasuredStream,
  days: readonly FeedDay[],
  beganAt: number | null,
  context: JudgeContext,
): ObservedFinding[] {
  const declared = declaredBy(feed, context, null);
  const found = (
    rule: (typeof QUALITY_RULES)[number],
    facts: Readonly<Record<string, unknown>>,
    value: string,
  ): ObservedFinding => ({
    ...{ rule, subjectType: 'stream', subjectPk: stream.pk, field: null, declared },
    facts: { system: stream.system, stream: stream.name, ...facts },
    evidence: evidenceOf(stream, value, context.now),
  });
  const findings: ObservedFinding[] = [];
  const { lastSuccessAt } = stream;
  const isRead = lastSuccessAt !== null && context.now - lastSuccessAt <= feed.readWithinMs;
  if (lastSuccessAt !== null && !isRead) {
    const lastReadAt = new Date(lastSuccessAt).toISOString();
    findings.push(
      found('FEED_LATE', { lastReadAt, readWithinSeconds: feed.readWithinMs / 1000 }, lastReadAt),
    );
  }
  if (beganAt === null || context.now - beganAt < LEAST_WEEKS * 7 * DAY_MS) return findings;
  // of a source that is not read nobody knows what it would have brought
  const silence = isRead ? silent(feed, days, context.now) : null;
  if (silence !== null) findings.push(found('FEED_SILENT', silence, silence.lastRowAt));
  for (const unusual of unusualDays(feed, days, beganAt, context.now)) {
    const { arrived, ...facts } = unusual;
    if (unusual.kind === 'JUMP' || isRead) findings.push(found('VOLUME_UNUSUAL', facts, `${arrived} rows`));
  }
  return oneOfEach(findings);
}

/** No row for much longer than the longest pause that was usual. */
function silent(
  { silence, weeks }: FeedExpectation,
  days: readonly FeedDay[],
  now: number,
): { lastRowAt: string; usualPauseSeconds: number } | null {
  const recent = days.filter(({ day }) => day > dayOf(now) - weeks * 7);
  if (silence === null || recent.length === 0) return null;
  const lastRowAt = Math.max(...recent.map((day) => day.lastRowAt));
  const usual = Math.max(...recent.map((day) => day.longestPauseMs));
  if (now - lastRowAt <= Math.max(usual * silence.times, silence.atLeastMs)) return null;
  return { lastRowAt: new Date(lastRowAt).toISOString(), usualPauseSeconds: Math.round(usual / 1000) };
}

interface UnusualDay {
  readonly kind: 'JUMP' | 'FALL';
  readonly day: string;
  readonly usual: { readonly least: number; readonly most: number };
  readonly arrived: number;
}

/** Today and yesterday against the same day of the weeks before; a fall is certain only once the day is over. */
function unusualDays(
  { volume, weeks }: FeedExpectation,
  days: readonly FeedDay[],
  beganAt: number,
  now: number,
): UnusualDay[] {
  if (volume === null) return [];
  const arrivedOn = new Map(days.map((one) => [one.day, one.arrived]));
  const today = dayOf(now);
  return [today, today - 1].flatMap((day): UnusualDay[] => {
    const before = Array.from({ length: weeks }, (_, index) => day - 7 * (index + 1))
      // the day on which the watch began was not whole
      .filter((one) => one > dayOf(beganAt))
      .map((one) => arrivedOn.get(one) ?? 0);
    if (before.length < LEAST_WEEKS) return [];
    const usual = { least: Math.min(...before), most: Math.max(...before) };
    const arrived = arrivedOn.get(day) ?? 0;
    const named = { day: new Date(day * DAY_MS).toISOString().slice(0, 10), usual, arrived };
    if (arrived >= volume.leastRows && arrived > usual.most * volume.jump)
      return [{ kind: 'JUMP' as const, ...named }];
    if (day < today && usual.least >= volume.leastRows && arrived < usual.least * volume.fall)
      return [{ kind: 'FALL' as const, ...named }];
    return [];
  });
}

/** A finding of a rule about a stream is one; today's says more than yesterday's. */
function oneOfEach(findings: readonly ObservedFinding[]): ObservedFinding[] {
  return [...new Map([...findings].reverse().map((one) => [one.rule, one])).values()];
}
