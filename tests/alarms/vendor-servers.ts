/** A relay on a local socket behind which the vendors' robots and a webhook answer as the real ones do, faults included. */
import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface Received {
  /** Host that the request is for, as the relay sees it. */
  readonly host: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Answer =
  | {
      readonly status: number;
      readonly json?: unknown;
      readonly html?: string;
      readonly headers?: Record<string, string>;
    }
  | 'hang'
  | 'reset';

export const OK: Answer = { status: 200, json: { errcode: 0, errmsg: 'ok', code: 0, msg: 'success' } };
export const WECOM_BUSY: Answer = { status: 200, json: { errcode: 45009, errmsg: 'api freq out of limit' } };
export const FEISHU_BUSY: Answer = { status: 200, json: { code: 11232, msg: 'frequency limited' } };
export const DINGTALK_WRONG_SIGN: Answer = {
  status: 200,
  json: { errcode: 310000, errmsg: 'sign not match' },
};
export const PORTAL: Answer = { status: 200, html: '<h1>Please sign in to the network</h1>' };

export class Relay {
  readonly received: Received[] = [];
  /** Answers of the next requests by host; a host without any says yes. */
  readonly answers = new Map<string, Answer[]>();
  url = '';
  /** Called when a request has arrived, before it is answered. */
  onRequest: (() => unknown) | null = null;
  readonly #server = createServer((request, response) => this.#take(request, response));

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/relay`;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  of(host: string): Received[] {
    return this.received.filter((one) => one.host === host);
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const [, , host = '', ...rest] = (request.url ?? '').split('/');
      const body = Buffer.concat(chunks).toString('utf8');
      this.received.push({ host, path: `/${rest.join('/')}`, headers: request.headers, body });
      this.onRequest?.();
      answer(response, this.answers.get(host)?.shift() ?? OK);
    });
  }
}

function answer(response: ServerResponse, what: Answer): void {
  if (what === 'hang') return;
  if (what === 'reset') {
    response.destroy();
    return;
  }
  const type = what.html === undefined ? 'application/json' : 'text/html';
  response.writeHead(what.status, { 'content-type': type, ...what.headers });
  response.end(what.html ?? JSON.stringify(what.json ?? {}));
}

export interface Mail {
  readonly to: readonly string[];
  readonly source: string;
}

/** A mail server on a local socket; `refuse` makes it refuse the next mails with these codes. */
export class MailBox {
  readonly mails: Mail[] = [];
  readonly refuse: number[] = [];
  url = '';
  readonly #server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const code = this.refuse.shift();
        if (code !== undefined) {
          done(Object.assign(new Error('not now'), { responseCode: code }));
          return;
        }
        const to = session.envelope.rcptTo.map(({ address }) => address);
        this.mails.push({ to, source: Buffer.concat(chunks).toString('utf8') });
        done();
      });
    },
  });

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', () => resolve()));
    this.url = `smtp://127.0.0.1:${(this.#server.server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(resolve));
  }
}
