/** A node:http server that can be drained: no new requests, those under way finish, then it closes. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigError } from '../../platform/errors';

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const HEADERS_TIMEOUT_MS = 10_000;
const BODY_TIMEOUT_MS = 30_000;
/** Longer than what balancers keep idle connections for, so that they are the ones to close. */
const KEEP_ALIVE_MS = 65_000;

export class HttpHost {
  #draining = false;

  private constructor(
    readonly url: string,
    private readonly server: Server,
  ) {}

  /** Listens; port 0 takes any free one. Rejects when the address is taken. */
  static async listen(options: { host: string; port: number; handler: RequestHandler }): Promise<HttpHost> {
    const state: { host?: HttpHost } = {};
    const server = createServer(
      {
        headersTimeout: HEADERS_TIMEOUT_MS,
        requestTimeout: BODY_TIMEOUT_MS,
        keepAliveTimeout: KEEP_ALIVE_MS,
      },
      (request, response) => {
        // a client on a kept-alive connection is told to go elsewhere while we drain
        if (state.host?.draining === true) response.setHeader('connection', 'close');
        // a connection that was busy when draining began is closed once it falls idle
        response.once('close', () => {
          if (state.host?.draining === true) setImmediate(() => server.closeIdleConnections());
        });
        options.handler(request, response).catch(() => response.destroy());
      },
    );
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(takenOr(error, options.port)));
      server.listen(options.port, options.host, () => resolve());
    });
    const address = server.address() as AddressInfo;
    const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
    state.host = new HttpHost(`http://${name}:${address.port}`, server);
    return state.host;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Stops listening, lets requests under way finish within `graceMs`, then cuts what is left. */
  async drain(graceMs: number): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeIdleConnections();
    const cut = setTimeout(() => this.server.closeAllConnections(), graceMs);
    await closed;
    clearTimeout(cut);
  }
}

/** Sends a JSON answer. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(text);
}

/** The error in words of what to do about it, where the port belongs to somebody else. */
function takenOr(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error;
  return new ConfigError([
    `port ${port} is taken, by another LotGraph perhaps; LOTGRAPH_PORT (LOTGRAPH_SUBGRAPH_PORT of a subgraph) names another`,
  ]);
}
