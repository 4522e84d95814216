/**
 * Requests from the gateway to a subgraph service, signed so that nobody else can make, alter or repeat one.
 * The signature covers method, path, body, the facts of the caller, the deadline, the time, a nonce, and the id of
 * the replica that it is meant for: nonces need not be shared between replicas, and a restarted replica, which has
 * forgotten them, has another id.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Clock } from '../../platform/clock';
import { GatewayError } from '../../platform/errors';
import type { RequestFacts } from '../../platform/request';
import type { Secret } from '../../platform/secret';
import { NonceStore } from './nonce-store';
import { readFacts } from './request-facts';

/** Names the layout of what is signed; a new layout gets a new name. */
const SCHEME = 'lotgraph-hmac-sha256-1';
export const SIGNATURE_WINDOW_MS = 30_000;

const HEADER = {
  facts: 'x-lotgraph-facts',
  deadline: 'x-lotgraph-deadline-ms',
  time: 'x-lotgraph-time',
  nonce: 'x-lotgraph-nonce',
  replica: 'x-lotgraph-replica',
  signature: 'x-lotgraph-signature',
} as const;

export type SignedHeaders = Readonly<Record<(typeof HEADER)[keyof typeof HEADER], string>>;
export type IncomingHeaders = Readonly<Record<string, string | string[] | undefined>>;

export interface RequestToSign {
  readonly method: string;
  readonly path: string;
  readonly body: string | Buffer;
  readonly facts: RequestFacts;
  /** Ms that the subgraph may take. */
  readonly deadlineMs: number;
  /** Id of the replica that the request is meant for. */
  readonly replica: string;
}

/** What a verified request says. */
export interface VerifiedRequest {
  readonly facts: RequestFacts;
  readonly deadlineMs: number;
}

/** Signs requests to subgraph services. */
export class RequestSigner {
  readonly #key: Secret;
  readonly #clock: Clock;

  constructor(key: Secret, clock: Clock) {
    this.#key = key;
    this.#clock = clock;
  }

  sign(request: RequestToSign): SignedHeaders {
    const facts = Buffer.from(canonicalize(request.facts) ?? '').toString('base64url');
    const deadline = String(Math.max(1, Math.floor(request.deadlineMs)));
    const time = String(this.#clock.now());
    const nonce = randomBytes(16).toString('base64url');
    const parts = [
      request.method,
      request.path,
      digest(request.body),
      facts,
      deadline,
      time,
      nonce,
      request.replica,
    ];
    return {
      [HEADER.facts]: facts,
      [HEADER.deadline]: deadline,
      [HEADER.time]: time,
      [HEADER.nonce]: nonce,
      [HEADER.replica]: request.replica,
      [HEADER.signature]: signatureOf(this.#key, parts).toString('base64url'),
    };
  }
}

/** Verifies requests at a subgraph service; one for each replica. */
export class RequestVerifier {
  readonly #nonces: NonceStore;

  constructor(
    private readonly key: Secret,
    private readonly clock: Clock,
    /** Id of this replica, new at each start. */
    readonly replica: string,
    nonces: NonceStore = new NonceStore(SIGNATURE_WINDOW_MS),
  ) {
    this.#nonces = nonces;
  }

  /** Thrown when the request is unsigned, altered, stale, replayed or meant for another: UNAUTHENTICATED, always alike. */
  verify(request: { method: string; path: string; body: Buffer; headers: IncomingHeaders }): VerifiedRequest {
    const { headers } = request;
    const [facts, deadline, time, nonce, replica, signature] = [
      textOf(headers, HEADER.facts),
      textOf(headers, HEADER.deadline),
      textOf(headers, HEADER.time),
      textOf(headers, HEADER.nonce),
      textOf(headers, HEADER.replica),
      textOf(headers, HEADER.signature),
    ];
    const expected = signatureOf(this.key, [
      ...[request.method, request.path, digest(request.body)],
      ...[facts, deadline, time, nonce, replica],
    ]);
    const given = Buffer.from(signature, 'base64url');
    const now = this.clock.now();
    const signedAt = Number(time);
    const genuine = given.length === expected.length && timingSafeEqual(given, expected);
    const fresh = Math.abs(now - signedAt) <= SIGNATURE_WINDOW_MS; // false for NaN
    // the nonce comes last: only a genuine request may take room in the store
    if (!genuine || !fresh || replica !== this.replica || !this.#nonces.admit(nonce, signedAt, now)) {
      throw new GatewayError('UNAUTHENTICATED');
    }
    return { facts: readFacts(facts), deadlineMs: Number(deadline) };
  }
}

function textOf(headers: IncomingHeaders, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

function digest(body: string | Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}

function signatureOf(key: Secret, parts: readonly string[]): Buffer {
  // no part can hold a newline: header values, a method, a path and a digest
  return createHmac('sha256', key.reveal())
    .update([SCHEME, ...parts].join('\n'))
    .digest();
}
