/**
 * The mark of an entry that the product itself wrote: a keyed hash at the end of its body, under a key that does not
 * stand in the database. Chain and checkpoints prove that nothing changed since an entry got its place; that it was no
 * administrator who queued it, only this can tell.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { canonicalJson } from '../../platform/canonical-json';
import type { Json } from './audit-entry';

/** Sorts after every other name of a body, so that the mark is its end. */
const OPENING = ',"vmac":"';
const CLOSING = '"}';
const MAC_LENGTH = 43;
const TAIL_LENGTH = OPENING.length + MAC_LENGTH + CLOSING.length;

export class EntryMac {
  readonly #key: Buffer;

  /**
   * `secret` is that which the keys of persons are wrapped under; the two uses cannot be told from one another. Or the
   * key that another one told.
   */
  constructor(secret: string | Uint8Array) {
    this.#key = Buffer.from(typeof secret === 'string' ? keyOf(secret) : secret);
  }

  /** The key of the marks, for a thread of this process that checks them too. */
  key(): Uint8Array {
    return new Uint8Array(this.#key);
  }

  /** The body, which must be an object in canonical JSON, with its mark. */
  mark(body: string): string {
    return `${body.slice(0, -1)}${OPENING}${this.#of(body)}${CLOSING}`;
  }

  /** Whether the body carries a mark, and it is ours. */
  isOwn(body: string): boolean {
    if (!isMarked(body)) return false;
    const given = Buffer.from(body.slice(-CLOSING.length - MAC_LENGTH, -CLOSING.length));
    const due = Buffer.from(this.#of(unmarked(body)));
    return given.length === due.length && timingSafeEqual(given, due);
  }

  /** A keyed mark of facts that stand outside of entries; no body is such a text, since bodies are objects. */
  seal(purpose: string, facts: readonly Json[]): string {
    return this.#of(canonicalJson(['seal', purpose, ...facts]));
  }

  #of(body: string): string {
    return createHmac('sha256', this.#key).update(body).digest('base64url');
  }
}

const keyOf = (secret: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, '', 'lotgraph audit entries', 32));

export const isMarked = (body: string): boolean =>
  body.endsWith(CLOSING) && body.length >= TAIL_LENGTH && body.startsWith(OPENING, body.length - TAIL_LENGTH);

/** How long the body is without its mark and the brace that closes it. */
export const lengthWithin = (body: string): number => body.length - (isMarked(body) ? TAIL_LENGTH : 1);

/** The body as it was before it got its mark; as it is when it has none. */
export const unmarked = (body: string): string => (isMarked(body) ? `${body.slice(0, -TAIL_LENGTH)}}` : body);
