/** Ids of what the controls write: random, time first, so that an index on them follows time (RFC 9562, version 7). */
import { randomBytes } from 'node:crypto';

/** A UUID of version 7 for the instant (ms since the epoch). */
export function timedId(now: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
