/** The API of Bruma as its vendor made it, read-only, over a real socket; see ../README.md for what is odd about it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ANALYSES, ITEMS, LOTS, MOVEMENTS, ORDERS, PARTIES, PLACES, STOCK_ROWS } from './story';

const PAGE = 4;
export const CLIENT = { id: 'lotgraph', secret: 'so-secret' };

type Row = Readonly<Record<string, unknown>>;

export class BrumaServer {
  /** `METHOD path` of each request, in order. */
  readonly requests: string[] = [];
  /** Requests of these methods and paths that change nothing: reads, and what signs in. */
  static readonly reads = /^(GET \/v2\/|POST \/v2\/lotes\/pesquisa$|POST \/oauth\/token$)/u;
  #server: Server | null = null;
  #tokens = 0;
  #uses = 0;
  #refused = 0;

  /** How often it said 429. */
  get refused(): number {
    return this.#refused;
  }

  async start(): Promise<string> {
    const server = createServer((request, response) => this.#take(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://bruma');
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.requests.push(`${request.method ?? ''} ${url.pathname}`);
      this.#answer(request, response, url, Buffer.concat(chunks).toString());
    });
  }

  #answer(request: IncomingMessage, response: ServerResponse, url: URL, body: string): void {
    if (url.pathname === '/oauth/token') {
      this.#signIn(response, request, body);
      return;
    }
    this.#uses += 1;
    // a token is good for twenty requests, whatever it says of itself
    if (request.headers.authorization !== `Bearer t${this.#tokens}` || this.#uses > 20) {
      send(response, 401, { erro: 'sessão terminada' });
      return;
    }
    if (this.#uses % 9 === 0 && this.#refused < 3) {
      this.#refused += 1;
      send(response, 429, { erro: 'demasiados pedidos' }, { 'retry-after': '0' });
      return;
    }
    const answer = route(request.method ?? 'GET', url, body);
    if (answer === null) send(response, 404, { erro: 'não existe' });
    else send(response, 200, answer);
  }

  #signIn(response: ServerResponse, request: IncomingMessage, body: string): void {
    const form = new URLSearchParams(body);
    const basic = `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64')}`;
    const known =
      request.headers.authorization === basic ||
      (form.get('client_id') === CLIENT.id && form.get('client_secret') === CLIENT.secret);
    if (form.get('grant_type') !== 'client_credentials' || !known) {
      send(response, 401, { error: 'invalid_client' });
      return;
    }
    this.#tokens += 1;
    this.#uses = 0;
    send(response, 200, { access_token: `t${this.#tokens}`, token_type: 'Bearer', expires_in: 3600 });
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

function route(method: string, url: URL, body: string): unknown {
  const { pathname, searchParams: query } = url;
  if (method === 'POST' && pathname === '/v2/lotes/pesquisa') return search(body);
  if (method !== 'GET') return null;
  const detail = /^\/v2\/(lotes|analises)\/([^/]+)$/u.exec(pathname);
  if (detail !== null) return detailOf(detail[1] ?? '', detail[2] ?? '');
  switch (pathname) {
    case '/v2/artigos':
      return { resultado: numbered(ITEMS, query) };
    case '/v2/entidades':
      return { resultado: numbered(PARTIES, query) };
    case '/v2/ordens':
      return { resultado: numbered(ORDERS, query) };
    case '/v2/locais':
      return PLACES;
    case '/v2/movimentos':
      return following(query);
    case '/v2/analises':
      return { total: ANALYSES.length, ids: ANALYSES.map(({ id }) => ({ id })) };
    case '/v2/existencias':
      return { colunas: ['artigo', 'lote', 'local', 'quantidade'], linhas: STOCK_ROWS };
    default:
      return null;
  }
}

/** Pages by number; whoever asks for more than the ceiling gets the ceiling. */
function numbered(rows: readonly Row[], query: URLSearchParams): Row {
  const size = Math.min(Number(query.get('tamanho') ?? PAGE), PAGE);
  const page = Math.max(Number(query.get('pagina') ?? 1), 1);
  return {
    ...{ pagina: page, paginas: Math.ceil(rows.length / size), total: rows.length },
    registos: rows.slice((page - 1) * size, page * size),
  };
}

/** Movements from a moment on, oldest first, with the address of the next page. */
function following(query: URLSearchParams): Row {
  const since = query.get('desde') ?? '';
  const from = Number(query.get('salto') ?? 0);
  const rows = MOVEMENTS.filter(({ modificado }) => String(modificado) >= since);
  const next =
    from + PAGE < rows.length
      ? `/v2/movimentos?desde=${encodeURIComponent(since)}&salto=${from + PAGE}`
      : null;
  return { dados: rows.slice(from, from + PAGE), ligacoes: { seguinte: next } };
}

/** Lots by POST; the list has ids in capitals only, and a cursor that says nothing to anyone. */
function search(body: string): Row | null {
  const asked = JSON.parse(body === '' ? '{}' : body) as { cursor?: string | null };
  const from = Number(Buffer.from(asked.cursor ?? '', 'base64').toString() || 0);
  const page = LOTS.slice(from, from + PAGE);
  const next = from + PAGE < LOTS.length ? Buffer.from(String(from + PAGE)).toString('base64') : null;
  return {
    lotes: page.map(({ uuid, modificado }) => ({ uuid: uuid.toUpperCase(), modificado })),
    proximo: next,
  };
}

function detailOf(resource: string, id: string): Row | null {
  if (resource === 'analises') {
    const analysis = ANALYSES.find((one) => one.id === id);
    return analysis === undefined ? null : { analise: analysis };
  }
  const lot = LOTS.find(({ uuid }) => uuid === id.toLowerCase());
  return lot === undefined ? null : { lote: lot };
}
