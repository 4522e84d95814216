/**
 * What the stitched copy asks of a connector. A connector reads batches of raw rows, a compiled mapping turns
 * each row into a canonical record or a stated reason why not; nothing is dropped on the way.
 */
import type { CommandKind } from '../controls/outbox/command';
import type { OutgoingCommand, ReadBack, SendAnswer } from '../controls/outbox/command-sender';
import type { LocalizedText, MappingProblem } from '../platform/errors';
import type { RecordType } from '../schema/records/record-types';

/** A value of a raw row: what JSON can carry. Dates, decimals and big integers arrive as text. */
export type RawValue = string | number | boolean | null | RawValue[] | { [key: string]: RawValue };
export type RawRow = Readonly<Record<string, RawValue>>;

/**
 * Field name → canonical value, in the form that the field's kind prescribes. Null: the source states no value.
 * Absent: the mapping does not speak of the field.
 */
export type CanonicalRecord = Readonly<Record<string, string | number | boolean | null>>;

/** Where a stream's reading stands; opaque to all but the connector that made it. JSON-serialisable. */
export type Watermark = Readonly<Record<string, RawValue>>;

export interface SourceBatch {
  readonly rows: readonly RawRow[];
  /**
   * Where reading may resume once these rows are committed; null while it is not safe to resume here
   * (a newest-first listing, say). The last batch of a complete run MUST carry one, unless the stream has none.
   */
  readonly watermark: Watermark | null;
  /** Set on the last batch of a run that read all that the stream holds: what is in none of its rows is gone. */
  readonly whole?: true;
}

export interface ReadOptions {
  /** Where the last run ended; null reads everything. The connector subtracts the mapping's overlap. */
  readonly since: Watermark | null;
  readonly batchSize: number;
  readonly signal: AbortSignal;
}

export type RejectCode =
  | 'MISSING_VALUE'
  | 'BAD_DATE'
  | 'BAD_NUMBER'
  | 'BAD_TEXT'
  | 'UNKNOWN_CODE'
  | 'BAD_UNIT'
  | 'NO_KEY'
  | 'SIGN_UNDECIDED'
  | 'DUPLICATE_KEY'
  | 'UNREADABLE_ROW';

/** Something odd about a row that is kept all the same: an unknown code kept as UNKNOWN, a zero date read as null. */
export interface RowNote {
  readonly rule:
    | 'UNKNOWN_CODE'
    | 'ZERO_DATE'
    | 'CLOCK_CHANGE'
    | 'UNIT_CONVERTED'
    | 'ABSURD_FACTOR'
    | 'TEXT_REPAIRED'
    | 'GONE_IN_SOURCE'
    | 'KEY_REPEATED';
  readonly field: string;
  readonly raw: string;
}

export type MappedRow =
  | {
      readonly kind: 'record';
      /** Native key of the row in its system, unique within the stream. */
      readonly key: string;
      readonly record: CanonicalRecord;
      /** When the source says that it changed this row, ms since the epoch; null where it does not say. */
      readonly changedAt: number | null;
      /** Set when the row does not count (draft, cancelled, deleted, other company): kept as a version, not derived from. */
      readonly voidReason: string | null;
      readonly notes: readonly RowNote[];
    }
  | {
      readonly kind: 'reject';
      /** Null when not even the key could be read. */
      readonly key: string | null;
      readonly code: RejectCode;
      readonly field: string;
      readonly message: string;
    };

/** What a stream's rows follow from; two mappings that agree on it read and mean the same. */
export interface StreamReading {
  /** Hash of what decides which rows are read and what they hold. */
  readonly rows: string;
  /** Hash of what decides what a row means. */
  readonly meaning: string;
  /** Columns without which a stored row cannot be mapped; null where rows are kept as they came. */
  readonly columns: readonly string[] | null;
}

/** A column of raw rows with words about a person. */
export interface PersonalColumn {
  readonly column: string;
  /** What the row says there, and whom it says it of; null where it says nothing. Throws where it cannot be read. */
  read(row: RawRow): { readonly subject: string; readonly words: string } | null;
  /** The row with another text there. */
  write(row: RawRow, text: string): RawRow;
}

/** What a stream's mapping expects of its source. */
export interface SourceExpectation {
  /** Columns or paths that the mapping names. */
  readonly names: readonly string[];
  /** Says what is wrong with one of them, where the mapping names it. */
  problemAt(name: string, message: string, hint?: string): MappingProblem;
  /**
   * Types of the named columns as the source declares them now. Absent where it declares none. Throws
   * LegacyUnavailableError, whose cause is a MappingError when something that is named is not there.
   */
  types?(signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
}

/** One stream of one system: rows of one kind, read by one watermark. */
export interface Stream {
  readonly name: string;
  readonly recordType: RecordType;
  /** Absent: nothing is known of it, and a new mapping reads its rows anew. */
  readonly reading?: StreamReading;
  readonly expects?: SourceExpectation;
  /** Columns that are kept under the keys of the persons whom they speak of. */
  readonly personal?: readonly PersonalColumn[];
  /**
   * Present when rows that are gone are looked for: every so many ms by reading all anew; null when only readings that
   * say themselves that they are whole show it.
   */
  readonly compare?: { readonly everyMs: number | null };
  /** True where a reading shows each key once: a second, other row under it is told as a finding. */
  readonly showsKeysOnce?: boolean;
  /** Reads rows changed since the watermark. Throws LegacyUnavailableError; honours the signal and its own deadlines. */
  read(options: ReadOptions): AsyncIterable<SourceBatch>;
  /** Never throws: a row that cannot be mapped is a reject with its reason. */
  map(row: RawRow): MappedRow;
  /** What the source wrote for a field, before any transform; null when the mapping takes it from no column. */
  rawText(field: string, row: RawRow): string | null;
  /** `field: other row` of each field whose value this row states only through another one. Absent: of none. */
  via?(row: RawRow): readonly string[];
}

/** A lot as the asked system knows it: the native key and last raw row of its lot stream. */
export interface NativeLot {
  readonly key: string;
  readonly raw: RawRow;
}

/** Stock of a lot at a location as the source states it now. */
export interface LiveStock {
  /** `key` of the native lot that was asked for. */
  readonly lot: string;
  readonly site: string;
  readonly location: string;
  /** Plain decimal text. */
  readonly onHand: string;
}

/** Questions that a system answers at query time. */
export interface LiveReader {
  /** The lot stream whose native keys `stock` takes. */
  readonly lotStream: string;
  /** Stock of all the given lots in one call (or one call a page). Throws LegacyUnavailableError. */
  stock(lots: readonly NativeLot[], signal: AbortSignal): Promise<readonly LiveStock[]>;
}

/** A record as its system knows it: native key and last raw row. */
export type NativeRecord = NativeLot;

/** What a command carries, or why it cannot be given. */
export type PreparedCommand =
  { readonly payload: Readonly<Record<string, RawValue>> } | { readonly problem: string };

/** Commands one system. */
export interface CommandChannel {
  /** Whether a repeat with the same key is certain to execute nothing, as the mapping declares. */
  readonly honoursIdempotencyKey: boolean;
  /** Streams of the records that a kind of command is given to and speaks of; null when the system takes none such. */
  targetOf(kind: CommandKind): { readonly stream: string; readonly place: string | null } | null;
  /** What the command will carry, in the system's own words. Asks nobody and sends nothing. */
  prepare(
    kind: CommandKind,
    target: NativeRecord,
    place: NativeRecord | null,
    asked: Readonly<Record<string, RawValue>>,
    /** The lot that another becomes a part of; only `mergeLots` speaks of one. */
    into?: NativeRecord | null,
  ): PreparedCommand;
  /** Sends once. Never throws. */
  send(command: OutgoingCommand, signal: AbortSignal): Promise<SendAnswer>;
  /** Reads the record of the command. Never throws; changes nothing. */
  readBack(command: OutgoingCommand, signal: AbortSignal): Promise<ReadBack>;
  close(): Promise<void>;
}

/** A legacy system as its published mapping describes it. */
export interface LegacySystem {
  readonly id: string;
  readonly name: LocalizedText;
  readonly kind: 'ERP' | 'WMS' | 'LIMS' | 'FILES' | 'OTHER';
  readonly timeZone: string;
  /** SHA-256 of the mapping as published: the version that each record carries. */
  readonly mappingVersion: string;
  /** In the order in which they should be read: what others refer to first. */
  readonly streams: readonly Stream[];
  readonly live: LiveReader | null;
  /** Commands that the mapping describes; null where it describes none. */
  readonly commandKinds: readonly CommandKind[];
  /** Takes them; null where there are none, or what its connection needs is not set. */
  readonly commands: CommandChannel | null;
  /** Answers when the system can be reached; throws LegacyUnavailableError otherwise. */
  ping(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
