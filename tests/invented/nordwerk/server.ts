/** The OData V4 service of Nordwerk, read-only, over a real socket; see ../README.md for what is odd about it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { METADATA } from './metadata';
import {
  BATCHES,
  BINS,
  DOCUMENTS,
  INSPECTIONS,
  LINKS,
  MATERIALS,
  PARTNERS,
  PLANTS,
  type Row,
  STOCK_LEVELS,
} from './story';

const ROOT = '/odata/v4/Lager';
const PAGE = 5;
export const ACCOUNT = { user: 'LESER', password: 'geheim' };

const SETS: Readonly<Record<string, readonly Row[]>> = {
  ...{ Materials: MATERIALS, Plants: PLANTS, StorageBins: BINS, Partners: PARTNERS, Batches: BATCHES },
  ...{ Documents: DOCUMENTS, Links: LINKS, Inspections: INSPECTIONS, StockLevels: STOCK_LEVELS },
};
const NAVIGATIONS = ['Lines', 'HandlingUnit', 'Characteristics', 'Product', 'Component', 'Results'];

export class NordwerkServer {
  /** `METHOD path` of each request, in order. */
  readonly requests: string[] = [];
  #server: Server | null = null;
  #refused = 0;

  /** How often it said 429. */
  get refused(): number {
    return this.#refused;
  }

  async start(): Promise<string> {
    const server = createServer((request, response) => this.#answer(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}${ROOT}`;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://nordwerk');
    this.requests.push(`${request.method ?? ''} ${url.pathname.slice(ROOT.length)}`);
    const known = `Basic ${Buffer.from(`${ACCOUNT.user}:${ACCOUNT.password}`).toString('base64')}`;
    if (request.method !== 'GET') {
      fail(response, 405, 'Nur Lesen ist erlaubt');
    } else if (request.headers.authorization !== known) {
      fail(response, 401, 'Anmeldung fehlgeschlagen');
    } else if (this.requests.length % 7 === 0 && this.#refused < 3) {
      this.#refused += 1;
      response.setHeader('retry-after', '0');
      fail(response, 429, 'Zu viele Anfragen');
    } else {
      route(response, url);
    }
  }
}

function route(response: ServerResponse, url: URL): void {
  const name = url.pathname.slice(ROOT.length + 1);
  if (name === '$metadata') {
    response.writeHead(200, { 'content-type': 'application/xml' });
    response.end(METADATA);
    return;
  }
  const rows = SETS[name];
  if (rows === undefined) {
    fail(response, 404, `Resource ${name} not found`);
    return;
  }
  try {
    const page = answered(rows, url);
    response.writeHead(200, {
      'content-type': 'application/json;odata.metadata=minimal;IEEE754Compatible=true',
      'odata-version': '4.0',
    });
    response.end(JSON.stringify({ '@odata.context': `$metadata#${name}`, ...page }));
  } catch (error) {
    fail(response, 400, String(error));
  }
}

function fail(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { code: String(status), message } }));
}

/** One page of the rows that are asked for, with a link to the next that says nothing to anyone but the service. */
function answered(all: readonly Row[], url: URL): Row {
  const query = url.searchParams;
  const expand = query.get('$expand') ?? '';
  const kept = all.filter((row) => holds(row, query.get('$filter'))).sort(order(query.get('$orderby')));
  const top = Number(query.get('$top') ?? Infinity);
  const from = Number(query.get('$skiptoken') ?? query.get('$skip') ?? 0);
  const rows = kept.slice(from, from + Math.min(PAGE, top)).map((row) => shaped(row, expand));
  if (from + rows.length >= Math.min(kept.length, top)) return { value: rows };
  const next = new URL(url);
  next.searchParams.delete('$skip');
  next.searchParams.set('$skiptoken', String(from + rows.length));
  return { value: rows, '@odata.nextLink': `${next.pathname.slice(ROOT.length + 1)}${next.search}` };
}

/** Navigations are given only where they were asked for, at every depth. */
function shaped(row: Row, expand: string): Row {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]): [string, unknown][] => {
      if (!NAVIGATIONS.includes(name)) return [[name, value]];
      if (!new RegExp(`\\b${name}\\b`, 'u').test(expand)) return [];
      return [[name, deeper(value, expand)]];
    }),
  );
}

function deeper(value: unknown, expand: string): unknown {
  if (Array.isArray(value)) return value.map((one) => shaped(one as Row, expand));
  return typeof value === 'object' && value !== null ? shaped(value as Row, expand) : value;
}

/** `A eq 'x' and B ge 2026-…`: all that the service understands. */
function holds(row: Row, filter: string | null): boolean {
  if (filter === null) return true;
  return filter.split(' and ').every((part) => {
    const term = /^\(*(\w+) (eq|ne|ge|gt|le|lt) ('(?:[^']|'')*'|[^\s()]+)\)*$/u.exec(part.trim());
    if (term === null) throw new Error(`Cannot understand ${part}`);
    const [, name = '', operator, literal = ''] = term;
    const wanted = literal.startsWith("'") ? literal.slice(1, -1).replaceAll("''", "'") : literal;
    return compare(row[name], wanted, operator ?? 'eq');
  });
}

function compare(value: unknown, wanted: string, operator: string): boolean {
  const [a, b] = comparable(value, wanted);
  switch (operator) {
    case 'eq':
      return a === b;
    case 'ne':
      return a !== b;
    case 'ge':
      return a >= b;
    case 'gt':
      return a > b;
    case 'le':
      return a <= b;
    default:
      return a < b;
  }
}

/** Both sides in one form: moments are compared as moments. */
function comparable(value: unknown, wanted: string): [string | number, string | number] {
  const text = textOf(value);
  const isMoment = /^\d{4}-\d\d-\d\dT/u.test(text) && /^\d{4}-\d\d-\d\dT/u.test(wanted);
  return isMoment ? [Date.parse(text), Date.parse(wanted)] : [text, wanted];
}

function order(orderBy: string | null): (a: Row, b: Row) => number {
  const names = (orderBy ?? '').split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
  return (a, b) => {
    for (const part of names) {
      const [field = '', direction] = part.split(' ');
      const [x, y] = [textOf(a[field]), textOf(b[field])];
      if (x !== y) return (x < y ? -1 : 1) * (direction === 'desc' ? -1 : 1);
    }
    return 0;
  };
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? null);
