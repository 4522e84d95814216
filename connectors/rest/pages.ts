/** The pages of a list, each checked against what its own envelope says: half a page is an error, never a loss. */
import { DateTime } from 'luxon';
import { compileTemplate, OMITTED, type FillJson, type TemplateValues } from '../commands/template';
import type { RawValue } from '../contract';
import { valueAt } from '../mapping/columns';
import type { Paging, RestSource, Template } from '../mapping/document';
import { UNREADABLE } from '../mapping/row-mapper';
import type { Deadline } from '../resilience/deadline';
import { show } from '../transforms/transform';
import type { HttpClient, JsonRequest, Parameters } from './http-client';
import type { Page, PageStart } from './list-reader';
import { PAGE_VALUES } from './page-values';

const DEFAULT_SIZE = 200;
/** Asks for one page of a list. */
export type ReadPage = (start: PageStart, deadline: Deadline) => Promise<Page>;

/** `zone` is that of times which the source takes without an offset. */
export function pageReader(client: HttpClient, source: RestSource, zone: string): ReadPage {
  const body = source.body === undefined ? null : fillBody(source.body);
  return async (start, deadline) =>
    await client.ask(requestFor(source, start, zone, body), deadline, (answer) =>
      checkedPage(client, source, start, answer),
    );
}

export const pageSize = (source: RestSource): number => source.paging?.size ?? DEFAULT_SIZE;

function fillBody(template: Template): FillJson {
  return compileTemplate(template, PAGE_VALUES, () => undefined);
}

function requestFor(source: RestSource, start: PageStart, zone: string, body: FillJson | null): JsonRequest {
  const since = sinceText(source, start.since, zone);
  const linked = source.paging?.style === 'next-link' && start.next !== null;
  const place = linked ? { path: start.next } : { path: source.path, query: queryOf(source, start, since) };
  if (source.method !== 'POST') return { method: 'GET', ...place };
  const filled = body?.(pageValues(source, start, since));
  return { method: 'POST', ...place, body: filled === undefined || filled === OMITTED ? {} : filled };
}

function pageValues(source: RestSource, { offset, next }: PageStart, since: string | null): TemplateValues {
  return {
    ...{ offset, page: pageNumber(source, offset), size: pageSize(source), since, cursor: next },
    columns: source.columns?.join(',') ?? null,
  };
}

const pageNumber = (source: RestSource, offset: number): number =>
  (source.paging?.firstPage ?? 1) + Math.floor(offset / pageSize(source));

/** Where reading starts, in the form the source wants. */
function sinceText({ since }: RestSource, start: number | null, zone: string): string | null {
  if (since === undefined) return null;
  if (start === null) return since.initially ?? null;
  return since.format === undefined
    ? new Date(start).toISOString()
    : DateTime.fromMillis(start, { zone, locale: 'en-US' }).toFormat(since.format);
}

function queryOf(source: RestSource, { offset, next }: PageStart, since: string | null): Parameters {
  const query: [string, string | number | boolean][] = Object.entries(source.params ?? {});
  const { paging } = source;
  if (paging !== undefined && paging.style !== 'none') {
    if (paging.sizeParam !== undefined) query.push([paging.sizeParam, pageSize(source)]);
    const { param } = paging;
    if (param !== undefined && paging.style === 'offset') query.push([param, offset]);
    if (param !== undefined && paging.style === 'page') query.push([param, pageNumber(source, offset)]);
    if (param !== undefined && paging.style === 'cursor' && next !== null) query.push([param, next]);
  }
  if (since !== null && source.since?.param !== undefined) query.push([source.since.param, since]);
  return query;
}

function checkedPage(client: HttpClient, source: RestSource, start: PageStart, answer: RawValue): Page {
  const found = valueAt(answer, source.items);
  if (!Array.isArray(found)) throw client.nonsense(`the answer holds no list at "${source.items}"`);
  const items = source.columns === undefined ? found : found.map((item) => named(item, source.columns ?? []));
  const { paging } = source;
  if (paging === undefined || paging.style === 'none') return { items, isLast: true, next: null };
  checkPageCount(client, paging, answer, items.length);
  const next = nextOf(client, paging, answer);
  if (next !== null && next === start.next) throw client.nonsense('a page names itself as the next one');
  const byLink = paging.style === 'next-link' || paging.style === 'cursor';
  if (paging.total === undefined) {
    // without a total, only an empty page, a flag or a missing link proves the end
    const ended = byLink ? next === null : items.length === 0;
    return { items, isLast: ended || hasMore(client, paging, answer) === false, next };
  }
  const total = countAt(client, answer, paging.total);
  const left = Math.max(0, total - start.offset);
  const expected = byLink && next !== null ? items.length : Math.min(left, pageSize(source));
  if (items.length !== expected) {
    throw client.nonsense(`a page holds ${items.length} items where its count says ${expected}`);
  }
  return { items, isLast: left <= items.length, next };
}

/** An item that is a list of values, by the names of its places. */
function named(item: RawValue, columns: readonly string[]): RawValue {
  if (!Array.isArray(item) || item.length !== columns.length) {
    const found = Array.isArray(item) ? `${item.length} values` : show(item);
    return { [UNREADABLE]: `an item holds ${found}, expected ${columns.length} values`, value: item };
  }
  return Object.fromEntries(columns.map((column, i) => [column, item[i] ?? null]));
}

function checkPageCount(client: HttpClient, paging: Paging, answer: RawValue, found: number): void {
  if (paging.pageCount === undefined) return;
  const counted = countAt(client, answer, paging.pageCount);
  if (counted !== found) throw client.nonsense(`a page holds ${found} items where it says ${counted}`);
}

function countAt(client: HttpClient, answer: RawValue, path: string): number {
  const value = valueAt(answer, path);
  const count = typeof value === 'string' && /^\d+$/u.test(value) ? Number(value) : value;
  if (typeof count !== 'number') throw client.nonsense(`the answer holds no count at "${path}"`);
  return count;
}

/** False: the source says that this page is the last. */
function hasMore(client: HttpClient, paging: Paging, answer: RawValue): boolean | null {
  if (paging.more === undefined) return null;
  const flag = valueAt(answer, paging.more);
  if (flag === true || flag === 'true' || flag === 1) return true;
  if (flag === false || flag === 'false' || flag === 0) return false;
  throw client.nonsense(`the answer does not say at "${paging.more}" whether there is more`);
}

function nextOf(client: HttpClient, paging: Paging, answer: RawValue): string | null {
  if (paging.next === undefined) return null;
  const next = valueAt(answer, paging.next);
  if (paging.style === 'cursor')
    return (typeof next === 'string' || typeof next === 'number') && next !== '' ? String(next) : null;
  if (paging.style !== 'next-link') return null;
  return typeof next === 'string' && next !== '' ? client.pathOf(next) : null;
}
