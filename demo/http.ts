// A bare HTTP server on loopback: parsed requests in, JSON answers out.
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** `http://127.0.0.1:port` as the caller wrote it. */
  readonly origin: string;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown by handlers: becomes the answer. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    readonly body: unknown,
  ) {
    super(`HTTP ${status}`);
  }
}

export type Responder = (request: Request, response: ServerResponse) => Promise<void>;

/** The body as an object; anything else is an empty one. Throws HttpError 400 on broken JSON. */
export function jsonOf(request: Request): Record<string, unknown> {
  if (request.body.trim() === '') return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(request.body);
  } catch {
    throw new HttpError(400, { error: 'the body is not JSON' });
  }
  return isRecord(parsed) ? parsed : {};
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A text field of a body, or undefined. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;

export function send(response: ServerResponse, reply: Reply): void {
  const text = reply.body === undefined ? '' : JSON.stringify(reply.body);
  response.writeHead(reply.status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    ...reply.headers,
  });
  response.end(text);
}

async function read(message: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const host = message.headers.host ?? '127.0.0.1';
  const url = new URL(message.url ?? '/', `http://${host}`);
  return {
    method: message.method ?? 'GET',
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    headers: message.headers,
    body: Buffer.concat(chunks).toString('utf8'),
    origin: url.origin,
  };
}

/** Listens on 127.0.0.1; port 0 takes a free one. */
export async function listen(port: number, respond: Responder): Promise<{ server: Server; url: string }> {
  const server = createServer((message, response) => {
    read(message)
      .then((request) => respond(request, response))
      .catch((error: unknown) => {
        if (response.headersSent || response.destroyed) response.destroy();
        else send(response, { status: 500, body: { error: String(error) } });
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
