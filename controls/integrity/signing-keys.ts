/**
 * The deployment's signing keys, one for each purpose: a checkpoint's key can sign no sign-off. A key stands in an
 * owner-only file or behind a `file:`/`env:` reference. Public halves of keys that are no longer used stay listed, in
 * files and in the table `integrity_key`, so that what they signed still verifies. A key from the table counts only when
 * something outside of the table vouches for it: a file, the configuration, or an entry that the product wrote.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EntityManager } from 'typeorm';
import type { Config } from '../../platform/config';
import { ConfigError } from '../../platform/errors';
import { keyPath, readOrCreate } from '../../platform/key-files';
import type { Secret } from '../../platform/secret';
import { SYSTEM_ACTOR } from '../audit/audit-entry';
import type { AuditRecorder } from '../audit/audit-recorder';
import { IntegrityKeyRow } from './integrity-key.entity';
import { KEY_USED } from './key-check';
import { namedKeys } from './named-keys';
import { toldKeys } from './told-keys';
import {
  algorithmOfKey,
  keyIdOf,
  readable,
  readPublicKeys,
  signText,
  type PublicKeys,
  type SignatureAlgorithm,
} from './signature';

export const SIGNING_PURPOSES = ['audit', 'signOff'] as const;
export type SigningPurpose = (typeof SIGNING_PURPOSES)[number];

/** Signs for one purpose. */
export interface Signer {
  readonly purpose: SigningPurpose;
  readonly algorithm: SignatureAlgorithm;
  readonly keyId: string;
  /** PEM. */
  readonly publicKey: string;
  sign(text: string): string;
}

const FILE_NAME: Readonly<Record<SigningPurpose, string>> = { audit: 'audit', signOff: 'sign-off' };
const VARIABLE: Readonly<Record<SigningPurpose, string>> = {
  audit: 'LOTGRAPH_AUDIT_KEY',
  signOff: 'LOTGRAPH_SIGN_OFF_KEY',
};

export class SigningKeys {
  readonly #config: Config;
  readonly #signers = new Map<SigningPurpose, Signer>();
  /** Purposes whose key the trail was seen to tell of. */
  readonly #announced = new Set<SigningPurpose>();

  constructor(config: Config) {
    this.#config = config;
  }

  /** The signer of a purpose; its key is read, or made, at first use. Throws ConfigError when it is of no use. */
  for(purpose: SigningPurpose): Signer {
    const known = this.#signers.get(purpose);
    if (known !== undefined) return known;
    const signer = makeSigner(purpose, this.#privateKey(purpose));
    keepPublicKey(this.#config, signer);
    this.#signers.set(purpose, signer);
    return signer;
  }

  /**
   * Lists the public key of the purpose in the database, where readers of the graph find it, and tells of it in the trail:
   * without that entry no other process believes it.
   */
  async announce(
    manager: EntityManager,
    purpose: SigningPurpose,
    now: number,
    audit: Pick<AuditRecorder, 'record'>,
  ): Promise<void> {
    const { keyId, algorithm, publicKey } = this.for(purpose);
    if (this.#announced.has(purpose)) return;
    await manager
      .createQueryBuilder()
      .insert()
      .into(IntegrityKeyRow)
      .values({ keyId, purpose, algorithm, publicKey, firstUsedAt: now })
      .orIgnore()
      .execute();
    if (!(await toldKeys(manager, purpose)).has(keyId))
      await audit.record(manager, SYSTEM_ACTOR, {
        ...{ action: KEY_USED, outcome: 'DONE', object: { type: 'signingKey', id: keyId } },
        facts: { purpose, algorithm },
      });
    // what a transaction wrote may yet be rolled back: the next one looks again
    else this.#announced.add(purpose);
  }

  /** Every public key of the purpose that counts, old ones too: our own, those named, and those that the trail tells of. */
  async announced(manager: EntityManager, purpose: SigningPurpose): Promise<PublicKeys> {
    const rows = await manager.findBy(IntegrityKeyRow, { purpose });
    const trusted = this.trusted(purpose);
    const listed = readable(rows.map((row) => row.publicKey));
    const others = [...listed].filter(([keyId]) => !trusted.has(keyId));
    const told = others.length === 0 ? new Set<string>() : await toldKeys(manager, purpose);
    return new Map([...trusted, ...others.filter(([keyId]) => told.has(keyId))]);
  }

  /** The keys of the purpose that are known without the database. */
  trusted(purpose: SigningPurpose): PublicKeys {
    const texts = [keptPublicKeys(this.#config, purpose) ?? '', ...namedKeys(this.#config)];
    return new Map([...readable(texts), ...readPublicKeys(this.for(purpose).publicKey)]);
  }

  #privateKey(purpose: SigningPurpose): KeyObject {
    const { audit } = this.#config;
    const reference = purpose === 'audit' ? audit.auditKey : audit.signOffKey;
    if (reference !== null) return readPrivateKey(reference, VARIABLE[purpose]);
    const file = keyFile(this.#config, purpose);
    return createPrivateKey(readOrCreate(file, () => newPrivateKey(audit.signature)));
  }
}

/**
 * Retires the key file of a purpose, so that the next start makes a new one; its public half stays listed. Throws
 * ConfigError when the key is not kept in a file of ours.
 */
export function retireKey(config: Config, purpose: SigningPurpose): string {
  const reference = purpose === 'audit' ? config.audit.auditKey : config.audit.signOffKey;
  if (reference !== null)
    throw new ConfigError([`${VARIABLE[purpose]} names the key: put another key there to rotate it`]);
  const file = keyFile(config, purpose);
  if (!existsSync(file)) throw new ConfigError(['there is no key to retire yet']);
  const signer = makeSigner(purpose, createPrivateKey(readFileSync(file)));
  keepPublicKey(config, signer);
  renameSync(file, `${file}.${signer.keyId}.retired`);
  return signer.keyId;
}

/** All public keys of a purpose that the data folder lists, as one PEM text; null when there is none. */
export function keptPublicKeys(config: Config, purpose: SigningPurpose): string | null {
  const folder = publicFolder(config);
  if (!existsSync(folder)) return null;
  const files = readdirSync(folder).filter((name) => name.startsWith(`${FILE_NAME[purpose]}-`));
  const texts = files.sort().map((name) => readFileSync(path.join(folder, name), 'utf8'));
  return texts.length === 0 ? null : texts.join('\n');
}

/** A new private key, PEM. */
export function newPrivateKey(algorithm: SignatureAlgorithm): string {
  const { privateKey } =
    algorithm === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: 'SM2' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function makeSigner(purpose: SigningPurpose, key: KeyObject): Signer {
  const publicKey = createPublicKey(key);
  const algorithm = algorithmOfKey(publicKey);
  if (algorithm === null)
    throw new ConfigError([`${VARIABLE[purpose]} must be an Ed25519 or SM2 private key in PEM form`]);
  return {
    purpose,
    algorithm,
    keyId: keyIdOf(publicKey),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    sign: (text) => signText(text, key),
  };
}

function readPrivateKey(reference: Secret, variable: string): KeyObject {
  try {
    return createPrivateKey(reference.reveal());
  } catch {
    throw new ConfigError([`${variable} must refer to a private key in PEM form`]);
  }
}

const keyFile = (config: Config, purpose: SigningPurpose): string =>
  keyPath(config.dataDir, `${FILE_NAME[purpose]}-${config.audit.signature}.key`);

const publicFolder = (config: Config): string => keyPath(config.dataDir, 'public');

function keepPublicKey(config: Config, signer: Signer): void {
  const folder = publicFolder(config);
  const file = path.join(folder, `${FILE_NAME[signer.purpose]}-${signer.keyId}.pem`);
  if (existsSync(file)) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, signer.publicKey);
}
