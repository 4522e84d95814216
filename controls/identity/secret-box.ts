/** Encrypts what must be read again, such as the secret of a one-time-code token: AES-256-GCM, bound to its row. */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { GatewayError } from '../../platform/errors';
import type { Secret } from '../../platform/secret';

/** Names the layout; a new layout gets a new name. */
const SCHEME = 'gcm1';
const TAG_BYTES = 16;
const NONCE_BYTES = 12;

export class SecretBox {
  readonly #encryption: Buffer;
  readonly #hashing: Buffer;

  constructor(key: Secret) {
    const derived = (use: string): Buffer =>
      Buffer.from(hkdfSync('sha256', key.reveal(), 'lotgraph-identity', use, 32));
    this.#encryption = derived('encryption');
    this.#hashing = derived('hashing');
  }

  /** Ciphertext of `text` that opens only for the same `row`. */
  seal(text: string, row: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#encryption, nonce).setAAD(Buffer.from(row));
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${SCHEME}.${sealed.toString('base64url')}`;
  }

  /** Thrown when it was sealed for another row, under another key, or altered: INTERNAL. */
  open(sealed: string, row: string): string {
    const [scheme, data = ''] = sealed.split('.');
    const bytes = Buffer.from(data, 'base64url');
    if (scheme !== SCHEME || bytes.length < NONCE_BYTES + TAG_BYTES) throw broken();
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#encryption, bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(row))
        .setAuthTag(bytes.subarray(-TAG_BYTES));
      const body = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
    } catch (error) {
      throw broken(error);
    }
  }

  /** A hash that nobody without the key can look up: for user names and addresses of failed attempts. */
  blind(text: string): string {
    return `hmac-sha256:${createHmac('sha256', this.#hashing).update(text).digest('base64url')}`;
  }
}

function broken(cause?: unknown): GatewayError {
  return new GatewayError('INTERNAL', 'a sealed secret does not open under LOTGRAPH_IDENTITY_KEY', {}, cause);
}
