/** The pages of a list, each checked against what its own envelope says: half a page is an error, never a loss. */
import type { RawValue } from '../contract';
import { valueAt } from '../mapping/columns';
import type { Paging, RestSource } from '../mapping/document';
import type { Deadline } from '../resilience/deadline';
import type { HttpClient, Parameters } from './http-client';

const DEFAULT_SIZE = 200;

export interface Page {
  readonly items: readonly RawValue[];
  readonly isLast: boolean;
  /** Path of the next page, where the source gives it. */
  readonly next: string | null;
}

/** Where a page begins: so many items after the beginning, or at a link. */
export interface PageStart {
  readonly offset: number;
  readonly next: string | null;
  /** Value of the parameter that asks for changes, in the form the source wants. */
  readonly since: string | null;
}

export async function readPage(
  client: HttpClient,
  source: RestSource,
  start: PageStart,
  deadline: Deadline,
): Promise<Page> {
  const request =
    start.next === null
      ? { method: 'GET' as const, path: source.path, query: queryOf(source, start) }
      : { method: 'GET' as const, path: start.next };
  return await client.ask(request, deadline, (answer) => checkedPage(client, source, start, answer));
}

export const pageSize = (source: RestSource): number => source.paging?.size ?? DEFAULT_SIZE;

function queryOf(source: RestSource, { offset, since }: PageStart): Parameters {
  const query: [string, string | number | boolean][] = Object.entries(source.params ?? {});
  const { paging } = source;
  if (paging !== undefined && paging.style !== 'none') {
    if (paging.sizeParam !== undefined) query.push([paging.sizeParam, pageSize(source)]);
    if (paging.param !== undefined && paging.style === 'offset') query.push([paging.param, offset]);
    if (paging.param !== undefined && paging.style === 'page') {
      query.push([paging.param, (paging.firstPage ?? 1) + Math.floor(offset / pageSize(source))]);
    }
  }
  if (since !== null && source.since !== undefined) query.push([source.since.param, since]);
  return query;
}

function checkedPage(client: HttpClient, source: RestSource, start: PageStart, answer: RawValue): Page {
  const items = valueAt(answer, source.items);
  if (!Array.isArray(items)) throw client.nonsense(`the answer holds no list at "${source.items}"`);
  const { paging } = source;
  if (paging === undefined || paging.style === 'none') return { items, isLast: true, next: null };
  checkPageCount(client, paging, answer, items.length);
  const next = nextLink(client, paging, answer);
  if (paging.total === undefined) {
    // without a total, only an empty page or a missing link proves the end
    return { items, isLast: paging.style === 'next-link' ? next === null : items.length === 0, next };
  }
  const total = countAt(client, answer, paging.total);
  const left = Math.max(0, total - start.offset);
  const expected =
    paging.style === 'next-link' && next !== null ? items.length : Math.min(left, pageSize(source));
  if (items.length !== expected) {
    throw client.nonsense(`a page holds ${items.length} items where its count says ${expected}`);
  }
  return { items, isLast: left <= items.length, next };
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

function nextLink(client: HttpClient, paging: Paging, answer: RawValue): string | null {
  if (paging.style !== 'next-link' || paging.next === undefined) return null;
  const link = valueAt(answer, paging.next);
  return typeof link === 'string' && link !== '' ? client.pathOf(link) : null;
}
