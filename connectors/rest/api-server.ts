/** A server of tests: one function answers every request, and all requests are kept. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface ApiAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: unknown;
  /** Sent as it is, instead of JSON. */
  readonly text?: string;
}

export class ApiServer {
  readonly requests: ApiRequest[] = [];
  #server: Server | null = null;

  constructor(public answer: (request: ApiRequest) => ApiAnswer) {}

  /** Address of the server, ending in `/api`. */
  async start(): Promise<string> {
    const server = createServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const url = new URL(incoming.url ?? '/', 'http://x');
        const request = {
          ...{ method: incoming.method ?? '', path: url.pathname, query: url.searchParams },
          ...{ headers: incoming.headers, body: Buffer.concat(chunks).toString() },
        };
        this.requests.push(request);
        const { status = 200, headers = {}, body = {}, text } = this.answer(request);
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(text ?? JSON.stringify(body));
      });
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  }
}
