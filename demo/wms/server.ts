// The WMS behind HTTP: login with a cookie session, lists, details, and commands.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { isRecord, jsonOf, textOf } from '../http';
import type { Reply, Request } from '../http';
import { serve } from '../simulator';
import type { Running, System } from '../simulator';
import { Store } from '../store';
import { act } from './acts';
import { refuse } from './book';
import { LISTS, Lists } from './lists';
import { Lookup } from './lookup';
import { lotKey } from './tables';
import { adjust, adjustAll, updateLot } from './updates';

export const WMS_LOGIN = { username: 'integration', password: 'wms-secret' } as const;
const BASE = '/openboxes/api/';

class Wms implements System {
  readonly name = 'wms';
  private readonly sessions = new Set<string>();
  private readonly lookup: Lookup;
  private readonly lists: Lists;

  constructor(private readonly store: Store) {
    this.lookup = new Lookup(store);
    this.lists = new Lists(store, this.lookup);
  }

  isCommand({ method, path }: Request): boolean {
    const route = path.slice(BASE.length);
    return method !== 'GET' && (route.startsWith('inventoryItems/') || route === 'stockAdjustments');
  }

  handle(request: Request): Reply {
    return this.isCommand(request) ? this.command(request, true) : this.read(request);
  }

  pretend(request: Request): Promise<Reply> {
    return Promise.resolve(this.command(request, false));
  }

  refusal(): Reply {
    return { status: 400, body: refuse('Validation error').body };
  }

  activity(body: Record<string, unknown>): Promise<unknown> {
    this.lists.forget();
    return Promise.resolve(this.store.transact(() => act(this.store, body)));
  }

  close(): Promise<void> {
    this.store.close();
    return Promise.resolve();
  }

  private read(request: Request): Reply {
    const { method, path, query } = request;
    if (!path.startsWith(BASE)) throw refuse(`no ${path}`, 404);
    const route = path.slice(BASE.length).replace(/\/$/, '');
    if (route === 'login') return this.login(request);
    this.authorise(request);
    if (route === 'logout') return this.logout(request);
    if (route === 'productAvailability' && method === 'POST') return this.availability(request);
    const list = LISTS[route];
    if (list) return { status: 200, body: this.lists.page(list, query) };
    return this.detail(route);
  }

  private detail(route: string): Reply {
    const nested = /^products\/([^/]+)\/inventoryItems\/(.+)$/.exec(route);
    const items = LISTS['inventoryItems'];
    if (nested && items) {
      const condition =
        't.lot_key = ? AND t.product_id IN (SELECT id FROM product WHERE lower(code) = lower(?))';
      const [found] = this.lists.many(items, condition, [lotKey(nested[2] ?? ''), nested[1] ?? '']);
      if (!found) throw refuse(`${route} not found`, 404);
      return { status: 200, body: { data: found } };
    }
    const cut = route.lastIndexOf('/');
    const list = LISTS[route.slice(0, cut)];
    const found = list ? this.lists.one(list, route.slice(cut + 1)) : null;
    if (!found) throw refuse(`${route} not found`, 404);
    return { status: 200, body: { data: found } };
  }

  /** The live read: what lies where, of many lots in one call. */
  private availability(request: Request): Reply {
    const body = jsonOf(request);
    const list = LISTS['productAvailability'];
    const asked = [body['inventoryItems'], body['lotNumbers'], body['lots']].find(Array.isArray) as
      unknown[] | undefined;
    if (!list || !asked) throw refuse('inventoryItems, lotNumbers or lots is missing');
    if (asked.length > 500) throw refuse('at most 500 lots in one call');
    const json = JSON.stringify(asked.map(availabilityKey));
    const match = body['inventoryItems']
      ? 'id IN (SELECT value FROM json_each(?))'
      : body['lotNumbers']
        ? 'lot_key IN (SELECT value FROM json_each(?))'
        : "lot_key || '|' || (SELECT lower(code) FROM product p WHERE p.id = i.product_id) IN (SELECT value FROM json_each(?)) AND lot_key IN (SELECT substr(value, 1, instr(value, '|') - 1) FROM json_each(?))";
    const values = body['inventoryItems'] || body['lotNumbers'] ? [json] : [json, json];
    const condition = `t.quantity <> 0 AND t.inventory_item_id IN (SELECT i.id FROM inventory_item i WHERE ${match})`;
    const data = this.lists.many(list, condition, values);
    return { status: 200, body: { data, totalCount: data.length } };
  }

  private command(request: Request, keep: boolean): Reply {
    this.authorise(request);
    const route = request.path.slice(BASE.length);
    const body = jsonOf(request);
    const now = Date.now();
    if (keep) this.lists.forget();
    const data = this.store.transact(() => {
      const transactions = LISTS['transactions'];
      const items = LISTS['inventoryItems'];
      if (route === 'stockAdjustments' && transactions && 'adjustments' in body)
        return adjustAll(this.store, body, now).map((id) => this.lists.one(transactions, id));
      if (route === 'stockAdjustments' && transactions)
        return this.lists.one(transactions, adjust(this.store, body, now));
      const id = route.slice('inventoryItems/'.length);
      updateLot(this.store, id, body, now);
      return items ? this.lists.one(items, id) : null;
    }, keep);
    return { status: 200, body: { data } };
  }

  private login(request: Request): Reply {
    const { username, password } = jsonOf(request);
    if (username !== WMS_LOGIN.username || password !== WMS_LOGIN.password)
      throw refuse('Authentication failed', 401);
    const session = randomUUID().replaceAll('-', '').toUpperCase();
    this.sessions.add(session);
    const cookie = `JSESSIONID=${session}; Path=/openboxes; HttpOnly`;
    return { status: 200, body: { data: { username } }, headers: { 'Set-Cookie': cookie } };
  }

  private logout(request: Request): Reply {
    this.sessions.delete(sessionOf(request));
    return { status: 200, body: {} };
  }

  private authorise(request: Request): void {
    if (!this.sessions.has(sessionOf(request))) throw refuse('User is not logged in', 401);
  }
}

const sessionOf = (request: Request): string =>
  /(?:^|;\s*)JSESSIONID=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';

const availabilityKey = (asked: unknown): string => {
  if (!isRecord(asked)) return /^ff8081/.test(String(asked)) ? String(asked) : lotKey(String(asked));
  return `${lotKey(textOf(asked['lotNumber']) ?? '')}|${lotKey(textOf(asked['productCode']) ?? '')}`;
};

/** Starts the WMS on a directory that holds a story. */
export const startWms = ({ dir, port = 0 }: { dir: string; port?: number }): Promise<Running> =>
  serve(new Wms(new Store(join(dir, 'wms.sqlite'))), dir, port);
