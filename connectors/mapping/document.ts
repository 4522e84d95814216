/**
 * A mapping file after it was parsed and found to fit `schema/mappings/mapping.schema.json`. These types say
 * what the published schema says; `docs/guides/mapping-reference.md` explains each part.
 */
import type { FieldKind, RecordType } from '../../schema/records/record-types';
import type { CommandKind } from '../../controls/outbox/command';
import type { LocalizedText } from '../../platform/errors';
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
  /** The other row that the value was reached through, in words; provenance tells it. */
  readonly via?: string;
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
  /** Which of several counts: the first that is not null, or the latest. Default first. */
  readonly combine?: 'first' | 'latest';
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
    }
  | RouteRule;

/** Where a thing came from and went to says whether it came in or went out. */
export type RouteRule = {
  readonly quantity: FieldSpec;
  readonly from: FieldSpec;
  readonly to: FieldSpec;
  /** Which end the row stands for, `from` or `to`, where both are in stock. */
  readonly side?: FieldSpec;
  readonly negative?: 'reject' | 'absolute';
} & (
  | { readonly rule: 'route' }
  | {
      readonly rule: 'locationUsage';
      /** Usages of places that are stock, and of places that are not; one on neither list is undecided. */
      readonly inside: readonly string[];
      readonly outside: readonly string[];
    }
);

/** A row that takes another one back. */
export interface ReversalSpec {
  readonly when: Condition;
  /** `negate`: it counts, the other way round. `void`: neither it nor the row that it reverses counts. */
  readonly by: 'negate' | 'void';
  /** By `void`: the row was reversed. */
  readonly reversed?: Condition;
}

/** What a column of a joined table equals: another column, or a constant (the type of a polymorphic reference). */
export type JoinValue = string | { readonly value: Scalar };

export interface SqlJoin {
  readonly table: string;
  readonly as: string;
  /** Column of the joined table → what it equals. */
  readonly on: Readonly<Record<string, JoinValue>>;
  readonly where?: readonly Condition[];
  /** True leaves out rows that the join finds nothing for. */
  readonly required?: boolean;
}

/** A side table of names and values, whose values become columns `as.<name>` of the row that they belong to. */
export interface SqlPivot {
  readonly table: string;
  readonly as: string;
  readonly on: Readonly<Record<string, JoinValue>>;
  readonly where?: readonly Condition[];
  /** Column that says what a value is. */
  readonly name: string;
  /** Column with the value; of several, the first that is not null. */
  readonly value: string | readonly string[];
  /** Names that are read; others are left where they are. */
  readonly columns: readonly string[];
}

/** One row for each part of a text that lists several things. */
export interface SplitSpec {
  readonly split: string;
  /** What stands between the parts; default the end of a line. */
  readonly by?: string;
  /** Column that takes a part. */
  readonly as: string;
}

export interface SqlSource {
  readonly table: string;
  readonly joins?: readonly SqlJoin[];
  readonly pivot?: readonly SqlPivot[];
  readonly each?: SplitSpec;
  /** Encoding of the bytes of a text column that is not what the database takes it for. */
  readonly encoding?: Readonly<Record<string, string>>;
  readonly where?: readonly Condition[];
  /** Columns that tell rows of the table apart, when it has no primary key (a view). */
  readonly unique?: readonly string[];
  /** Columns that are not copied into the raw row. */
  readonly omit?: readonly string[];
}

export interface Paging {
  readonly style: 'none' | 'offset' | 'page' | 'next-link' | 'cursor';
  readonly size?: number;
  readonly sizeParam?: string;
  /** Parameter that takes the offset, the page's number or the cursor. */
  readonly param?: string;
  readonly firstPage?: number;
  /** Path of the count of all items in the envelope. */
  readonly total?: string;
  /** Path of the count of items on this page. */
  readonly pageCount?: string;
  /** Path of the address of the next page, or of the cursor that it begins at. */
  readonly next?: string;
  /** Path of the flag that says whether there is a next page. */
  readonly more?: string;
}

/** A nested list of names and values, whose values become columns `as.<name>` of the row. */
export interface ListPivot {
  /** Path of the list; lists on the way are walked through. */
  readonly path: string;
  readonly as: string;
  /** Path in an element that says what a value is. */
  readonly name: string;
  /** Path of the value; of several, the first that is not null or empty. */
  readonly value: string | readonly string[];
  /** Names that are read; others are left where they are. */
  readonly columns: readonly string[];
}

/** One object that a row names, fetched by a path of its own. */
export interface RestJoin {
  /** `{name}` stands for a path of the row; a row that has no such value names no object. */
  readonly path: string;
  readonly as: string;
  /** Path of the object in the answer. */
  readonly item?: string;
}

export interface RestSource {
  readonly path: string;
  /** POST asks with a body; it changes nothing all the same. Default GET. */
  readonly method?: 'GET' | 'POST';
  /** Body of a POST; texts may name `{offset}`, `{page}`, `{size}`, `{cursor}`, `{since}`, `{columns}`. */
  readonly body?: Template;
  readonly params?: Readonly<Record<string, Scalar>>;
  /** Path of the list in the answer; empty for the answer itself. */
  readonly items: string;
  /** Names of the places of an item that is itself a list. */
  readonly columns?: readonly string[];
  /**
   * One row for each element of a nested list; the element stands under `as`. Of an object whose names are data, one for
   * each of its properties, whose name stands under `names`.
   */
  readonly each?: { readonly path: string; readonly as: string; readonly names?: string };
  readonly pivot?: readonly ListPivot[];
  readonly paging?: Paging;
  readonly order?: 'newest-first' | 'oldest-first' | 'any';
  /** Parameter (or, without one, the body) that asks for what changed since; `initially` is asked for at first. */
  readonly since?: { readonly param?: string; readonly format?: string; readonly initially?: string };
  /** Fetches each listed item whole; `{id}` names a path of the listed one. */
  readonly detail?: { readonly path: string; readonly item?: string };
  readonly joins?: readonly RestJoin[];
  readonly where?: readonly Condition[];
}

/** One entity of another set that a row names by its key, where no navigation leads to it. */
export interface ODataJoin {
  readonly entitySet: string;
  readonly as: string;
  /** Key property of that set → path in the row that it equals. */
  readonly on: Readonly<Record<string, string>>;
}

export interface ODataSource {
  /** Path of the service below the connection, where that leads to several; the connection itself when absent. */
  readonly service?: string;
  readonly entitySet: string;
  /** Properties that are asked for; all when absent. */
  readonly select?: readonly string[];
  /** Navigation properties that come along: `to_Item`, `to_Item/to_Batch`. */
  readonly expand?: readonly string[];
  readonly joins?: readonly ODataJoin[];
  readonly each?: { readonly path: string; readonly as: string };
  readonly pivot?: readonly ListPivot[];
  /** Entities a page; the service decides when absent. */
  readonly size?: number;
  /** Query options that are not of OData, such as `sap-client`. */
  readonly params?: Readonly<Record<string, Scalar>>;
  readonly where?: readonly Condition[];
}

export type FileFormat = 'csv' | 'tsv' | 'xlsx' | 'json' | 'ndjson';

export interface FileSource {
  readonly files: string;
  /** Default by the extension of the file. */
  readonly format?: FileFormat;
  /** `complete`: the file whose name comes last replaces what came before. Default `delta`. */
  readonly mode?: 'delta' | 'complete';
  /** A file that changed less than this ago is left for the next run. */
  readonly settle?: Duration;
  readonly delimiter?: string;
  readonly quote?: string;
  readonly encoding?: string;
  /** Name of the sheet of a workbook; the first when absent. */
  readonly sheet?: string;
  /** Line of the column names, from 1, where others stand above them. */
  readonly headerLine?: number;
  /** Column names, where the file has no header line. */
  readonly header?: readonly string[];
  /** Path of the list in a JSON file. */
  readonly items?: string;
  readonly each?: { readonly path: string; readonly as: string };
  /** Keeps the first row of each combination, by name of the file and line: master data that files repeat with every row. */
  readonly distinctBy?: readonly string[];
  readonly where?: readonly Condition[];
}

export type SourcePart = (SqlSource | RestSource | ODataSource | FileSource) & {
  readonly set?: Readonly<Record<string, Scalar>>;
};
export type SourceSpec = SourcePart | { readonly union: Readonly<Record<string, SourcePart>> };

/** A column with words about a person, kept under a key of that person. */
export interface PersonalSpec {
  readonly column: string;
  /** Column that says who the person is; by default the column itself. */
  readonly subject?: string;
}

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
  readonly reversal?: ReversalSpec;
  /** How often all rows are read, to find those that are gone. */
  readonly fullCompare?: Duration;
  readonly personal?: readonly PersonalSpec[];
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
      /** What else the login takes: constants, and references to what is secret. */
      readonly fields?: Readonly<Record<string, Scalar>>;
      /** Path of the answer → what stands there when the login succeeded. */
      readonly expect?: Readonly<Record<string, Scalar>>;
    }
  | {
      readonly type: 'oauth2';
      /** Address of the token endpoint. */
      readonly tokenUrl: SecretReference;
      readonly clientId: SecretReference;
      readonly clientSecret: SecretReference;
      readonly scope?: string;
      /** What else the endpoint takes, such as an audience or resource. */
      readonly params?: Readonly<Record<string, string>>;
      /** How the client's secret is given. Default basic. */
      readonly secretIn?: 'basic' | 'body';
    };

/** An answer that is none although its status says so. */
export interface AnswerFailure {
  readonly when: Condition;
  /** Path of what the source says. */
  readonly message?: string;
  /** An `error` stays one; a `busy` source is asked again; `signedOut` signs in anew. Default error. */
  readonly means?: 'error' | 'busy' | 'signedOut';
}

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
  /** Answers of status 200 that are errors all the same; the first that fits counts. */
  readonly failures?: readonly AnswerFailure[];
}

export interface ODataConnector extends Omit<RestConnector, 'type'> {
  readonly type: 'odata';
  readonly version: 2 | 4;
  /** False: the service cannot count what it lists, so that its links alone tell where a list ends. Default true. */
  readonly counts?: boolean;
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

/** What a code means that a procedure gives: that nothing was done, and why, in words for people. */
export type RefusalCodes = Readonly<Record<string, LocalizedText>>;

/** What the codes of a procedure mean; any other leaves open what became of the command. */
export interface CallOutcomeSpec {
  /** OUT parameter, or column of the first row, with the code; without one, an end without an error says that it is done. */
  readonly from?: string;
  readonly confirmed?: readonly Scalar[];
  readonly refused?: RefusalCodes;
  /** By the database's code of the error: SQLSTATE or number. */
  readonly errors?: { readonly confirmed?: readonly Scalar[]; readonly refused?: RefusalCodes };
}

export interface CommandCallSpec {
  /** Name of a procedure, or of a function of PostgreSQL; `schema.name` where it is not found without. */
  readonly procedure: string;
  /** Parameter → what it is bound to. */
  readonly parameters?: Readonly<Record<string, Template>>;
  readonly outcome?: CallOutcomeSpec;
}

/** What must stand in the records that were read. */
export interface RecordExpectation {
  /** Picks records: path or column → what stands there. */
  readonly where?: Readonly<Record<string, Template>>;
  /** Path or column → what stands there in every record; `{ contains: … }` for a part of a text. */
  readonly expect?: Readonly<Record<string, Template>>;
  /** Path or column → what its quantities add up to over the records; no record is zero. */
  readonly sum?: Readonly<Record<string, Template>>;
}

export interface HttpConfirmSpec extends RecordExpectation {
  readonly path: string;
  readonly params?: Readonly<Record<string, Template>>;
  /** Path of the record, or of the list of records. */
  readonly item: string;
}

/** Rows of a table or view, over the connection that the system is read by. */
export interface TableConfirmSpec extends RecordExpectation {
  readonly table: string;
}

/** How the system's own record shows that a command was carried out. */
export type ConfirmSpec = HttpConfirmSpec | TableConfirmSpec;

export interface CommandSpec {
  /** Stream whose records are commanded. */
  readonly target: string;
  /** Stream of the place that the command speaks of, where it speaks of one. */
  readonly place?: string;
  /** Values for the templates: from `native` (the target's raw row), `place` (that of the place), `asked`. */
  readonly values?: Readonly<Record<string, FieldSpec>>;
  /** Over HTTP. */
  readonly request?: CommandRequestSpec;
  /** Over a database. */
  readonly call?: CommandCallSpec;
  readonly confirm: ConfirmSpec;
}

export type HttpCommandConnector = Omit<RestConnector, 'type'> & { readonly type?: 'rest' };
/** A database whose stored procedures are called, by an account of its own. */
export type ProcedureConnector = Pick<SqlConnector, 'type' | 'connection' | 'deadlines'>;

export interface CommandsSpec {
  /** How the system is commanded, where it is not as it is read. */
  readonly connector?: HttpCommandConnector | ProcedureConnector;
  /** Header that takes the idempotency key; given only where a repeat is certain to execute nothing. */
  readonly idempotencyHeader?: string;
  /** The same of procedures: the parameter that takes the key in each of them. */
  readonly idempotencyParameter?: string;
  readonly kinds: Readonly<Partial<Record<CommandKind, CommandSpec>>>;
}

/** The database whose procedures are called; null where commands go over HTTP. */
export const procedureConnector = ({ connector }: CommandsSpec): ProcedureConnector | null =>
  connector?.type === 'sql' ? connector : null;

export type NormalisedKind = Extract<FieldKind, 'item' | 'lotNumber' | 'site' | 'party' | 'location'>;

export interface MappingDocument {
  readonly language: 1;
  readonly system: Pick<LegacySystem, 'id' | 'name' | 'kind' | 'timeZone'>;
  readonly connector: SqlConnector | RestConnector | ODataConnector | FileConnector;
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
