/** When rows of streams came, day by day. Pure. */
import type { CountedVersion } from './version-counts';

export interface FeedDay {
  readonly streamPk: number;
  /** Days since the epoch, UTC. */
  readonly day: number;
  arrived: number;
  timed: number;
  inTime: number;
  lastRowAt: number;
  longestPauseMs: number;
  firstBatch: number;
  lastBatch: number;
}

export const DAY_MS = 24 * 60 * 60_000;
export const dayOf = (instant: number): number => Math.floor(instant / DAY_MS);
export const dayId = (streamPk: number, day: number): string => `${streamPk}:${day}`;

/** Whether the version is a row that came, not one that was there before anyone looked, nor one that was mapped again. */
export const cameIn = (one: CountedVersion, beganAt: number | null): boolean =>
  beganAt !== null && one.read_at > beganAt && one.read_at !== one.old_read_at;

/** Whether the source says that it changed the row anew, so that it can be late. */
export const isTimed = (one: CountedVersion): boolean =>
  one.changed_at !== null && one.changed_at !== one.old_changed_at;

/** Counts rows in; `known` holds the days that are kept, of each stream the latest at least. */
export class FeedDays {
  readonly #changed = new Map<string, FeedDay>();
  readonly #days = new Map<string, FeedDay>();
  readonly #lastRowAt = new Map<number, number>();

  constructor(known: readonly FeedDay[]) {
    for (const day of known) {
      this.#days.set(dayId(day.streamPk, day.day), { ...day });
      this.#seen(day.streamPk, day.lastRowAt);
    }
  }

  get changed(): ReadonlyMap<string, FeedDay> {
    return this.#changed;
  }

  /** `beganAt`: since when the stream is watched. */
  count(one: CountedVersion, beganAt: number, arriveWithinMs: number): void {
    const day = this.#dayOf(one);
    const before = this.#lastRowAt.get(one.stream_pk) ?? beganAt;
    day.longestPauseMs = Math.max(day.longestPauseMs, one.read_at - before);
    day.lastRowAt = Math.max(day.lastRowAt, one.read_at);
    day.arrived += 1;
    const batch = one.batch_pk ?? 0;
    day.firstBatch = Math.min(day.firstBatch, batch);
    day.lastBatch = Math.max(day.lastBatch, batch);
    if (isTimed(one)) {
      day.timed += 1;
      if (one.read_at - (one.changed_at ?? 0) <= arriveWithinMs) day.inTime += 1;
    }
    this.#seen(one.stream_pk, one.read_at);
  }

  #seen(streamPk: number, at: number): void {
    this.#lastRowAt.set(streamPk, Math.max(this.#lastRowAt.get(streamPk) ?? 0, at));
  }

  #dayOf({ stream_pk: streamPk, read_at, batch_pk }: CountedVersion): FeedDay {
    const day = dayOf(read_at);
    const id = dayId(streamPk, day);
    const batch = batch_pk ?? 0;
    const known = this.#days.get(id) ?? {
      ...{ streamPk, day, arrived: 0, timed: 0, inTime: 0, lastRowAt: read_at, longestPauseMs: 0 },
      ...{ firstBatch: batch, lastBatch: batch },
    };
    this.#days.set(id, known);
    this.#changed.set(id, known);
    return known;
  }
}
