// Stored objects to JSON: poor in lists, complete on request, references with their addresses.
import { isRecord } from '../http';
import type { Record_, Store } from '../store';
import { limsStamp } from '../story/calendar';
import { OBJECTS, limsUid } from './tables';
import type { PortalType } from './tables';

export const BASE = '/senaite/@@API/senaite/v1';

export type Json = Record<string, unknown>;

export const bodyOf = (row: Record_): Json => JSON.parse(String(row['body'])) as Json;

const PROGRESS: Record<string, number> = { published: 100, verified: 75, to_be_verified: 50 };

/** One item of an answer. */
export function itemOf(row: Record_, complete: boolean, origin: string): Json {
  const uid = String(row['uid']);
  const type = String(row['portal_type']);
  const poor: Json = {
    uid,
    id: row['id'],
    title: row['title'],
    portal_type: type,
    path: row['path'],
    url: `${origin}${String(row['path'])}`,
    api_url: `${origin}${BASE}/${type.toLowerCase()}/${uid}`,
    review_state: row['review_state'],
    created: row['created'],
    modified: row['modified'],
    ...(type === 'AnalysisRequest' ? { getProgress: PROGRESS[String(row['review_state'])] ?? 0 } : {}),
  };
  return complete ? { ...poor, ...(address(bodyOf(row), origin) as Json) } : poor;
}

/** Gives every reference `{uid}` its addresses. */
function address(value: unknown, origin: string): unknown {
  if (Array.isArray(value)) return value.map((element) => address(element, origin));
  if (!isRecord(value)) return value;
  const { uid } = value;
  if (typeof uid === 'string' && Object.keys(value).length === 1) {
    return { uid, url: `${origin}/senaite/resolveuid/${uid}`, api_url: `${origin}${BASE}/${uid}` };
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, address(inner, origin)]));
}

export const findObject = (store: Store, uid: string): Record_ | null =>
  store.get(`SELECT * FROM ${OBJECTS.name} WHERE uid = ?`, [uid]);

export function nextUid(store: Store, type: PortalType): { uid: string; n: number } {
  const n =
    Number(store.get('SELECT count(*) AS n FROM object WHERE portal_type = ?', [type])?.['n'] ?? 0) + 1;
  return { uid: limsUid(type, n), n };
}

/** Stores changed columns and body fields with a fresh stamp. */
export function change(store: Store, row: Record_, now: number, state: string | null, fields: Json): void {
  const body = { ...bodyOf(row), ...fields };
  const text = (name: string, column: string): string | null => {
    const value = name in fields ? fields[name] : row[column];
    return typeof value === 'string' ? value : null;
  };
  store.run(
    `UPDATE object SET body = ?, review_state = ?, modified = ?, client_reference = ?, client_sample_id = ? WHERE uid = ?`,
    [
      JSON.stringify(body),
      state ?? row['review_state'] ?? null,
      limsStamp(now),
      text('ClientReference', 'client_reference'),
      text('ClientSampleID', 'client_sample_id'),
      row['uid'] ?? null,
    ],
  );
}
