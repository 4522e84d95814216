/** Ids of what the controls write: time first, so that an index on them follows time (RFC 9562, version 7). */
import { randomBytes } from 'node:crypto';

/** Ids of one millisecond that a process can give in order; more are unique all the same. */
const MOST_IN_ORDER = 2 ** 26;
/** Random bytes are drawn for many ids at once: a draw costs more than an id. */
const POOL_BYTES = 6 * 512;
let pool = Buffer.alloc(0);
let lastInstant = 0;
let inInstant = 0;

/**
 * A UUID of version 7 for the instant (ms since the epoch). Ids of one millisecond from one process keep the order in
 * which they were asked for: a counter stands after the time (RFC 9562 §6.2, method 1), 48 random bits after it.
 */
export function timedId(now: number): string {
  inInstant = now === lastInstant ? (inInstant + 1) % MOST_IN_ORDER : 0;
  lastInstant = now;
  const bytes = Buffer.allocUnsafe(16);
  nextRandom().copy(bytes, 10);
  bytes.writeUIntBE(now, 0, 6);
  bytes.writeUInt16BE(0x7000 | (inInstant >>> 14), 6);
  bytes.writeUInt16BE(0x8000 | (inInstant & 0x3fff), 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Six bytes that no other id gets. */
function nextRandom(): Buffer {
  if (pool.length === 0) pool = randomBytes(POOL_BYTES);
  const bytes = pool.subarray(0, 6);
  pool = pool.subarray(6);
  return bytes;
}
