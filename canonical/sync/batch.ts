/** What is known of a batch while it is written. */
import type { MappedRecord } from './batch-mapper';

/** One run over a stream. */
export interface Reading {
  /** Keys of its batches are greater. */
  readonly startKey: number;
  /** ms since the epoch. */
  readonly startedAt: number;
}

/** A stream as the copy knows it. */
export interface StreamState {
  readonly pk: number;
  readonly system: string;
  readonly mappingVersion: string;
  /** Whether rejected rows may exist that an accepted row would resolve. */
  mayHaveRejects: boolean;
  /** False while no record is known to be there: each key is taken for new, and looked up once that proves wrong. */
  hasRecords: boolean;
  /** The reading that rows come from, where it shows each key once. */
  readonly reading?: Reading;
}

export interface BatchOutcome {
  readonly changed: number;
  readonly unchanged: number;
  readonly rejected: number;
  /** Lots whose stock, holds or standing may have changed. */
  readonly touchedLots: ReadonlySet<number>;
  /** Items that were derived anew. */
  readonly touchedItems: ReadonlySet<number>;
  /** How long each changed row took from the source's change to the commit, in ms; rows without a change time left out. */
  readonly changedAt: readonly number[];
}

/** A record whose content is new, and the version that it becomes. */
export interface ChangedRecord {
  readonly mapped: MappedRecord;
  readonly pk: number;
  readonly version: number;
  readonly isNew: boolean;
  readonly previousEntityPk: number | null;
}
