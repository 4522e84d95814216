// The LIMS behind HTTP: basic auth, paged lists that are poorer than details, and updates.
import { join } from 'node:path';
import { jsonOf, textOf } from '../http';
import type { Reply, Request } from '../http';
import { serve } from '../simulator';
import type { Running, System } from '../simulator';
import type { Value } from '../sql';
import { Store } from '../store';
import { DAY, dayOf, isoDay, limsStamp } from '../story/calendar';
import { act } from './acts';
import { BASE, change, findObject, itemOf } from './objects';
import type { Json } from './objects';
import { PORTAL_TYPES } from './tables';
import { refusal, transit } from './transitions';

export const LIMS_LOGIN = { username: 'integration', password: 'lims-secret' } as const;

const BASIC = `Basic ${Buffer.from(`${LIMS_LOGIN.username}:${LIMS_LOGIN.password}`).toString('base64')}`;
const FILTERS: Readonly<Record<string, string>> = {
  review_state: 'review_state',
  UID: 'uid',
  id: 'id',
  getClientReference: 'client_reference',
  getClientSampleID: 'client_sample_id',
  getRequestUID: 'request_uid',
  getBatchUID: 'batch_uid',
};
const SORTS: Readonly<Record<string, string>> = { modified: 'modified', created: 'created', id: 'id' };
const RECENT: Readonly<Record<string, number>> = {
  today: 0,
  yesterday: 1,
  'this-week': 7,
  'this-month': 30,
  'this-year': 365,
};
const CATALOGS: Readonly<Record<string, string>> = {
  senaite_catalog_sample: 'AnalysisRequest',
  senaite_catalog_analysis: 'Analysis',
};

class Lims implements System {
  readonly name = 'lims';
  private readonly counts = new Map<string, number>();

  constructor(private readonly store: Store) {}

  isCommand({ method, path }: Request): boolean {
    return method === 'POST' && path.startsWith(`${BASE}/update`);
  }

  handle(request: Request): Reply {
    return this.isCommand(request) ? this.update(request, true) : this.read(request);
  }

  pretend(request: Request): Promise<Reply> {
    return Promise.resolve(this.update(request, false));
  }

  refusal(): Reply {
    return { status: 400, body: { success: false, message: 'Update not allowed' } };
  }

  activity(body: Record<string, unknown>): Promise<unknown> {
    this.counts.clear();
    return Promise.resolve(this.store.transact(() => act(this.store, body)));
  }

  close(): Promise<void> {
    this.store.close();
    return Promise.resolve();
  }

  private read(request: Request): Reply {
    this.authorise(request);
    if (!request.path.startsWith(`${BASE}/`)) throw refusal(`Not found: ${request.path}`, 404);
    const [first = '', second] = request.path.slice(BASE.length + 1).split('/');
    if (second !== undefined && second !== '') return this.detail(second, request);
    if (first === 'search') {
      const wanted = request.query.get('portal_type') ?? CATALOGS[request.query.get('catalog') ?? ''];
      return this.list(request, wanted === undefined ? null : typeOf(wanted));
    }
    const type = typeOf(first);
    return type === null ? this.detail(first, request) : this.list(request, type);
  }

  private detail(uid: string, request: Request): Reply {
    const row = findObject(this.store, uid);
    if (!row) throw refusal(`No object found for UID ${uid}`, 404);
    return {
      status: 200,
      body: {
        count: 1,
        pagesize: 1,
        page: 1,
        pages: 1,
        next: null,
        previous: null,
        _runtime: 0.01,
        items: [itemOf(row, true, request.origin)],
      },
    };
  }

  private list(request: Request, type: string | null): Reply {
    const started = performance.now();
    const { query, origin } = request;
    const limit = Math.min(1000, Math.max(1, Number(query.get('limit') ?? 25) || 25));
    const start = Math.max(0, Number(query.get('b_start') ?? 0) || 0);
    const { sql, values } = whereOf(query, type);
    const order = /^desc/i.test(query.get('sort_order') ?? '') ? 'DESC' : 'ASC';
    const column = SORTS[query.get('sort_on') ?? 'created'] ?? 'created';
    const count = this.count(sql, values);
    const rows = this.store.all(
      `SELECT * FROM object WHERE uid IN (SELECT uid FROM object ${sql} ORDER BY ${column} ${order}, uid ${order} LIMIT ? OFFSET ?) ORDER BY ${column} ${order}, uid ${order}`,
      [...values, limit, start],
    );
    const link = (at: number): string => {
      const next = new URLSearchParams(query);
      next.set('b_start', String(at));
      return `${origin}${request.path}?${next.toString()}`;
    };
    const complete = ['yes', 'true', '1'].includes(query.get('complete') ?? '');
    return {
      status: 200,
      body: {
        count,
        pagesize: limit,
        page: Math.floor(start / limit) + 1,
        pages: Math.max(1, Math.ceil(count / limit)),
        next: start + limit < count ? link(start + limit) : null,
        previous: start > 0 ? link(Math.max(0, start - limit)) : null,
        _runtime: Math.round(performance.now() - started) / 1000,
        items: rows.map((row) => itemOf(row, complete, origin)),
      },
    };
  }

  private count(sql: string, values: readonly Value[]): number {
    const key = `${sql} ${values.join('|')}`;
    let count = this.counts.get(key);
    if (count === undefined) {
      count = Number(this.store.get(`SELECT count(*) AS n FROM object ${sql}`, values)?.['n'] ?? 0);
      this.counts.set(key, count);
    }
    return count;
  }

  private update(request: Request, keep: boolean): Reply {
    this.authorise(request);
    const { transition, uid: inBody, ...fields } = jsonOf(request) as Json;
    const uid = request.path.slice(`${BASE}/update`.length).replace(/^\//, '') || (textOf(inBody) ?? '');
    const name = textOf(transition);
    if (name === undefined && Object.keys(fields).length === 0) throw refusal('Nothing to update');
    if (keep) this.counts.clear();
    const now = Date.now();
    const item = this.store.transact(() => {
      const row = findObject(this.store, uid);
      if (!row) throw refusal(`No object found for UID ${uid}`, 404);
      if (name === undefined) change(this.store, row, now, null, fields);
      else transit(this.store, row, name, now, fields);
      const changed = findObject(this.store, uid);
      return changed ? itemOf(changed, true, request.origin) : null;
    }, keep);
    return { status: 200, body: { count: 1, items: [item], _runtime: 0.01 } };
  }

  private authorise(request: Request): void {
    if (request.headers.authorization !== BASIC) throw refusal('Unauthorized', 401);
  }
}

const typeOf = (word: string): string | null =>
  PORTAL_TYPES.find((type) => type.toLowerCase() === word.toLowerCase()) ?? null;

function whereOf(query: URLSearchParams, type: string | null): { sql: string; values: Value[] } {
  const conditions: string[] = [];
  const values: Value[] = [];
  if (type !== null) {
    conditions.push('portal_type = ?');
    values.push(type);
  }
  for (const [name, column] of Object.entries(FILTERS)) {
    const given = query.getAll(name);
    if (given.length === 0) continue;
    conditions.push(`${column} IN (SELECT value FROM json_each(?))`);
    values.push(JSON.stringify(given));
  }
  const from = fromOf(query);
  if (from !== null) {
    conditions.push('modified >= ?');
    values.push(from);
  }
  return { sql: conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '', values };
}

function fromOf(query: URLSearchParams): string | null {
  const exact = query.get('modified_from');
  if (exact !== null) {
    const instant = Date.parse(exact.replace(' ', '+')); // a plus sign that was not encoded
    if (Number.isNaN(instant)) throw refusal(`modified_from cannot be read: ${exact}`);
    return limsStamp(instant);
  }
  const days = RECENT[query.get('recent_modified') ?? ''];
  return days === undefined ? null : `${isoDay(dayOf(Date.now() - days * DAY))}T00:00:00+08:00`;
}

/** Starts the LIMS on a directory that holds a story. */
export const startLims = ({ dir, port = 0 }: { dir: string; port?: number }): Promise<Running> =>
  serve(new Lims(new Store(join(dir, 'lims.sqlite'))), dir, port);
