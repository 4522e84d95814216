/** One-time enrolment codes in two halves: each officer sees one, and the person needs both. */
import { randomBytes } from 'node:crypto';
import { digestOf } from '../integrity/digest';

const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const HALF_LENGTH = 16;

/** A new half, 80 bits, in groups of four. */
export function newHalf(): string {
  const letters = Array.from(randomBytes(HALF_LENGTH), (byte) => ALPHABET[byte % ALPHABET.length] ?? '');
  return (letters.join('').match(/.{4}/g) ?? []).join('-');
}

export function hashOfHalf(half: string): string {
  return digestOf(plain(half));
}

/** Hashes of the two halves of a code as the person typed it; null when it is no such code. */
export function hashesOfCode(code: string): { first: string; second: string } | null {
  const letters = plain(code);
  if (letters.length !== 2 * HALF_LENGTH) return null;
  return {
    first: hashOfHalf(letters.slice(0, HALF_LENGTH)),
    second: hashOfHalf(letters.slice(HALF_LENGTH)),
  };
}

function plain(text: string): string {
  return text.toUpperCase().replace(/[^A-Z0-9]/g, '');
}
