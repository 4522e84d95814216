/** What is asked of the quality of the data, as compiled from `standards.yaml`. */
import type { LocalizedText } from '../../platform/errors';
import type { Severity } from '../findings';

export const DIMENSIONS = ['COMPLETENESS', 'VALIDITY', 'CONSISTENCY', 'TIMELINESS'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** The field of a score that is about whole rows. */
export const WHOLE_ROWS = '';

interface Asked {
  readonly id: string;
  readonly name: LocalizedText;
  /** Null: of all systems. */
  readonly systems: readonly string[] | null;
  readonly severity: Severity;
  /** Null: the steward of the term. */
  readonly owner: string | null;
}

/** The least share of a dimension. */
export interface QualityStandard extends Asked {
  readonly dimension: Dimension;
  /** Terms that it holds for, each by itself; null: whole rows. */
  readonly terms: readonly string[] | null;
  /** In millionths. */
  readonly leastPpm: number;
  /** Fewer rows than these raise nothing. */
  readonly leastRows: number;
}

/** When rows of a stream are expected, and how many. */
export interface FeedExpectation extends Asked {
  /** A stream that was not read to its end for longer is late. */
  readonly readWithinMs: number;
  /** A changed row is in time when it was read within this of its change in the source. */
  readonly arriveWithinMs: number;
  /** What is usual, and shares of rows in time, are taken over so many weeks. */
  readonly weeks: number;
  readonly silence: { readonly times: number; readonly atLeastMs: number } | null;
  readonly volume: { readonly jump: number; readonly fall: number; readonly leastRows: number } | null;
}

export interface QualityStandards {
  /** SHA-256 of the file. */
  readonly version: string;
  /** How long a measurement of each hour, and one of each day, is kept. */
  readonly keepHoursMs: number;
  readonly keepDaysMs: number;
  readonly standards: readonly QualityStandard[];
  /** The first that names a system, or names none, holds for it. */
  readonly feeds: readonly FeedExpectation[];
}

/** The standards in force. */
export interface StandardSource {
  /** Rejects where they cannot be relied upon. */
  current(): Promise<{ readonly compiled: QualityStandards }>;
}

const holdsFor = ({ systems }: Asked, system: string): boolean => systems?.includes(system) ?? true;

/** Standards that a score is held against; `term` null: whole rows. */
export function standardsOf(
  { standards }: QualityStandards,
  system: string,
  dimension: Dimension,
  term: string | null,
): QualityStandard[] {
  return standards.filter(
    (one) =>
      one.dimension === dimension &&
      holdsFor(one, system) &&
      (term === null ? one.terms === null : one.terms?.includes(term) === true),
  );
}

export function feedOf({ feeds }: QualityStandards, system: string): FeedExpectation | null {
  return feeds.find((one) => holdsFor(one, system)) ?? null;
}

/** Days that some feed is judged by. */
export const longestWindow = ({ feeds }: QualityStandards): number =>
  Math.max(1, ...feeds.map(({ weeks }) => weeks)) * 7;

const WHOLE_PPM = 1_000_000;

/** Whether the share is at least what is asked, in whole numbers. */
export const isMet = (leastPpm: number, numerator: number, denominator: number): boolean =>
  BigInt(numerator) * BigInt(WHOLE_PPM) >= BigInt(leastPpm) * BigInt(denominator);

/** Millionths as percent: 995000 → `99.5`. */
export const percentOf = (ppm: number): string => String(ppm / 10_000);

/** `'99.5'` → 995000. */
export const ppmOf = (percent: string): number => Math.round(Number(percent) * 10_000);
