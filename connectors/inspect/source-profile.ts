/**
 * What can be learnt of a source before there is a mapping: its resources, their columns, and what values look
 * like. Inspecting reads only, in bounded samples, and says which figures are estimates.
 */

export type ResourceKind = 'table' | 'view' | 'endpoint' | 'entitySet' | 'file';

export interface ResourceInfo {
  /** As a mapping names it: table, path, entity set, or glob of files. */
  readonly name: string;
  readonly kind: ResourceKind;
  readonly comment: string | null;
  /** Null where the source does not say and counting would cost too much. */
  readonly rows: number | null;
  /** False: `rows` is the source's own estimate, or no more than a lower bound. */
  readonly rowsExact: boolean;
}

/** Where a column points, as declared by the source (a foreign key or navigation). */
export interface ColumnReference {
  readonly resource: string;
  readonly column: string;
  /** Set where the source declares nothing: why it is taken to point there. */
  readonly inferred?: string;
}

export interface ColumnProfile {
  readonly name: string;
  /** As declared by the source; for JSON and files what the sampled values are. */
  readonly type: string;
  /** Null where the source declares nothing. */
  readonly nullable: boolean | null;
  readonly comment: string | null;
  /** Place in the primary key from 1; 0 when it is no part of it. */
  readonly keyPart: number;
  readonly references: ColumnReference | null;
  /** Share of sampled rows without a value (null or blank), 0 to 1; null when nothing was sampled. */
  readonly nullRate: number | null;
  /** Distinct values among the sampled ones; null when nothing was sampled. */
  readonly distinct: number | null;
  /** Rows looked at. */
  readonly sampled: number;
  /** The commonest values first, as text, cut at 60 characters; at most `MAX_SAMPLES`. */
  readonly samples: readonly string[];
  /** Shapes of the values, the commonest first: see `patternOf`. */
  readonly patterns: readonly ValuePattern[];
}

export interface ValuePattern {
  /**
   * `date:<format>` and `instant:<format>` with a format as the transforms take it, `zeroDate`, `integer`,
   * `decimal`, `decimal:de`, `decimal:en`, `negative`, `boolean`, `time`, `uuid`, or a mask: `A` upper case letters, `a` lower case,
   * `9` digits, `中` Chinese, anything else as it stands; runs are written once with `+`.
   */
  readonly pattern: string;
  /** Share of the sampled values that have it, 0 to 1. A value may have two: 03/04/2026 fits two formats. */
  readonly share: number;
}

export interface ResourceProfile extends ResourceInfo {
  readonly columns: readonly ColumnProfile[];
  /** Sets of columns that the source declares, or the whole sample shows, to tell rows apart. */
  readonly unique: readonly (readonly string[])[];
  /** Of files: as detected. */
  readonly encoding?: string;
  readonly delimiter?: string;
}

export interface ProfileOptions {
  /** Rows looked at, at most. Zero reads no row at all: only what the source declares. */
  readonly sampleRows: number;
}

/** Looks at a source that no mapping describes yet. Every method reads only and throws LegacyUnavailableError. */
export interface SourceInspector {
  resources(signal: AbortSignal): Promise<readonly ResourceInfo[]>;
  /** Throws NotFoundError when there is no resource of that name. */
  profile(resource: string, options: ProfileOptions, signal: AbortSignal): Promise<ResourceProfile>;
  /**
   * How many of some values a key column of a resource holds; absent where a source cannot be asked. Values that the
   * column cannot be compared with are held by none.
   */
  holding?(resource: string, column: string, values: readonly string[], signal: AbortSignal): Promise<number>;
}

/** A source opened for looking around, with the connector type that a mapping of it would have. */
export interface OpenedSource {
  readonly connector: 'sql' | 'rest' | 'odata' | 'file';
  readonly inspector: SourceInspector;
  close(): Promise<void>;
}

export const MAX_SAMPLES = 20;
