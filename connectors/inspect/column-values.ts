/** Figures of a column from sampled values; the same for every kind of source. */
import type { RawValue } from '../contract';
import { textOf } from '../transforms/transform';
import { MAX_SAMPLES, type ColumnProfile, type ValuePattern } from './source-profile';
import { patternsOf } from './value-patterns';

const LONGEST_SAMPLE = 60;
const MAX_PATTERNS = 8;

export type ValueFigures = Pick<ColumnProfile, 'nullRate' | 'distinct' | 'sampled' | 'samples' | 'patterns'>;

/** What the sampled values of one column show, one value a row; an absent one is null. */
export function figuresOf(values: readonly RawValue[]): ValueFigures {
  if (values.length === 0) return { nullRate: null, distinct: null, sampled: 0, samples: [], patterns: [] };
  const counts = new Map<string, number>();
  let present = 0;
  for (const value of values) {
    const text = value === null ? '' : (textOf(value) ?? JSON.stringify(value));
    if (text.trim() === '') continue;
    present += 1;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const common = [...counts].sort((a, b) => b[1] - a[1]);
  return {
    nullRate: round((values.length - present) / values.length),
    distinct: counts.size,
    sampled: values.length,
    samples: common.slice(0, MAX_SAMPLES).map(([text]) => cut(text)),
    patterns: patternShares(counts, present),
  };
}

function patternShares(counts: ReadonlyMap<string, number>, present: number): ValuePattern[] {
  const shares = new Map<string, number>();
  for (const [text, count] of counts) {
    for (const pattern of patternsOf(text)) shares.set(pattern, (shares.get(pattern) ?? 0) + count);
  }
  return [...shares]
    .map(([pattern, count]) => ({ pattern, share: round(count / present) }))
    .sort((a, b) => b.share - a.share)
    .slice(0, MAX_PATTERNS);
}

const round = (share: number) => Math.round(share * 10_000) / 10_000;
const cut = (text: string) => (text.length > LONGEST_SAMPLE ? `${text.slice(0, LONGEST_SAMPLE - 1)}…` : text);

/** Single columns that no two sampled rows share a value of; only told of a sample that is worth it. */
export function looksUnique({ distinct, sampled, nullRate }: ValueFigures): boolean {
  return sampled >= 2 && nullRate === 0 && distinct === sampled;
}
