/**
 * Looks at a REST API: the lists that an OpenAPI document describes, or whatever path one is asked about, and what its
 * first answer shows. It sends GET alone.
 */
import { NotFoundError } from '../../platform/errors';
import type { RawRow, RawValue } from '../contract';
import { Deadline } from '../resilience/deadline';
import type { HttpClient } from '../rest/http-client';
import { profileRows, uniqueOf } from './json-columns';
import { listsOf, type DescribedList } from './openapi';
import type { ColumnProfile, SourceInspector } from './source-profile';

const INSPECT_MS = 30_000;
const DEEPEST = 3;

/** `openApi` is the parsed document; without one, resources are the paths that one asks about. */
export function inspectRest(client: HttpClient, openApi: unknown, system = 'source'): SourceInspector {
  const described = openApi === undefined ? [] : listsOf(openApi);
  return {
    resources: () =>
      Promise.resolve(
        described.map(({ path, comment }) => ({
          ...{ name: path, kind: 'endpoint' as const, comment, rows: null, rowsExact: false },
        })),
      ),
    profile: async (name, { sampleRows }, signal) => {
      const list = described.find(({ path }) => path === name);
      if (/^\w+:|^\/\//u.test(name) || (openApi !== undefined && list === undefined))
        throw new NotFoundError(`there is no endpoint "${name}"`);
      const found =
        sampleRows === 0
          ? { rows: [], at: null }
          : await client.ask(
              { method: 'GET', path: name },
              new Deadline(system, INSPECT_MS, signal),
              (answer) => {
                const lists = listIn(answer, '', DEEPEST);
                if (lists === null) throw client.nonsense(`the answer of "${name}" holds no list of objects`);
                return lists;
              },
            );
      const columns = merged(list, profileRows(found.rows.slice(0, sampleRows)));
      return {
        ...{ name, kind: 'endpoint', rows: found.at === null ? null : found.rows.length, rowsExact: false },
        comment: found.at === null ? (list?.comment ?? null) : `list at "${found.at}"`,
        ...{ columns, unique: uniqueOf(columns) },
      };
    },
  };
}

/** The longest list of objects near the top of an answer, and its path. */
function listIn(value: RawValue, at: string, depth: number): { rows: RawRow[]; at: string } | null {
  if (Array.isArray(value)) {
    const rows = value.filter(
      (one): one is { [key: string]: RawValue } =>
        typeof one === 'object' && one !== null && !Array.isArray(one),
    );
    return rows.length === value.length ? { rows, at } : null;
  }
  if (typeof value !== 'object' || value === null || depth === 0) return null;
  const found = Object.entries(value).flatMap(
    ([name, part]) => listIn(part, at === '' ? name : `${at}.${name}`, depth - 1) ?? [],
  );
  return found.reduce<{ rows: RawRow[]; at: string } | null>(
    (best, one) => (best === null || one.rows.length > best.rows.length ? one : best),
    null,
  );
}

/** What the document declares, with the figures of what was seen; seen but not declared comes last. */
function merged(list: DescribedList | undefined, seen: readonly ColumnProfile[]): ColumnProfile[] {
  const declared = list?.properties ?? [];
  const byName = new Map(seen.map((column) => [column.name, column]));
  const known = new Set(declared.map(({ name }) => name));
  return [
    ...declared.map(({ name, type, nullable, comment }): ColumnProfile => {
      const figures = byName.get(name);
      const none = { nullRate: null, distinct: null, sampled: 0, samples: [], patterns: [] };
      return { ...(figures ?? none), ...{ name, type, nullable, comment, keyPart: 0, references: null } };
    }),
    ...seen.filter(({ name }) => !known.has(name)),
  ];
}
