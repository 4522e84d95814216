/**
 * Talks HTTP to one origin and to no other. Redirects are not followed, answers are bounded in size and time,
 * and anything that is not JSON of the expected kind is nonsense, however politely it was sent.
 */
import { Pool, type Dispatcher } from 'undici';
import { ConfigError, LegacyUnavailableError } from '../../platform/errors';
import type { RawValue } from '../contract';
import { millisecondsOf, type RestConnector, type Scalar } from '../mapping/document';
import type { Deadline } from '../resilience/deadline';
import { ADDRESS_REFUSED, type SourceHosts } from '../resilience/source-hosts';
import { GivenUpError, Guard, ThrottledError } from './guard';
import { parseExactJson } from './json';
import { failureError, findFailure, type FindFailure, type FoundFailure } from './failures';
import type { SignIn } from './sign-in';

const CONNECT_MS = 3_000;
const REQUEST_MS = 15_000;
const MAX_BYTES = 32 * 1024 * 1024;
const DEFAULT_WAIT_MS = 1_000;
/** Answers to a read that may be different a moment later. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

export type Parameters = readonly (readonly [string, Scalar])[];

export interface JsonRequest {
  readonly method: 'GET' | 'POST';
  /** Below the base address; may carry a query of its own. */
  readonly path: string;
  readonly query?: Parameters;
  readonly body?: RawValue;
  /** Media type that is asked for; JSON when absent. */
  readonly accept?: string;
}

/** A request that changes something. */
export interface CommandRequest extends Omit<JsonRequest, 'method'> {
  readonly method: 'POST' | 'PUT' | 'PATCH';
  readonly headers: Headers;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export class HttpClient {
  readonly guard: Guard;
  readonly #base: URL;
  readonly #pool: Pool;
  readonly #requestMs: number;
  readonly #maxBytes: number;
  readonly #failure: FindFailure;
  readonly #mayHideFailure: boolean;

  constructor(
    private readonly system: string,
    address: string,
    options: Omit<RestConnector, 'type'>,
    private readonly signIn: SignIn,
    hosts: SourceHosts,
  ) {
    this.#base = baseOf(system, address);
    hosts.require(system, this.#base);
    this.#failure = findFailure(options.failures);
    this.#mayHideFailure = options.failures !== undefined;
    this.guard = new Guard(system, options);
    this.#requestMs = millisecondsOf(options.deadlines?.request, REQUEST_MS);
    this.#maxBytes = options.maxResponseBytes ?? MAX_BYTES;
    this.#pool = new Pool(this.#base.origin, {
      connections: this.guard.concurrency,
      connect: { timeout: millisecondsOf(options.deadlines?.connect, CONNECT_MS), lookup: hosts.lookup },
      headersTimeout: this.#requestMs,
      bodyTimeout: this.#requestMs,
    });
  }

  /**
   * Asks a question that changes nothing, whatever its method, and reads the answer; `read` may refuse it, which
   * counts as a failure and is tried again. Throws LegacyUnavailableError.
   */
  async ask<T>(request: JsonRequest, deadline: Deadline, read: (answer: RawValue) => T): Promise<T> {
    return await this.#read(request, deadline, (answer) => this.#understood(answer, read));
  }

  /** The same of something that may not be there: null when the source answers that it is not. */
  async find<T>(request: JsonRequest, deadline: Deadline, read: (answer: RawValue) => T): Promise<T | null> {
    return await this.#read(request, deadline, (answer) =>
      answer.status === 404 ? null : this.#understood(answer, read),
    );
  }

  /** Asks for a document that is no JSON, and reads its text; `read` may refuse it. Throws LegacyUnavailableError. */
  async askText<T>(
    request: JsonRequest & { readonly accept: string },
    deadline: Deadline,
    read: (text: string) => T,
  ): Promise<T> {
    return await this.#read(request, deadline, (answer) => {
      this.#requireSuccess(answer);
      return read(answer.text);
    });
  }

  /**
   * Sends a command, once, and gives its answer whatever it is. Only an answer that says that nobody was signed in is
   * followed by a second sending, since nothing was done. Throws LegacyUnavailableError; whether the command reached
   * the system then, `mayHaveReached` tells.
   */
  async command(request: CommandRequest, deadline: Deadline): Promise<HttpAnswer> {
    return await this.guard.command(async () => {
      const answer = await this.#signed(request, deadline, request.headers);
      if (this.signIn.renew === null || !this.#isSignedOut(answer)) return answer;
      await this.signIn.renew(this.#sender(deadline));
      return await this.#signed(request, deadline, request.headers);
    }, deadline);
  }

  /**
   * The path below the base of an address that the source itself gave. Only this origin is ever asked, whatever host
   * the address names; `sameOrigin` refuses another. Throws when the path leads elsewhere.
   */
  pathOf(link: string, sameOrigin = false): string {
    const base = this.#base.pathname;
    const url = URL.canParse(link, this.#base.href) ? new URL(link, this.#base.href) : null;
    const elsewhere = sameOrigin && url?.origin !== this.#base.origin;
    if (url === null || elsewhere || !url.pathname.startsWith(base))
      throw this.nonsense('a link leads outside of the source');
    return url.pathname.slice(base.length) + url.search;
  }

  nonsense(message: string, cause?: unknown): LegacyUnavailableError {
    return new LegacyUnavailableError(this.system, `${this.system}: ${message}`, {
      retryable: true,
      nonsense: true,
      cause,
    });
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #read<T>(request: JsonRequest, deadline: Deadline, read: (answer: HttpAnswer) => T): Promise<T> {
    return await this.guard.read(async () => {
      let answer = await this.#signed(request, deadline);
      // a session that ended is opened anew, once; a second refusal is an answer
      if (this.signIn.renew !== null && this.#isSignedOut(answer)) {
        await this.signIn.renew(this.#sender(deadline));
        answer = await this.#signed(request, deadline);
      }
      return read(answer);
    }, deadline);
  }

  #isSignedOut(answer: HttpAnswer): boolean {
    return answer.status === 401 || this.failureIn(answer)?.means === 'signedOut';
  }

  /** What an answer that says "all is well" says in its body; null where it is well, or no JSON. */
  failureIn({ status, text }: HttpAnswer): FoundFailure | null {
    if (!this.#mayHideFailure || status < 200 || status > 299) return null;
    try {
      return this.#failure(parseExactJson(text));
    } catch {
      return null;
    }
  }

  async #signed(request: AnyRequest, deadline: Deadline, extra: Headers = {}): Promise<HttpAnswer> {
    const send = this.#sender(deadline);
    return await send(request, { ...extra, ...(await this.signIn.headers(send)) });
  }

  #sender(deadline: Deadline): Send {
    return (request, headers) => this.#send(request, headers, deadline);
  }

  async #send(request: AnyRequest, headers: Headers, deadline: Deadline): Promise<HttpAnswer> {
    const ms = Math.max(1, Math.ceil(Math.min(this.#requestMs, deadline.remaining)));
    const timeout = AbortSignal.timeout(ms);
    try {
      const answer = await this.#pool.request({
        method: request.method,
        path: this.#pathFor(request),
        headers: {
          accept: request.accept ?? 'application/json',
          'accept-encoding': 'identity',
          ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: request.body === undefined ? null : JSON.stringify(request.body),
        signal: AbortSignal.any([deadline.signal, timeout]),
      });
      return { status: answer.statusCode, headers: answer.headers, text: await this.#body(answer) };
    } catch (error) {
      if (error instanceof LegacyUnavailableError) throw error;
      throw this.#unreachable(
        error,
        deadline,
        timeout.aborted ? `no answer within ${ms} ms` : 'cannot be reached',
      );
    }
  }

  #unreachable(cause: unknown, deadline: Deadline, what: string): LegacyUnavailableError {
    if (deadline.signal.aborted) {
      return new GivenUpError(this.system, `${this.system}: reading was given up`, {
        retryable: true,
        cause,
      });
    }
    if ((cause as { code?: unknown } | null)?.code === ADDRESS_REFUSED) {
      const message = `${this.system}: its name leads to an address that is never asked`;
      return new LegacyUnavailableError(this.system, message, { retryable: false, cause });
    }
    return new LegacyUnavailableError(this.system, `${this.system}: ${what}`, { retryable: true, cause });
  }

  #pathFor({ path, query = [] }: AnyRequest): string {
    const url = new URL(this.#base.pathname + path.replace(/^\/+/u, ''), this.#base.origin);
    for (const [name, value] of query) url.searchParams.append(name, String(value));
    if (!url.pathname.startsWith(this.#base.pathname))
      throw this.nonsense('a path leads outside of the source');
    return url.pathname + url.search;
  }

  async #body({ body, headers }: Dispatcher.ResponseData): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    const announced = Number(headers['content-length'] ?? 0);
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > this.#maxBytes || announced > this.#maxBytes) {
        body.destroy();
        throw new LegacyUnavailableError(this.system, `${this.system}: the answer is larger than allowed`, {
          retryable: false,
          nonsense: true,
        });
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  #understood<T>(answer: HttpAnswer, read: (answer: RawValue) => T): T {
    const json = this.#json(answer);
    const failure = this.#failure(json);
    if (failure !== null) throw failureError(this.system, failure);
    return read(json);
  }

  #requireSuccess({ status, headers }: HttpAnswer): void {
    const wait = headers['retry-after'];
    if (status === 429 || (status === 503 && wait !== undefined))
      throw new ThrottledError(this.system, waitOf(wait));
    if (status < 200 || status > 299) {
      const retryable = PASSING.has(status);
      throw new LegacyUnavailableError(this.system, `${this.system}: answered ${status}`, { retryable });
    }
  }

  #json(answer: HttpAnswer): RawValue {
    this.#requireSuccess(answer);
    const { headers, text } = answer;
    if (!/[/+]json\b/iu.test(String(headers['content-type'] ?? '')))
      throw this.nonsense('the answer is not JSON');
    try {
      return parseExactJson(text);
    } catch (error) {
      throw this.nonsense('the answer is broken JSON', error);
    }
  }
}

export type Headers = Readonly<Record<string, string>>;
type AnyRequest = JsonRequest | CommandRequest;
export type Send = (request: AnyRequest, headers: Headers) => Promise<HttpAnswer>;

/** The address of a source, ending in a slash. Throws ConfigError; MUST NOT repeat the address, it may hold secrets. */
function baseOf(system: string, address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/u.test(url.protocol)) {
    throw new ConfigError([`${system}: its address is not an http or https URL`]);
  }
  if (url.username !== '' || url.password !== '') {
    throw new ConfigError([`${system}: credentials do not belong in its address`]);
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/** Retry-After in seconds or as a date, in ms; a wait that outlasts the caller's deadline ends the reading. */
function waitOf(header: string | string[] | undefined): number {
  const text = String(header ?? '');
  const seconds = /^\d+$/u.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  if (Number.isNaN(seconds)) return DEFAULT_WAIT_MS;
  return Math.max(seconds, 0);
}
