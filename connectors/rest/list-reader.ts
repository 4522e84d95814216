/**
 * Reads a list in the order of change where the source can give it. Oldest first, each page asks for what changed
 * since the last one, so that a list that shifts while it is read loses nothing; newest first, reading stops at
 * the watermark; without an order, all is read.
 */
import type { Clock } from '../../platform/clock';
import type { RawRow, RawValue, ReadOptions, SourceBatch, Watermark } from '../contract';
import { pathGetter } from '../mapping/columns';
import { millisecondsOf, type WatermarkSpec } from '../mapping/document';
import type { Deadline } from '../resilience/deadline';
import { DEFAULT_OVERLAP_MS, instantOf, notAhead } from '../watermark-time';
import { textOf } from '../transforms/transform';

export interface Page {
  readonly items: readonly RawValue[];
  readonly isLast: boolean;
  /** Path or cursor of the next page, where the source gives it. */
  readonly next: string | null;
}

/** Where a page begins: so many items after the beginning, or at a link or cursor. */
export interface PageStart {
  readonly offset: number;
  readonly next: string | null;
  /** Instant that asks for changes since, in ms since the epoch; null asks for all. */
  readonly since: number | null;
}

/** A list of a source over HTTP: how a page of it is asked for, and what rows its items make. */
export interface PagedList {
  readonly order: 'newest-first' | 'oldest-first' | 'any';
  /** Whether a page can be asked for what changed since an instant. */
  readonly asksSince: boolean;
  page(start: PageStart, deadline: Deadline): Promise<Page>;
  rows(items: readonly RawValue[], deadline: Deadline): Promise<RawRow[]>;
}

export interface ListReadContext {
  readonly list: PagedList;
  readonly watermark: WatermarkSpec | undefined;
  readonly zone: string;
  readonly clock: Clock;
  readonly deadline: Deadline;
}

/** A change time as the source writes it, and the instant that it names. */
interface Mark {
  readonly text: string;
  readonly instant: number;
}

export async function* readList(context: ListReadContext, options: ReadOptions): AsyncGenerator<SourceBatch> {
  const { list, deadline } = context;
  const before = markOf(options.since, context);
  const start = before === null ? null : before.instant - overlapOf(context.watermark);
  const pages =
    list.order === 'oldest-first' && list.asksSince
      ? seekPages(context, start)
      : countedPages(context, start);
  const resumable = list.order === 'oldest-first';
  let newest = before;
  let seen = new Set<string>();
  for await (const { items, isLast } of pages) {
    const fresh = items.filter((item) => !seen.has(JSON.stringify(item)));
    // a list that grew in front shows the end of one page again on the next
    seen = new Set(items.map((item) => JSON.stringify(item)));
    for (const item of fresh) newest = later(newest, markOfItem(item, context));
    const rows = await list.rows(wanted(fresh, start, context), deadline);
    const watermark = isLast || resumable ? watermarkOf(newest, context) : null;
    yield* inBatches(rows, options.batchSize, watermark, isLast);
    if (isLast) return;
  }
}

/** Rows are handed on in batches; only the last one of a page moves the watermark. */
function* inBatches(
  rows: readonly RawRow[],
  size: number,
  watermark: Watermark | null,
  isLast: boolean,
): Generator<SourceBatch> {
  for (let at = 0; at < rows.length || (at === 0 && isLast); at += size) {
    yield { rows: rows.slice(at, at + size), watermark: at + size >= rows.length ? watermark : null };
  }
}

/** Pages by their number or link; newest first, the page that reaches the start is the last. */
async function* countedPages(context: ListReadContext, start: number | null): AsyncGenerator<Page> {
  const { list, deadline } = context;
  for (let offset = 0, next: string | null = null; ;) {
    deadline.check();
    const page: Page = await list.page({ offset, next, since: start }, deadline);
    const reached =
      list.order === 'newest-first' &&
      start !== null &&
      page.items.some((item) => isBefore(item, start, context));
    yield { ...page, isLast: page.isLast || reached };
    offset += page.items.length;
    next = page.next;
  }
}

/** Pages that each begin at the last change seen; among equal times the offset goes on counting. */
async function* seekPages(context: ListReadContext, start: number | null): AsyncGenerator<Page> {
  const { list, deadline } = context;
  let from = start;
  let offset = 0;
  for (;;) {
    deadline.check();
    const page = await list.page({ offset, next: null, since: from }, deadline);
    yield page;
    const last = markOfItem(page.items.at(-1) ?? null, context)?.instant ?? null;
    // a source that keeps finer time than it takes may list what lies before: only the offset moves on then
    if (last === null || (from !== null && last <= from)) {
      offset += page.items.length;
      continue;
    }
    // how many of this page carry its last time: those are listed again first
    let same = 0;
    while (
      same < page.items.length &&
      markOfItem(page.items.at(-1 - same) ?? null, context)?.instant === last
    )
      same += 1;
    from = last;
    offset = same;
  }
}

const overlapOf = (watermark: WatermarkSpec | undefined): number =>
  millisecondsOf(typeof watermark?.overlap === 'string' ? watermark.overlap : undefined, DEFAULT_OVERLAP_MS);

function isBefore(item: RawValue, start: number, context: ListReadContext): boolean {
  const mark = markOfItem(item, context);
  return mark !== null && mark.instant < start;
}

/** Items changed before the start were read before; one that does not say when it changed is always read. */
function wanted(
  items: readonly RawValue[],
  start: number | null,
  context: ListReadContext,
): readonly RawValue[] {
  if (start === null || context.list.order !== 'newest-first') return items;
  return items.filter((item) => !isBefore(item, start, context));
}

function markOfItem(item: RawValue, { watermark, zone }: ListReadContext): Mark | null {
  if (watermark === undefined || typeof item !== 'object' || item === null || Array.isArray(item))
    return null;
  for (const path of [watermark.from].flat()) {
    const value = pathGetter(path)(item);
    const instant = instantOf(value, watermark, zone);
    if (instant !== null) return { text: textOf(value) ?? '', instant };
  }
  return null;
}

function later(a: Mark | null, b: Mark | null): Mark | null {
  if (a === null || b === null) return a ?? b;
  return b.instant > a.instant ? b : a;
}

function markOf(since: Watermark | null, { watermark, zone }: ListReadContext): Mark | null {
  const text = since?.['mark'];
  if (watermark === undefined || typeof text !== 'string') return null;
  const instant = instantOf(text, watermark, zone);
  return instant === null ? null : { text, instant };
}

function watermarkOf(mark: Mark | null, { watermark, zone, clock }: ListReadContext): Watermark | null {
  if (mark === null || watermark === undefined) return null;
  return { mark: notAhead(mark.text, watermark, zone, clock.now()) };
}
