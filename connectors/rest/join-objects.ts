/** Objects that rows name, fetched by paths of their own: each once for all rows of a page that name it. */
import type { RawRow, RawValue } from '../contract';
import { valueAt } from '../mapping/columns';
import type { RestJoin } from '../mapping/document';
import { UNREADABLE } from '../mapping/row-mapper';
import type { Deadline } from '../resilience/deadline';
import type { HttpClient } from './http-client';
import { filledPath } from './path-template';

/** The rows with the object of each join under its alias, null where none is named or none is there. */
export async function joinObjects(
  client: HttpClient,
  rows: RawRow[],
  joins: readonly RestJoin[],
  deadline: Deadline,
): Promise<RawRow[]> {
  let joined = rows;
  for (const join of joins) {
    const paths = joined.map((row) => pathOf(row, join));
    const found = await fetchAll(client, join, [...new Set(paths.filter((path) => path !== null))], deadline);
    joined = joined.map((row, i) => ({ ...row, [join.as]: found.get(paths[i] ?? '') ?? null }));
  }
  return joined;
}

function pathOf(row: RawRow, { path }: RestJoin): string | null {
  const filled = filledPath(path, row);
  return UNREADABLE in row || 'missing' in filled ? null : filled.path;
}

/** A few at a time, so that a long page does not fill the queue. */
async function fetchAll(
  client: HttpClient,
  { item }: RestJoin,
  paths: readonly string[],
  deadline: Deadline,
): Promise<ReadonlyMap<string, RawValue>> {
  const found = new Map<string, RawValue>();
  const step = client.guard.concurrency;
  const fetchOne = async (path: string): Promise<void> => {
    const answer = await client.find({ method: 'GET', path }, deadline, (whole) =>
      valueAt(whole, item ?? ''),
    );
    if (answer !== null) found.set(path, answer);
  };
  for (let start = 0; start < paths.length; start += step)
    await Promise.all(paths.slice(start, start + step).map(fetchOne));
  return found;
}
