/** A passkey in software: answers challenges as a browser and its authenticator would, or as a thief would. */
import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const ATTESTED = 0x40;

export interface SoftPasskeyOptions {
  readonly origin: string;
  readonly rpId: string;
}

export class SoftPasskey {
  readonly id = randomBytes(32);
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  #counter = 0;

  constructor(private readonly options: SoftPasskeyOptions) {}

  /** What navigator.credentials.create would give. */
  register(options: object): object {
    const { challenge } = options as { challenge: string };
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' }) as { x?: string; y?: string };
    const coordinates = [x, y].map((value) => new Uint8Array(Buffer.from(value, 'base64url')));
    const key = new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, coordinates[0] ?? new Uint8Array()],
      [-3, coordinates[1] ?? new Uint8Array()],
    ]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.id.length);
    const attested = Buffer.concat([Buffer.alloc(16), length, this.id, Buffer.from(isoCBOR.encode(key))]);
    const authData = Buffer.concat([this.#authData(USER_PRESENT | USER_VERIFIED | ATTESTED), attested]);
    const attestation = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', new Uint8Array(authData)],
    ]);
    return this.#credential({
      clientDataJSON: this.#clientData('webauthn.create', challenge).toString('base64url'),
      attestationObject: Buffer.from(isoCBOR.encode(attestation as never)).toString('base64url'),
      transports: ['internal'],
    });
  }

  /** What navigator.credentials.get would give; `verified` false when nobody showed PIN or finger. */
  answer(options: object, change: { origin?: string; verified?: boolean } = {}): object {
    const { challenge } = options as { challenge: string };
    this.#counter += 1;
    const flags = USER_PRESENT | (change.verified === false ? 0 : USER_VERIFIED);
    const authData = this.#authData(flags);
    const clientData = this.#clientData('webauthn.get', challenge, change.origin);
    const signed = Buffer.concat([authData, createHash('sha256').update(clientData).digest()]);
    return this.#credential({
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: createSign('sha256').update(signed).sign(this.#keys.privateKey).toString('base64url'),
    });
  }

  #authData(flags: number): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.#counter);
    const rpIdHash = createHash('sha256').update(this.options.rpId).digest();
    return Buffer.concat([rpIdHash, Buffer.from([flags]), counter]);
  }

  #clientData(type: string, challenge: string, origin: string = this.options.origin): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }

  #credential(response: object): object {
    const id = this.id.toString('base64url');
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response };
  }
}
