/**
 * What source records say of persons, under a key for each person as in the audit trail. The same words of the same
 * person give the same ciphertext (AES-GCM-SIV, RFC 8452), so that a second reading of a row changes nothing. Who the
 * person is stands nowhere in clear: keys are found by a keyed hash of system and name.
 */
import { gcmsiv } from '@noble/ciphers/aes';
import { hkdfSync } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { EntityManager } from 'typeorm';
import { GatewayError } from '../../platform/errors';
import type { SubjectCipher } from './subject-cipher';

const MARK = '~person:';
/** `~person:<id>:<ciphertext>`; without ciphertext the words were read after their person had been erased. */
const SEALED = /^~person:([A-Za-z0-9_-]{22}):([A-Za-z0-9_-]*)$/;
const SUBJECT = 'src_';
/** What differs under one key is words alone, for which this cipher needs no nonce of their own. */
const NONCE = new Uint8Array(12);
const REMEMBERED = 10_000;

/** Makes the words of a person unreadable without the person's key. */
export type SealWords = (name: string, words: string) => string;

export class SourcePersons {
  readonly #sealed = new LRUCache<string, string>({ max: REMEMBERED });

  constructor(private readonly cipher: SubjectCipher) {}

  /** Id of the person whom a system calls by this name. Blanks around a name tell nobody apart. */
  subjectOf(system: string, name: string): string {
    return SUBJECT + this.cipher.pseudonym(`source\n${system}\n${name.trim()}`);
  }

  /** Seals words about these persons of a system; makes keys for those who have none. */
  async sealer(manager: EntityManager, system: string, names: Iterable<string>): Promise<SealWords> {
    const ids = new Map([...names].map((name) => [name, this.subjectOf(system, name)]));
    const keys = await this.cipher.keysOf(manager, [...new Set(ids.values())]);
    return (name, words) => {
      const id = ids.get(name);
      const key = id === undefined ? undefined : keys.get(id);
      if (id === undefined || key === undefined) throw new GatewayError('INTERNAL', 'a person without a key');
      return key === null ? tokenOf(id, '') : this.#seal(id, key, words);
    };
  }

  /**
   * The words behind sealed values: null where the person was erased, the value itself where it was never sealed.
   * Thrown when a value is not what was sealed: INTERNAL.
   */
  async open(manager: EntityManager, values: readonly string[]): Promise<Map<string, string | null>> {
    const sealed = values.flatMap((value) => {
      const [, id, ciphertext] = SEALED.exec(value) ?? [];
      return id === undefined || ciphertext === undefined ? [] : [{ value, id: SUBJECT + id, ciphertext }];
    });
    const opened = new Map<string, string | null>(values.map((value) => [value, value]));
    if (sealed.length === 0) return opened;
    const keys = await this.cipher.existingKeys(manager, [...new Set(sealed.map(({ id }) => id))]);
    for (const { value, id, ciphertext } of sealed) {
      const key = keys.get(id) ?? null;
      opened.set(value, key === null || ciphertext === '' ? null : unsealed(id, key, ciphertext));
    }
    return opened;
  }

  #seal(id: string, key: Buffer, words: string): string {
    const remembered = this.#sealed.get(`${id}\n${words}`);
    if (remembered !== undefined) return remembered;
    const ciphertext = cipherOf(id, key).encrypt(Buffer.from(words));
    const sealed = tokenOf(id, Buffer.from(ciphertext).toString('base64url'));
    this.#sealed.set(`${id}\n${words}`, sealed);
    return sealed;
  }
}

const tokenOf = (id: string, ciphertext: string): string =>
  `${MARK}${id.slice(SUBJECT.length)}:${ciphertext}`;

/** A key of its own for this use: the person's key also wraps words by another cipher. */
function cipherOf(id: string, key: Buffer): ReturnType<typeof gcmsiv> {
  const own = new Uint8Array(hkdfSync('sha256', key, '', 'lotgraph source values', key.length));
  return gcmsiv(own, NONCE, Buffer.from(id));
}

function unsealed(id: string, key: Buffer, ciphertext: string): string {
  try {
    return Buffer.from(cipherOf(id, key).decrypt(Buffer.from(ciphertext, 'base64url'))).toString('utf8');
  } catch {
    throw new GatewayError('INTERNAL', 'encrypted words are not what was encrypted');
  }
}
