/** Whether the values of a column can be what a field holds. */
import type { FieldKind } from '../../schema/records/record-types';
import type { ColumnProfile } from '../inspect/source-profile';

export interface ValueFit {
  /** Factor on the confidence of a name: 1 fits, 0 cannot be. */
  readonly factor: number;
  readonly evidence: string | null;
}

/** Share of values that have one of the patterns. */
export function shareOf({ patterns }: ColumnProfile, wanted: (pattern: string) => boolean): number {
  return Math.max(0, ...patterns.filter(({ pattern }) => wanted(pattern)).map(({ share }) => share));
}

const isDate = (pattern: string) => pattern.startsWith('date:');
const isInstant = (pattern: string) => pattern.startsWith('instant:') && !pattern.startsWith('instant:epoch');
const isNumber = (pattern: string) => pattern === 'integer' || pattern.startsWith('decimal');

const percent = (share: number) => `${Math.round(share * 100)} %`;

/** A column without values says nothing: it neither fits nor does not. */
const UNSEEN: ValueFit = { factor: 0.8, evidence: 'no values seen' };
/** Codes are few; a column with more distinct values is none. */
const MOST_CODES = 40;

/** Kinds that name things: a flag names none. */
const NAMES: readonly FieldKind[] = ['item', 'site', 'location', 'party', 'lotNumber', 'reference', 'text'];

const isFlag = (column: ColumnProfile) =>
  (column.distinct ?? 0) <= 2 && shareOf(column, (one) => one === 'boolean') > 0.99 && column.sampled > 4;

export function fitOf(kind: FieldKind, column: ColumnProfile): ValueFit {
  if (column.patterns.length === 0) return UNSEEN;
  if (NAMES.includes(kind) && isFlag(column)) return { factor: 0, evidence: null };
  switch (kind) {
    case 'date':
    case 'instant': {
      const dates = shareOf(column, isDate);
      const share =
        Math.max(dates, shareOf(column, isInstant)) + shareOf(column, (one) => one === 'zeroDate');
      return share >= 0.5 ? fits(`${percent(share)} are dates`) : { factor: 0, evidence: null };
    }
    case 'quantity':
    case 'integer': {
      const share = shareOf(column, isNumber);
      return share >= 0.5 ? fits(`${percent(share)} are numbers`) : { factor: 0, evidence: null };
    }
    case 'boolean': {
      const share = shareOf(column, (one) => one === 'boolean');
      return share >= 0.9 && (column.distinct ?? 9) <= 2 ? fits('two values') : { factor: 0, evidence: null };
    }
    case 'code':
      return (column.distinct ?? 0) <= MOST_CODES
        ? fits(`${column.distinct ?? 0} distinct values`)
        : { factor: 0, evidence: null };
    case 'lotNumber': {
      const share = Math.max(shareOf(column, isDate), shareOf(column, isInstant));
      if (share > 0.5 && !shareOf(column, (one) => one === 'integer'))
        return { factor: 0.2, evidence: 'dates' };
      return fits(null);
    }
    default:
      return shareOf(column, isInstant) > 0.5 ? { factor: 0.2, evidence: 'points in time' } : fits(null);
  }
}

const fits = (evidence: string | null): ValueFit => ({ factor: 1, evidence });
