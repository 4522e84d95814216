/**
 * Signatures that name their algorithm and key: `ed25519:<keyId>:<base64url>` or `sm2:…` (SM2 over SM3). A key's id
 * is the fingerprint of its public half, so a signature points at the one key that can verify it.
 */
import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { GatewayError } from '../../platform/errors';

export const SIGNATURE_ALGORITHMS = ['ed25519', 'sm2'] as const;
export type SignatureAlgorithm = (typeof SIGNATURE_ALGORITHMS)[number];

/** What each algorithm hashes with inside; Ed25519 brings its own. */
const INNER_DIGEST: Readonly<Record<SignatureAlgorithm, string | null>> = { ed25519: null, sm2: 'sm3' };
const KEY_ID_LENGTH = 32;
const SIGNATURE = /^([a-z0-9]{1,16}):([0-9a-f]{32}):([A-Za-z0-9_-]{1,256})$/;

export interface ParsedSignature {
  readonly algorithm: SignatureAlgorithm;
  readonly keyId: string;
  readonly bytes: Buffer;
}

/** OID of the curve of SM2, 1.2.156.10197.1.301, in DER. */
const SM2_CURVE = Buffer.from('06082a811ccf5501822d', 'hex');

/**
 * The algorithm that a key is for; null when it is none of ours. Node has no name for the type of an SM2 key, so its
 * curve tells. MUST be given a key that was read from PEM or DER: one fresh from the generator signs as plain ECDSA.
 */
export function algorithmOfKey(key: KeyObject): SignatureAlgorithm | null {
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519';
  if (key.asymmetricKeyType !== undefined) return null;
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return publicKey.export({ type: 'spki', format: 'der' }).includes(SM2_CURVE) ? 'sm2' : null;
}

/** Fingerprint of a public key: the first half of the SHA-256 of its DER form. */
export function keyIdOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex').slice(0, KEY_ID_LENGTH);
}

/** Signs the UTF-8 of `text`. */
export function signText(text: string, key: KeyObject): string {
  const algorithm = algorithmOfKey(key);
  if (algorithm === null) throw new GatewayError('INTERNAL', 'this key cannot sign');
  const bytes = sign(INNER_DIGEST[algorithm], Buffer.from(text), key);
  return `${algorithm}:${keyIdOf(createPublicKey(key))}:${bytes.toString('base64url')}`;
}

/** The parts of a signature; null when the text is none. */
export function parseSignature(text: string): ParsedSignature | null {
  const [, name, keyId, encoded] = SIGNATURE.exec(text) ?? [];
  const algorithm = SIGNATURE_ALGORITHMS.find((one) => one === name);
  if (algorithm === undefined || keyId === undefined || encoded === undefined) return null;
  return { algorithm, keyId, bytes: Buffer.from(encoded, 'base64url') };
}

export type SignatureVerdict = 'VALID' | 'INVALID' | 'UNKNOWN_KEY' | 'MALFORMED';

/** Public keys by their id. */
export type PublicKeys = ReadonlyMap<string, KeyObject>;

/** Whether `signature` is one of these keys over `text`. Only VALID is good. */
export function checkSignature(text: string, signature: string, keys: PublicKeys): SignatureVerdict {
  const parsed = parseSignature(signature);
  if (parsed === null) return 'MALFORMED';
  const key = keys.get(parsed.keyId);
  if (key === undefined) return 'UNKNOWN_KEY';
  // the key decides the algorithm; a signature that names another one lies
  if (algorithmOfKey(key) !== parsed.algorithm) return 'INVALID';
  try {
    return verify(INNER_DIGEST[parsed.algorithm], Buffer.from(text), key, parsed.bytes) ? 'VALID' : 'INVALID';
  } catch {
    return 'INVALID';
  }
}

const PEM_BLOCK = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g;

/** The public keys in a text of PEM blocks. Thrown when it holds none, or one that we cannot use: CONFIG_INVALID. */
export function readPublicKeys(pem: string): PublicKeys {
  const keys = new Map<string, KeyObject>();
  for (const block of pem.match(PEM_BLOCK) ?? []) {
    const key = publicKeyOf(block);
    if (key === null) throw new GatewayError('CONFIG_INVALID', 'a public key is neither Ed25519 nor SM2');
    keys.set(keyIdOf(key), key);
  }
  if (keys.size === 0) throw new GatewayError('CONFIG_INVALID', 'there is no public key in PEM form');
  return keys;
}

/** The keys of texts that nobody vouches for: what is none is left out. */
export function readable(texts: readonly string[]): PublicKeys {
  const blocks = texts.flatMap((text) => text.match(PEM_BLOCK) ?? []);
  return new Map(
    blocks.flatMap((block) => {
      const key = publicKeyOf(block);
      return key === null ? [] : [[keyIdOf(key), key] as const];
    }),
  );
}

function publicKeyOf(pem: string): KeyObject | null {
  try {
    const key = createPublicKey(pem);
    return algorithmOfKey(key) === null ? null : key;
  } catch {
    return null;
  }
}
