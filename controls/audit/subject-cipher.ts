/**
 * Personal data under a key for each person (AES-256-GCM, the person's id as additional data). The keys stand wrapped
 * in the table `subject_key`; the master key that wraps them does not stand in the database. Destroying a person's key
 * erases the words everywhere, in backups too, and breaks no hash.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type EntityManager, In } from 'typeorm';
import type { Clock } from '../../platform/clock';
import type { Config } from '../../platform/config';
import { ConfigError, GatewayError } from '../../platform/errors';
import { keyPath, readOrCreate } from '../../platform/key-files';
import { timedId } from '../integrity/ids';
import type { PersonalData } from './personal-data';
import { SubjectKeyRow } from './subject-key.entity';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MASTER_ID_LENGTH = 16;
const MIN_MASTER_LENGTH = 32;
const REMEMBERED = 5_000;
const PSEUDONYM_BYTES = 16;

interface MasterKey {
  readonly id: string;
  readonly key: Buffer;
}

export class SubjectCipher implements PersonalData {
  #master: MasterKey | undefined;
  #pseudonyms: Buffer | undefined;
  /** Ciphertexts by person and words: a name that acts a thousand times is encrypted once. */
  readonly #sealed = new LRUCache<string, string>({ max: REMEMBERED });
  /** Keys that a transaction made and may yet roll back; what they seal MUST NOT be remembered. */
  readonly #fresh = new WeakMap<EntityManager, Set<string>>();

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  async seal(
    manager: EntityManager,
    person: string,
    words: Readonly<Record<string, string>>,
  ): Promise<string | null> {
    if (Object.keys(words).length === 0) return null;
    const text = JSON.stringify(words);
    const remembered = this.#sealed.get(`${person}\n${text}`);
    if (remembered !== undefined) return remembered;
    const row = await this.#keyRow(manager, person);
    if (row.wrapped === null) return null;
    const key = this.#unwrap(row, row.wrapped);
    const sealed = `${CIPHER}:${row.keyId}:${encrypt(key, person, Buffer.from(text)).toString('base64url')}`;
    if (this.#fresh.get(manager)?.has(person) !== true) this.#sealed.set(`${person}\n${text}`, sealed);
    return sealed;
  }

  async open(
    manager: EntityManager,
    person: string,
    sealed: string,
  ): Promise<Readonly<Record<string, string>> | null> {
    const [name, keyId, encoded] = sealed.split(':');
    if (name !== CIPHER || encoded === undefined) throw unreadable();
    const row = await manager.findOneBy(SubjectKeyRow, { person });
    if (row === null || row.wrapped === null || row.keyId !== keyId) return null;
    const plain = decrypt(this.#unwrap(row, row.wrapped), person, Buffer.from(encoded, 'base64url'));
    return JSON.parse(plain.toString('utf8')) as Record<string, string>;
  }

  /** Destroys the person's key for good; true when there was one. The caller MUST record the act. */
  async destroy(manager: EntityManager, person: string): Promise<boolean> {
    // a person without a key gets a destroyed one, so that none is made later
    const row = await this.#keyRow(manager, person);
    if (row.wrapped === null) return false;
    const destroyedAt = this.clock.now();
    await manager.update(SubjectKeyRow, { person }, { wrapped: null, destroyedAt });
    for (const remembered of this.#sealed.keys())
      if (remembered.startsWith(`${person}\n`)) this.#sealed.delete(remembered);
    return true;
  }

  /** The persons' keys, made where there are none; null where the key was destroyed. */
  async keysOf(
    manager: EntityManager,
    persons: readonly string[],
  ): Promise<ReadonlyMap<string, Buffer | null>> {
    const keys = new Map(await this.existingKeys(manager, persons));
    for (const person of persons) {
      if (keys.has(person)) continue;
      const row = await this.#keyRow(manager, person);
      keys.set(person, row.wrapped === null ? null : this.#unwrap(row, row.wrapped));
    }
    return keys;
  }

  /** The persons' keys; null where the key was destroyed, nothing where there never was one. */
  async existingKeys(
    manager: EntityManager,
    persons: readonly string[],
  ): Promise<ReadonlyMap<string, Buffer | null>> {
    const rows = await manager.findBy(SubjectKeyRow, { person: In([...persons]) });
    return new Map(
      rows.map((row) => [row.person, row.wrapped === null ? null : this.#unwrap(row, row.wrapped)]),
    );
  }

  /** A name for somebody that only the holder of the master key can make from who it is; 22 characters. */
  pseudonym(who: string): string {
    const key = (this.#pseudonyms ??= Buffer.from(
      hkdfSync('sha256', subjectSecret(this.config), '', 'lotgraph pseudonyms', KEY_BYTES),
    ));
    const digest = createHmac('sha256', key).update(who).digest();
    return digest.subarray(0, PSEUDONYM_BYTES).toString('base64url');
  }

  async #keyRow(manager: EntityManager, person: string): Promise<SubjectKeyRow> {
    const existing = await manager.findOneBy(SubjectKeyRow, { person });
    if (existing !== null) return existing;
    const keyId = timedId(this.clock.now());
    const master = this.#masterKey();
    const wrapped = encrypt(master.key, wrapContext(person, keyId), randomBytes(KEY_BYTES));
    await manager
      .createQueryBuilder()
      .insert()
      .into(SubjectKeyRow)
      .values({
        ...{ person, keyId, masterId: master.id, wrapped: wrapped.toString('base64url') },
        createdAt: this.clock.now(),
        destroyedAt: null,
      })
      .orIgnore()
      .execute();
    const fresh = this.#fresh.get(manager) ?? new Set();
    this.#fresh.set(manager, fresh.add(person));
    // another transaction may have been first: its key counts
    return await manager.findOneByOrFail(SubjectKeyRow, { person });
  }

  #unwrap(row: SubjectKeyRow, wrapped: string): Buffer {
    const master = this.#masterKey();
    if (row.masterId !== master.id)
      throw new GatewayError('INTERNAL', 'the key of a person is wrapped by another master key');
    return decrypt(master.key, wrapContext(row.person, row.keyId), Buffer.from(wrapped, 'base64url'));
  }

  #masterKey(): MasterKey {
    return (this.#master ??= readMasterKey(this.config));
  }
}

/** The secret behind the master key, made when there is none yet. */
export function subjectSecret(config: Config): string {
  const secret =
    config.audit.subjectKey?.reveal() ??
    readOrCreate(keyPath(config.dataDir, 'subject.key'), () => randomBytes(KEY_BYTES).toString('base64url'));
  if (secret.length < MIN_MASTER_LENGTH)
    throw new ConfigError([`LOTGRAPH_SUBJECT_KEY must refer to at least ${MIN_MASTER_LENGTH} characters`]);
  return secret;
}

function readMasterKey(config: Config): MasterKey {
  const secret = subjectSecret(config);
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'lotgraph subject keys', KEY_BYTES));
  const id = createHash('sha256').update('id').update(key).digest('hex').slice(0, MASTER_ID_LENGTH);
  return { id, key };
}

const wrapContext = (person: string, keyId: string): string => `subject_key\n${person}\n${keyId}`;

/** Nonce, tag and ciphertext, in that order. */
function encrypt(key: Buffer, context: string, plain: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce);
  cipher.setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** Thrown when key, context or a byte is another one: INTERNAL. */
function decrypt(key: Buffer, context: string, sealed: Buffer): Buffer {
  try {
    const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  } catch {
    throw unreadable();
  }
}

const unreadable = (): GatewayError =>
  new GatewayError('INTERNAL', 'encrypted words are not what was encrypted');
