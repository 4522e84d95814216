/** One-time codes: by time (RFC 6238) from an authenticator app, by counter (RFC 4226) from a hardware token. */
import { generateSecret, generateSync, generateURI, verifySync } from 'otplib';
import { timingSafeEqual } from 'node:crypto';

export const STEP_SECONDS = 30;
/** Steps to either side that a phone's clock may be off. */
const TOLERATED_STEPS = 1;
/** Presses of a hardware token's button that may have gone unused. */
const COUNTER_WINDOW = 20;
const ISSUER = 'LotGraph';

/** A new secret, Base32. */
export function newCodeSecret(): string {
  return generateSecret({ length: 20 });
}

/** What an authenticator app reads as a QR code. */
export function enrolmentUri(secret: string, userName: string): string {
  return generateURI({ issuer: ISSUER, label: userName, secret });
}

/** The code of an instant, as an authenticator app shows it. */
export function codeAt(secret: string, now: number): string {
  return generateSync({ secret, epoch: Math.floor(now / 1000) });
}

/** The code of a counter, as a hardware token shows it. */
export function codeOfCounter(secret: string, counter: number): string {
  return generateSync({ secret, strategy: 'hotp', counter });
}

/** The time step that the code belongs to and that is later than `after`; null when there is none. */
export function matchingStep(secret: string, code: string, now: number, after: number): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const current = Math.floor(now / 1000 / STEP_SECONDS);
  for (let step = current - TOLERATED_STEPS; step <= current + TOLERATED_STEPS; step += 1) {
    const expected = generateSync({ secret, epoch: step * STEP_SECONDS });
    if (equal(expected, code) && step > after) return step;
  }
  return null;
}

/** The counter that the code belongs to and that is later than `after`; null when there is none in the window. */
export function matchingCounter(secret: string, code: string, after: number): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  for (let counter = after + 1; counter <= after + COUNTER_WINDOW; counter += 1) {
    if (verifySync({ secret, token: code, strategy: 'hotp', counter }).valid) return counter;
  }
  return null;
}

function equal(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
