/** A small legacy API over a real socket, with every fault that a real one has been seen to have. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Item {
  readonly id: string;
  changed: string;
  readonly [field: string]: unknown;
}

export type Fault =
  'hang' | '429' | '500' | 'cut' | 'html' | 'reset' | 'short' | 'redirect' | 'huge' | 'expire';

/** Lists `items` at /api/items with `max`, `offset`, `from`, `sort`; a cookie session guards everything. */
export class TestServer {
  items: Item[] = [];
  /** Faults of the next requests, first come first served; an empty list is a healthy server. */
  faults: Fault[] = [];
  readonly requests: string[] = [];
  logins = 0;
  session = 0;
  #server: Server | null = null;

  async start(): Promise<string> {
    const server = createServer((request, response) => this.#answer(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://x');
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => this.#route(request, response, url, Buffer.concat(chunks).toString()));
  }

  #route(request: IncomingMessage, response: ServerResponse, url: URL, body: string): void {
    this.requests.push(`${request.method ?? ''} ${url.pathname}${url.search}`);
    if (url.pathname === '/api/login') {
      this.#login(response, body);
      return;
    }
    const fault = this.faults.shift();
    if (fault === 'expire') this.session += 1;
    if (request.headers.cookie !== `SID=s${this.session}; extra=1`) {
      json(response, 401, { error: 'sign in' });
      return;
    }
    if (fault !== undefined && fault !== 'expire' && fault !== 'short') {
      misbehave(fault, response);
      return;
    }
    if (url.pathname === '/api/items') json(response, 200, this.#page(url.searchParams, fault === 'short'));
    else if (url.pathname === '/api/stock')
      json(response, 200, { data: this.#stock(JSON.parse(body) as { ids: string[] }) });
    else if (url.pathname.startsWith('/api/items/')) {
      json(response, 200, {
        data: { detail: `of ${decodeURIComponent(url.pathname.slice('/api/items/'.length))}` },
      });
    } else json(response, 404, {});
  }

  #login(response: ServerResponse, body: string): void {
    this.logins += 1;
    const { username, password } = JSON.parse(body) as { username: string; password: string };
    if (username !== 'user' || password !== 'pass') {
      json(response, 401, {});
      return;
    }
    response.setHeader('set-cookie', [`SID=s${this.session}; Path=/; HttpOnly`, 'extra=1']);
    json(response, 200, {});
  }

  #page(query: URLSearchParams, isShort: boolean): unknown {
    const from = query.get('from');
    const descending = query.get('order') === 'desc';
    const found = this.items
      .filter((item) => from === null || Date.parse(item.changed) >= Date.parse(from))
      .sort((a, b) => (a.changed < b.changed ? -1 : a.changed > b.changed ? 1 : a.id < b.id ? -1 : 1));
    if (descending) found.reverse();
    const offset = Number(query.get('offset') ?? 0);
    const page = found.slice(offset, offset + Number(query.get('max') ?? 10));
    return { data: isShort ? page.slice(0, -1) : page, total: found.length };
  }

  #stock({ ids }: { ids: string[] }): unknown[] {
    return ids.map((id) => ({ lot: { id }, depot: 'SH', bin: 'B-1', onHand: 2.5 }));
  }
}

function misbehave(fault: Fault, response: ServerResponse): void {
  switch (fault) {
    case 'hang':
      return;
    case '429':
      response.setHeader('retry-after', '0');
      json(response, 429, {});
      return;
    case '500':
      json(response, 500, { secret: 'stack trace' });
      return;
    case 'redirect':
      response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end();
      return;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>maintenance</h1>');
      return;
    case 'huge':
      response.writeHead(200, { 'content-type': 'application/json' }).end(`["${'x'.repeat(200_000)}"]`);
      return;
    case 'cut':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"data":[{"id":"a"');
      return;
    default:
      response.destroy();
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
