/** Passwords: what one must be like, and how it is kept. */
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { InvalidInputError } from '../../platform/errors';
import { COMMON_PASSWORDS, COMMON_WORDS } from './common-passwords';

/** One pass more than OWASP asks for with this memory; the hash names them, so that they can be raised. */
const ARGON2ID = { memoryCost: 47_104, timeCost: 2, parallelism: 1, outputLen: 32 } as const;
const SHORTEST_PASSWORD = 12;
const LONGEST_PASSWORD = 256;

/** The form in which passwords are compared and hashed, so that one typed on another keyboard is the same. */
function normalised(password: string): string {
  return password.normalize('NFKC');
}

/** Thrown when the password may not be used: INVALID_INPUT, saying why. */
export function requireGoodPassword(password: string, userName: string): void {
  const text = normalised(password);
  if (Array.from(text).length < SHORTEST_PASSWORD)
    refuse(`must have at least ${SHORTEST_PASSWORD} characters`);
  if (text.length > LONGEST_PASSWORD) refuse(`must have at most ${LONGEST_PASSWORD} characters`);
  const plain = text.toLowerCase();
  if (userName.length >= 3 && plain.includes(userName.toLowerCase()))
    refuse('must not contain the user name');
  if (isCommon(plain)) refuse('is one of those that are tried first');
}

/** A common password, one of few characters, or a common word with digits and signs around it. */
function isCommon(plain: string): boolean {
  if (COMMON_PASSWORDS.has(plain) || new Set(plain).size < 5) return true;
  const letters = plain.replace(/[^\p{L}]/gu, '');
  return letters.length < plain.length && COMMON_WORDS.has(letters);
}

function refuse(why: string): never {
  throw new InvalidInputError(`The password ${why}.`, { field: 'password' });
}

/** Argon2id in PHC form. */
export async function hashPassword(password: string): Promise<string> {
  return await hash(normalised(password), ARGON2ID);
}

/** A hash that no password has: verifying against it takes as long as against any other. */
let nobody: Promise<string> | undefined;
const hashOfNobody = (): Promise<string> =>
  (nobody ??= hashPassword('no account has this password, whose hash only takes the time of one'));

/** True when the password is the one; takes as long where there is no account or no password. */
export async function verifyPassword(secretHash: string | null, password: string): Promise<boolean> {
  const text = normalised(password.slice(0, LONGEST_PASSWORD));
  const matches = await verify(secretHash ?? (await hashOfNobody()), text).catch(() => false);
  return secretHash !== null && matches;
}

/** True when the hash was made with weaker parameters than today's. */
export function isOutdated(secretHash: string): boolean {
  const made = parseOptions(secretHash);
  return made.memoryCost < ARGON2ID.memoryCost || made.timeCost < ARGON2ID.timeCost;
}
