/**
 * Posts JSON to the hosts that are allowed, and to no other. Redirects are not followed, time and size are bounded.
 * With a relay, every request goes to the relay instead, as `<relay>/<host>/<path>`: deployments without internet run
 * one at their border.
 */
import { Agent, request } from 'undici';
import { ConfigError } from '../../../platform/errors';

const CONNECT_MS = 3_000;
const ANSWER_MS = 8_000;
const MOST_BYTES = 64 * 1024;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/u;

export interface PostAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfterMs: number | null;
  readonly text: string;
}

export type PostResult = PostAnswer | { readonly problem: 'TIMEOUT' | 'UNREACHABLE' | 'ANSWER_TOO_LARGE' };

export interface HttpPostOptions {
  /** Base URL of the relay; null goes straight to the host. */
  readonly relay: string | null;
  readonly allowedHosts: readonly string[];
  readonly answerMs?: number;
}

export class HttpPost {
  readonly #agent = new Agent({ connect: { timeout: CONNECT_MS }, connections: 4 });
  readonly #relay: URL | null;
  readonly #allowed: ReadonlySet<string>;
  readonly #answerMs: number;

  /** Throws ConfigError when the relay is no address that may be used. */
  constructor(options: HttpPostOptions) {
    this.#relay = options.relay === null ? null : relayOf(options.relay);
    this.#allowed = new Set(options.allowedHosts);
    this.#answerMs = options.answerMs ?? ANSWER_MS;
  }

  /** What is wrong with an address, or null. MUST be asked before an address is used. */
  problemOf(address: string): string | null {
    const url = URL.canParse(address) ? new URL(address) : null;
    if (url === null || !/^https?:$/u.test(url.protocol)) return 'is not an http or https URL';
    if (url.username !== '' || url.password !== '') return 'holds credentials; they do not belong there';
    if (!this.#allowed.has(url.hostname)) return 'names a host that allowHosts does not list';
    return url.protocol === 'https:' || isLoopback(url.hostname) ? null : 'must be https';
  }

  async post(
    address: string,
    body: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<PostResult> {
    if (this.problemOf(address) !== null) return { problem: 'UNREACHABLE' };
    const timeout = AbortSignal.timeout(this.#answerMs);
    try {
      const answer = await request(this.#target(new URL(address)), {
        method: 'POST',
        dispatcher: this.#agent,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          accept: 'application/json',
          ...headers,
        },
        body,
        signal: timeout,
      });
      const text = await bounded(answer.body as AsyncIterable<Buffer> & { destroy(): void });
      if (text === null) return { problem: 'ANSWER_TOO_LARGE' };
      return {
        status: answer.statusCode,
        contentType: String(answer.headers['content-type'] ?? ''),
        retryAfterMs: secondsOf(answer.headers['retry-after']),
        text,
      };
    } catch {
      return { problem: timeout.aborted ? 'TIMEOUT' : 'UNREACHABLE' };
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  #target(url: URL): URL {
    if (this.#relay === null) return url;
    const base = this.#relay.pathname.replace(/\/+$/u, '');
    return new URL(`${this.#relay.origin}${base}/${url.host}${url.pathname}${url.search}`);
  }
}

export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

function relayOf(relay: string): URL {
  const url = URL.canParse(relay) ? new URL(relay) : null;
  const fits =
    url !== null &&
    (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) &&
    [url.username, url.password, url.search, url.hash].every((part) => part === '');
  // robots carry their secret in the address, so it never goes over a wire in the clear
  if (!fits)
    throw new ConfigError([
      'LOTGRAPH_ALARM_RELAY must be an https URL (http to this machine alone) without credentials or query',
    ]);
  return url;
}

async function bounded(body: AsyncIterable<Buffer> & { destroy(): void }): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MOST_BYTES) {
      body.destroy();
      return null;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function secondsOf(header: string | string[] | undefined): number | null {
  const text = String(header ?? '');
  return /^\d{1,5}$/u.test(text) ? Number(text) * 1000 : null;
}
