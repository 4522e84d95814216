/** Makes rows of listed items: fetched whole where the list is poor, one for each element of a nested list. */
import type { RawRow, RawValue } from '../contract';
import { valueAt } from '../mapping/columns';
import { joinObjects } from './join-objects';
import { withListPivots } from './list-pivot';
import { filledPath } from './path-template';
import type { Predicate } from '../mapping/conditions';
import type { RestSource, SourcePart } from '../mapping/document';
import { UNREADABLE } from '../mapping/row-mapper';
import type { Deadline } from '../resilience/deadline';
import type { HttpClient } from './http-client';

const isObject = (value: RawValue): value is { [key: string]: RawValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export async function rowsOf(
  client: HttpClient,
  source: RestSource & SourcePart,
  items: readonly RawValue[],
  belongs: Predicate,
  deadline: Deadline,
): Promise<RawRow[]> {
  const whole = source.detail === undefined ? items : await fetchDetails(client, source, items, deadline);
  return await joinObjects(client, rowsOfItems(whole, source, belongs), source.joins ?? [], deadline);
}

/** Rows of items that are whole: one each, or one for each element of a nested list. */
export function rowsOfItems(
  items: readonly RawValue[],
  source: Pick<RestSource, 'each' | 'pivot'> & Pick<SourcePart, 'set'>,
  belongs: Predicate,
): RawRow[] {
  const { set } = source;
  return items
    .flatMap((item) => expandItem(item, source.each))
    .map((row) => withListPivots(row, source.pivot))
    .map((row) => (set === undefined ? row : { ...row, ...set }))
    .filter((row) => UNREADABLE in row || belongs(row));
}

/** Details are asked for a few at a time, so that a long page does not fill the queue. */
async function fetchDetails(
  client: HttpClient,
  source: RestSource,
  items: readonly RawValue[],
  deadline: Deadline,
): Promise<RawValue[]> {
  const result: RawValue[] = [];
  const step = client.guard.concurrency;
  for (let start = 0; start < items.length; start += step) {
    const group = items.slice(start, start + step);
    result.push(...(await Promise.all(group.map((item) => fetchDetail(client, source, item, deadline)))));
  }
  return result;
}

async function fetchDetail(
  client: HttpClient,
  { detail }: RestSource,
  item: RawValue,
  deadline: Deadline,
): Promise<RawValue> {
  if (detail === undefined || !isObject(item)) return item;
  const filled = filledPath(detail.path, item);
  if ('missing' in filled) throw client.nonsense(`a listed item has no "${filled.missing}"`);
  const { path } = filled;
  return await client.ask({ method: 'GET', path }, deadline, (answer) => {
    const found = valueAt(answer, detail.item ?? '');
    if (!isObject(found)) throw client.nonsense('the answer holds no item');
    return { ...item, ...found };
  });
}

/** One row, or one for each element of a nested list; what is no object is a row that says so. */
export function expandItem(item: RawValue, each: RestSource['each'] | undefined): RawRow[] {
  if (!isObject(item)) return [{ [UNREADABLE]: 'a listed item is not an object', value: item }];
  if (UNREADABLE in item) return [item];
  if (each === undefined) return [item];
  const list = valueAt(item, each.path);
  if (list === null) return [];
  if (each.names !== undefined && isObject(list))
    return rowsOfProperties(item, list, each.path, each.as, each.names);
  if (!Array.isArray(list)) return [{ ...item, [UNREADABLE]: `"${each.path}" is not a list` }];
  // the list is left out of the rows made of it, or each row would carry all the others
  const rest = Object.fromEntries(Object.entries(item).filter(([name]) => name !== each.path));
  return list.map((element, index) => ({ ...rest, [each.as]: element, '#index': index }));
}

/** One row for each property of an object whose names are data: the tests of a sample, the sizes of an article. */
function rowsOfProperties(
  item: RawRow,
  object: { readonly [name: string]: RawValue },
  path: string,
  as: string,
  names: string,
): RawRow[] {
  const rest = Object.fromEntries(Object.entries(item).filter(([name]) => name !== path));
  return Object.entries(object).map(([name, value]) => ({ ...rest, [names]: name, [as]: value }));
}
