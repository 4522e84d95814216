/** The keys that requests and tokens are signed with. */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Clock } from '../../platform/clock';
import { BUILT_IN_ISSUER, type Config, DEMO_TOKEN_KEY } from '../../platform/config';
import { ConfigError } from '../../platform/errors';
import { keyPath, readOrCreate } from '../../platform/key-files';
import { Secret } from '../../platform/secret';
import type { TokenIssuer } from './token';

const SUBGRAPH_KEY = 'subgraph.key';

/** The key that gateway and subgraphs share: the configured one, or in demo mode one kept in the data folder. */
export function subgraphKeyOf(config: Config): Secret {
  if (config.subgraphKey !== null) return config.subgraphKey;
  if (config.mode === 'production')
    throw new ConfigError(['LOTGRAPH_SUBGRAPH_KEY must be set in production mode']);
  const file = keyPath(config.dataDir, SUBGRAPH_KEY);
  return new Secret(readOrCreate(file, () => randomBytes(32).toString('base64url')));
}

/** The private key that signs demo tokens; made at first use. Throws ConfigError in production mode. */
export function demoTokenKey(config: Config): KeyObject {
  if (config.mode !== 'demo') throw new ConfigError(['demo tokens exist only in demo mode']);
  const file = keyPath(config.dataDir, DEMO_TOKEN_KEY);
  return createPrivateKey(
    readOrCreate(file, () =>
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ),
  );
}

const IDENTITY_KEY = 'identity.key';

/** The issuer that signs for accounts kept here; null where a deployment trusts another issuer alone. */
export function ownIssuer(config: Config, clock: Clock): TokenIssuer | null {
  const { audience } = config.tokens;
  if (config.mode === 'demo')
    return { key: demoTokenKey(config), issuer: config.tokens.issuer, audience, clock, builtIn: true };
  const secret = config.identity.tokenKey;
  if (secret === null) return null;
  return { key: readPrivateKey(secret), issuer: BUILT_IN_ISSUER, audience, clock, builtIn: true };
}

/** Every issuer whose tokens are accepted, each with its public key. */
export function trustedIssuers(config: Config, clock: Clock): TokenIssuer[] {
  const own = ownIssuer(config, clock);
  const { issuer, audience, publicKeyFile } = config.tokens;
  return [
    ...(own === null ? [] : [{ ...own, key: createPublicKey(own.key) }]),
    ...(publicKeyFile === null
      ? []
      : [{ key: tokenPublicKey(config), issuer, audience, clock, builtIn: false }]),
  ];
}

/** The key that secrets of factors are encrypted with; made under the data folder in demo mode. */
export function identityKeyOf(config: Config): Secret {
  if (config.identity.secretsKey !== null) return config.identity.secretsKey;
  if (config.mode === 'production')
    throw new ConfigError(['LOTGRAPH_IDENTITY_KEY must be set where this deployment keeps accounts']);
  const file = keyPath(config.dataDir, IDENTITY_KEY);
  return new Secret(readOrCreate(file, () => randomBytes(32).toString('base64url')));
}

function readPrivateKey(secret: Secret): KeyObject {
  const problem = 'LOTGRAPH_TOKEN_PRIVATE_KEY must refer to an Ed25519 private key in PEM form';
  try {
    const key = createPrivateKey(secret.reveal());
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    throw new ConfigError([problem]);
  }
  throw new ConfigError([problem]);
}

/** The key that tokens are verified with. Throws ConfigError when it is missing or no Ed25519 public key. */
function tokenPublicKey(config: Config): KeyObject {
  if (config.mode === 'demo') return createPublicKey(demoTokenKey(config));
  const file = config.tokens.publicKeyFile;
  if (file === null)
    throw new ConfigError(['LOTGRAPH_TOKEN_PUBLIC_KEY must name the public key of the token issuer']);
  const key = readPublicKey(file);
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new ConfigError(['LOTGRAPH_TOKEN_PUBLIC_KEY must be an Ed25519 public key in PEM form']);
}

function readPublicKey(file: string): KeyObject {
  try {
    return createPublicKey(readFileSync(file));
  } catch {
    throw new ConfigError(['LOTGRAPH_TOKEN_PUBLIC_KEY must be an Ed25519 public key in PEM form']);
  }
}
