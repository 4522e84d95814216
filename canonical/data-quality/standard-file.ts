/** Quality standards as they stand in their file. */
import type { LocalizedText } from '../../platform/errors';
import type { Severity } from '../findings';
import type { Dimension } from './standard';

interface AskedInFile {
  readonly id: string;
  readonly name: LocalizedText;
  readonly systems?: readonly string[];
  readonly severity: Severity;
  readonly owner?: string;
}

export interface StandardInFile extends AskedInFile {
  readonly dimension: Dimension;
  readonly terms?: 'regulated' | readonly string[];
  readonly except?: readonly string[];
  readonly least: string;
  readonly leastRows?: number;
}

export interface FeedInFile extends AskedInFile {
  readonly readWithin: string;
  readonly arriveWithin: string;
  readonly weeks?: number;
  readonly silence?: { readonly times: number; readonly atLeast: string };
  readonly volume?: { readonly jump: number; readonly fall: number; readonly leastRows?: number };
}

export interface StandardsDocument {
  readonly keep: { readonly hours: string; readonly days: string };
  readonly feeds: readonly FeedInFile[];
  readonly standards: readonly StandardInFile[];
}
