/**
 * A mapping file after it was parsed and found to fit `schema/mappings/mapping.schema.json`. These types say
 * what the published schema says; `docs/guides/mapping-reference.md` explains each part.
 */
import type { FieldKind, RecordType } from '../../schema/records/record-types';
import type { CommandKind } from '../../controls/outbox/command';
import type { LegacySystem, RawValue } from '../contract';
import type { CodeTable } from '../transforms/transform';

export type Scalar = string | number | boolean;

/** `env:NAME` or `file:/path`: where a secret or an address stands, never the value itself. */
export type SecretReference = string;

/** `500ms`, `30s`, `5m`, `2h`, `1d`. */
export type Duration = string;

/** A transform by name, or by name with options. */
export type StepSpec = string | Readonly<Record<string, unknown>>;

/** A value of a row: a column or path, several of them, a constant, or the first case that holds. */
export type FieldSpec = string | FieldObject;

export interface FieldObject {
  readonly from?: string | readonly FieldSpec[];
  readonly value?: Scalar;
  readonly cases?: readonly (FieldObject & { readonly when: Condition })[];
  readonly else?: FieldSpec;
  readonly apply?: readonly StepSpec[];
}

export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | ({ readonly column: string } & Comparison);

export type Comparison =
  | { readonly equals: Scalar }
  | { readonly in: readonly Scalar[] }
  | { readonly startsWith: string }
  | { readonly matches: string }
  | { readonly empty: boolean };

export interface VoidRule {
  readonly when: Condition;
  readonly reason: string;
}

export interface WatermarkSpec {
  /** Column or path; of several, the first that is not null. */
  readonly from: string | readonly string[];
  readonly kind?: 'datetime' | 'number';
  /** How far back each run starts again: covers transactions that committed late. */
  readonly overlap?: string | number;
  readonly zone?: string;
  readonly formats?: readonly string[];
}

/** What a code or flag says about the quantity beside it. */
export type SignMeaning = 'in' | 'out' | 'level';

export type SignRule =
  | { readonly rule: 'signed' | 'count'; readonly quantity: FieldSpec }
  | {
      readonly rule: 'byCode';
      readonly quantity: FieldSpec;
      readonly code: FieldSpec;
      readonly codes: Readonly<Record<string, SignMeaning>>;
      /** A negative quantity beside a code is undecided, unless only its magnitude counts. */
      readonly negative?: 'reject' | 'absolute';
    };

export interface SqlJoin {
  readonly table: string;
  readonly as: string;
  /** Column of the joined table → column that it equals. */
  readonly on: Readonly<Record<string, string>>;
  readonly where?: readonly Condition[];
  /** True leaves out rows that the join finds nothing for. */
  readonly required?: boolean;
}

export interface SqlSource {
  readonly table: string;
  readonly joins?: readonly SqlJoin[];
  readonly where?: readonly Condition[];
  /** Columns that tell rows of the table apart, when it has no primary key (a view). */
  readonly unique?: readonly string[];
  /** Columns that are not copied into the raw row. */
  readonly omit?: readonly string[];
}

export interface Paging {
  readonly style: 'none' | 'offset' | 'page' | 'next-link';
  readonly size?: number;
  readonly sizeParam?: string;
  /** Parameter that takes the offset or the page's number. */
  readonly param?: string;
  readonly firstPage?: number;
  /** Path of the count of all items in the envelope. */
  readonly total?: string;
  /** Path of the count of items on this page. */
  readonly pageCount?: string;
  /** Path of the address of the next page. */
  readonly next?: string;
}

export interface RestSource {
  readonly path: string;
  readonly params?: Readonly<Record<string, Scalar>>;
  /** Path of the list in the answer; empty for the answer itself. */
  readonly items: string;
  /** One row for each element of a nested list; the element stands under `as`. */
  readonly each?: { readonly path: string; readonly as: string };
  readonly paging?: Paging;
  readonly order?: 'newest-first' | 'oldest-first' | 'any';
  /** Parameter that asks for what changed since. */
  readonly since?: { readonly param: string; readonly format?: string };
  /** Fetches each listed item whole; `{id}` names a path of the listed one. */
  readonly detail?: { readonly path: string; readonly item?: string };
  readonly where?: readonly Condition[];
}

export interface FileSource {
  readonly files: string;
  readonly delimiter?: string;
  readonly quote?: string;
  readonly encoding?: string;
  /** Column names, where the file has no header line. */
  readonly header?: readonly string[];
  /** Keeps the first row of each combination: master data that a file repeats with every row. */
  readonly distinctBy?: readonly string[];
  readonly where?: readonly Condition[];
}

export type SourcePart = (SqlSource | RestSource | FileSource) & {
  readonly set?: Readonly<Record<string, Scalar>>;
};
export type SourceSpec = SourcePart | { readonly union: Readonly<Record<string, SourcePart>> };

export interface StreamSpec {
  readonly recordType: RecordType;
  readonly description?: string;
  readonly source: SourceSpec;
  readonly key: FieldSpec | readonly FieldSpec[];
  readonly watermark?: WatermarkSpec;
  readonly changedAt?: FieldSpec;
  readonly void?: readonly VoidRule[];
  readonly fields: Readonly<Record<string, FieldSpec>>;
  readonly sign?: SignRule;
}

export interface Deadlines {
  readonly connect?: Duration;
  readonly request?: Duration;
  readonly run?: Duration;
}

export interface SqlConnector {
  readonly type: 'sql';
  readonly connection: SecretReference;
  readonly deadlines?: Deadlines;
  readonly batchSize?: number;
}

export type Login =
  | { readonly type: 'basic'; readonly username: SecretReference; readonly password: SecretReference }
  | { readonly type: 'bearer'; readonly token: SecretReference; readonly scheme?: string }
  | {
      readonly type: 'session';
      readonly path: string;
      readonly username: SecretReference;
      readonly password: SecretReference;
      readonly usernameField?: string;
      readonly passwordField?: string;
    };

export interface RestConnector {
  readonly type: 'rest';
  readonly connection: SecretReference;
  readonly login?: Login;
  readonly deadlines?: Deadlines;
  readonly concurrency?: number;
  readonly queue?: number;
  readonly requestsPerSecond?: number;
  readonly attempts?: number;
  readonly breaker?: { readonly failures?: number; readonly retryAfter?: Duration };
  readonly maxResponseBytes?: number;
}

export interface FileConnector {
  readonly type: 'file';
  readonly connection: SecretReference;
  readonly maxFileBytes?: number;
}

export interface LiveStockSpec {
  readonly lotStream: string;
  readonly request: {
    readonly method: 'GET' | 'POST';
    readonly path: string;
    /** Query parameter (GET) or property of the body (POST) that takes the lots. */
    readonly lots: string;
    readonly maxLots?: number;
    readonly params?: Readonly<Record<string, Scalar>>;
  };
  /** What names a lot in the request, from the raw row of its lot stream. */
  readonly lot: FieldSpec;
  readonly items: string;
  readonly answer: {
    readonly lot: FieldSpec;
    readonly site: FieldSpec;
    readonly location: FieldSpec;
    readonly onHand: FieldSpec;
  };
}

/** A JSON value whose texts may name values of the command in braces. */
export type Template = RawValue;

export interface CommandRequestSpec {
  readonly method: 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  readonly params?: Readonly<Record<string, Template>>;
  readonly body?: Template;
}

/** How the system's own record shows that a command was carried out. */
export interface ConfirmSpec {
  readonly path: string;
  readonly params?: Readonly<Record<string, Template>>;
  /** Path of the record, or of the list of records. */
  readonly item: string;
  /** Picks records of a list: path → what stands there. */
  readonly where?: Readonly<Record<string, Template>>;
  /** Path → what stands there in every record; `{ contains: … }` for a part of a text. */
  readonly expect?: Readonly<Record<string, Template>>;
  /** Path → what its quantities add up to over the records; no record is zero. */
  readonly sum?: Readonly<Record<string, Template>>;
}

export interface CommandSpec {
  /** Stream whose records are commanded. */
  readonly target: string;
  /** Stream of the place that the command speaks of, where it speaks of one. */
  readonly place?: string;
  /** Values for the templates: from `native` (the target's raw row), `place` (that of the place), `asked`. */
  readonly values?: Readonly<Record<string, FieldSpec>>;
  readonly request: CommandRequestSpec;
  readonly confirm: ConfirmSpec;
}

export interface CommandsSpec {
  /** How the system is commanded, where it is not as it is read. */
  readonly connector?: Omit<RestConnector, 'type'>;
  /** Header that takes the idempotency key; given only where a repeat is certain to execute nothing. */
  readonly idempotencyHeader?: string;
  readonly kinds: Readonly<Partial<Record<CommandKind, CommandSpec>>>;
}

export type NormalisedKind = Extract<FieldKind, 'item' | 'lotNumber' | 'site' | 'party' | 'location'>;

export interface MappingDocument {
  readonly language: 1;
  readonly system: Pick<LegacySystem, 'id' | 'name' | 'kind' | 'timeZone'>;
  readonly connector: SqlConnector | RestConnector | FileConnector;
  readonly codes?: Readonly<Record<string, CodeTable>>;
  readonly normalise?: Partial<Readonly<Record<NormalisedKind, readonly StepSpec[]>>>;
  readonly streams: Readonly<Record<string, StreamSpec>>;
  readonly live?: { readonly stock: LiveStockSpec };
  readonly commands?: CommandsSpec;
}

/** The parts of a source by name; a source without a union has one nameless part. */
export function partsOf(source: SourceSpec): readonly (readonly [string, SourcePart])[] {
  return 'union' in source ? Object.entries(source.union) : [['', source]];
}

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of a duration that fits the schema; the fallback when none is given. */
export function millisecondsOf(duration: Duration | undefined, fallback: number): number {
  const match = /^(\d+)(ms|s|m|h|d)$/u.exec(duration ?? '');
  return match === null ? fallback : Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}
