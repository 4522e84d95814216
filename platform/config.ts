/**
 * The configuration of a process, read once from the environment by its main file. Every problem is reported at
 * once; nothing has a default that is less safe in production than in the demo.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { systemClock, FixedClock, type Clock } from './clock';
import { readAuditSettings, type AuditSettings } from './config-audit';
import { ConfigReader, protocolOf, type Environment } from './config-reader';
import { unknownVariables } from './config-variables';
import { ConfigError } from './errors';
import type { Secret } from './secret';

export type Mode = 'demo' | 'production';
export type Topology = 'single' | 'split';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

export interface Config {
  readonly mode: Mode;
  readonly host: string;
  readonly port: number;
  /** Absolute path of the folder for everything that this deployment keeps in files. */
  readonly dataDir: string;
  readonly databaseUrl: string;
  /** The instant that LOTGRAPH_CLOCK stops the clock at; null runs on the system's. */
  readonly fixedInstant: number | null;
  readonly logLevel: string;
  /** Absolute path of the folder of mappings. */
  readonly mappingsDir: string;
  readonly syncIntervalMs: number;
  /** How long a system stays locked to a worker that was killed. */
  readonly syncLeaseMs: number;
  readonly requestDeadlineMs: number;
  readonly subgraphDeadlineMs: number;
  readonly sourceDeadlineMs: number;
  readonly reading: ReadingSettings;
  readonly topology: Topology;
  /** Subgraph name → base URL, for the split topology. */
  readonly subgraphUrls: ReadonlyMap<string, string>;
  /** Shared key of gateway and subgraphs; null in demo mode, where one is kept under the data folder. */
  readonly subgraphKey: Secret | null;
  /** Where a subgraph service listens; 0 takes any free port. */
  readonly subgraphPort: number;
  readonly tokens: TokenSettings;
  readonly identity: IdentitySettings;
  readonly alarms: AlarmConfig;
  /** Algorithm of new hashes; stored ones name theirs. */
  readonly digestAlgorithm: 'sha256' | 'sm3';
  readonly audit: AuditSettings;
  readonly demo: DemoSettings;
}

export interface AlarmConfig {
  /** Absolute path of the folder of `rules.yaml` and `channels.yaml`. */
  readonly folder: string;
  /** Base URL that every robot and webhook is reached through; null reaches them directly. */
  readonly relay: string | null;
}

export interface TokenSettings {
  readonly issuer: string;
  readonly audience: string;
  /** PEM file of the issuer's Ed25519 public key; null in demo mode. */
  readonly publicKeyFile: string | null;
}

/** What callers may ask, how often, and what of it is written down. */
export interface ReadingSettings {
  /** Cost that one person may use in a minute; 0 sets no limit. */
  readonly ratePoints: number;
  /** Requests of one person that may be under way at once; 0 sets no limit. */
  readonly rateAtOnce: number;
  /** Absolute path of the folder of registered documents. */
  readonly documentsDir: string;
  /** Who may run registered documents alone. */
  readonly documentsOnly: 'services' | 'all' | 'off';
  /** An answer with more rows than this is a bulk read, which is audited. */
  readonly bulkRows: number;
}

/** Accounts that this deployment keeps, and the systems that vouch for its people. */
export interface IdentitySettings {
  /** Ed25519 private key (PEM) that signs the tokens of accounts kept here; null in demo mode, or where there are none. */
  readonly tokenKey: Secret | null;
  /** Key that secrets of factors are encrypted with; null in demo mode, or where no accounts are kept here. */
  readonly secretsKey: Secret | null;
  /** Origin that people reach the gateway at; passkeys and OIDC are bound to it. Null where it is not said. */
  readonly origin: string | null;
  readonly oidc: {
    readonly issuer: string;
    readonly clientId: string;
    readonly clientSecret: Secret | null;
  } | null;
  readonly ldap: LdapSettings | null;
  /** File that commands keep a session in; null for the usual place. */
  readonly sessionFile: string | null;
}

export interface LdapSettings {
  readonly url: string;
  /** PEM file of the authority that signed the server's certificate; null trusts the system's. */
  readonly caFile: string | null;
  /** Account that looks people up; null looks up anonymously. */
  readonly bindDn: string | null;
  readonly bindPassword: Secret | null;
}

export interface DemoSettings {
  readonly date: string | null;
  readonly scale: number;
  /** `mysql://…` of the database that the demo ERP's tables are kept in; null keeps them in a file. */
  readonly erpUrl: string | null;
}

/** Issuer of demo tokens; production refuses it. */
const DEMO_ISSUER = 'lotgraph-demo';
/** Issuer of the tokens of accounts that a production deployment keeps itself. */
export const BUILT_IN_ISSUER = 'lotgraph';
/** Name of the demo token key under `<data>/keys`; a production data folder MUST NOT hold one. */
export const DEMO_TOKEN_KEY = 'demo-token.key';

const MINUTE_MS = 60_000;

/** Reads the configuration. Throws ConfigError with every problem when it cannot be used. */
export function loadConfig(env: Environment, root: string = process.cwd()): Config {
  const read = new ConfigReader(env);
  const mode = read.oneOf('LOTGRAPH_MODE', ['demo', 'production'], 'production');
  const dataDir = path.resolve(root, read.text('LOTGRAPH_DATA') ?? 'data');
  const config: Config = {
    mode,
    host: read.text('LOTGRAPH_HOST') ?? '127.0.0.1',
    port: read.integer('LOTGRAPH_PORT', { min: 0, max: 65_535 }, 4000),
    dataDir,
    databaseUrl: read.text('LOTGRAPH_DATABASE_URL') ?? `sqlite:${path.join(dataDir, 'lotgraph.sqlite')}`,
    fixedInstant: read.instant('LOTGRAPH_CLOCK'),
    logLevel: read.oneOf('LOTGRAPH_LOG_LEVEL', LOG_LEVELS, mode === 'demo' ? 'warn' : 'info'),
    mappingsDir: path.resolve(root, read.text('LOTGRAPH_MAPPINGS') ?? 'schema/mappings'),
    syncIntervalMs: read.integer('LOTGRAPH_SYNC_INTERVAL_MS', { min: 100, max: 60 * MINUTE_MS }, 5000),
    syncLeaseMs: read.integer('LOTGRAPH_SYNC_LEASE_MS', { min: 1000, max: 60 * MINUTE_MS }, 20_000),
    requestDeadlineMs: read.integer(
      'LOTGRAPH_REQUEST_DEADLINE_MS',
      { min: 100, max: 10 * MINUTE_MS },
      10_000,
    ),
    subgraphDeadlineMs: read.integer('LOTGRAPH_SUBGRAPH_DEADLINE_MS', { min: 50, max: 10 * MINUTE_MS }, 8000),
    sourceDeadlineMs: read.integer('LOTGRAPH_SOURCE_DEADLINE_MS', { min: 10, max: 10 * MINUTE_MS }, 3000),
    reading: readingOf(read, mode, root),
    topology: read.oneOf('LOTGRAPH_TOPOLOGY', ['single', 'split'], 'single'),
    subgraphUrls: read.urls('LOTGRAPH_SUBGRAPH_URLS'),
    subgraphKey: read.secret('LOTGRAPH_SUBGRAPH_KEY'),
    subgraphPort: read.integer('LOTGRAPH_SUBGRAPH_PORT', { min: 0, max: 65_535 }, 0),
    tokens: {
      issuer: read.text('LOTGRAPH_TOKEN_ISSUER') ?? (mode === 'demo' ? DEMO_ISSUER : ''),
      audience: read.text('LOTGRAPH_TOKEN_AUDIENCE') ?? 'lotgraph',
      publicKeyFile: read.existingFile('LOTGRAPH_TOKEN_PUBLIC_KEY'),
    },
    identity: readIdentity(read),
    digestAlgorithm: read.oneOf('LOTGRAPH_DIGEST', ['sha256', 'sm3'], 'sha256'),
    audit: readAuditSettings(read, dataDir, mode === 'production'),
    alarms: {
      folder: path.resolve(root, read.text('LOTGRAPH_ALARMS') ?? 'schema/dictionary/alarms'),
      relay: read.text('LOTGRAPH_ALARM_RELAY') ?? null,
    },
    demo: {
      date: read.date('LOTGRAPH_DEMO_DATE'),
      scale: read.integer('LOTGRAPH_DEMO_SCALE', { min: 1, max: 10_000 }, 1),
      erpUrl: read.text('LOTGRAPH_DEMO_ERP_URL') ?? null,
    },
  };
  checkTogether(config, read);
  if (mode === 'production') checkProduction(config, read);
  else checkDemo(config, read);
  const problems = [...read.problems, ...unknownVariables(Object.keys(env))];
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}

function readingOf(read: ConfigReader, mode: Mode, root: string): ReadingSettings {
  return {
    ratePoints: read.integer('LOTGRAPH_RATE_POINTS', { min: 0, max: 1_000_000_000 }, 600_000),
    rateAtOnce: read.integer('LOTGRAPH_RATE_AT_ONCE', { min: 0, max: 100_000 }, 250),
    documentsDir: path.resolve(root, read.text('LOTGRAPH_DOCUMENTS') ?? 'schema/documents'),
    documentsOnly: read.oneOf(
      'LOTGRAPH_DOCUMENTS_ONLY',
      ['services', 'all', 'off'],
      mode === 'production' ? 'services' : 'off',
    ),
    bulkRows: read.integer('LOTGRAPH_BULK_READ_ROWS', { min: 1, max: 1_000_000 }, 500),
  };
}

function readIdentity(read: ConfigReader): IdentitySettings {
  const issuer = read.url('LOTGRAPH_OIDC_ISSUER');
  const clientId = read.text('LOTGRAPH_OIDC_CLIENT_ID') ?? null;
  const ldapUrl = read.url('LOTGRAPH_LDAP_URL');
  if ((issuer === null) !== (clientId === null))
    read.problem('LOTGRAPH_OIDC_ISSUER', 'and LOTGRAPH_OIDC_CLIENT_ID must be set together');
  const clientSecret = read.secret('LOTGRAPH_OIDC_CLIENT_SECRET');
  return {
    tokenKey: read.secret('LOTGRAPH_TOKEN_PRIVATE_KEY'),
    secretsKey: read.secret('LOTGRAPH_IDENTITY_KEY'),
    origin: read.url('LOTGRAPH_ORIGIN'),
    oidc: issuer === null || clientId === null ? null : { issuer, clientId, clientSecret },
    ldap:
      ldapUrl === null
        ? null
        : {
            url: ldapUrl,
            caFile: read.existingFile('LOTGRAPH_LDAP_CA'),
            bindDn: read.text('LOTGRAPH_LDAP_BIND_DN') ?? null,
            bindPassword: read.secret('LOTGRAPH_LDAP_BIND_PASSWORD'),
          },
    sessionFile: read.text('LOTGRAPH_SESSION_FILE') ?? null,
  };
}

/** The clock that the configuration asks for: the system's, or one that stands still. */
export function clockOf(config: Config): Clock {
  return config.fixedInstant === null ? systemClock : new FixedClock(config.fixedInstant);
}

function checkTogether(config: Config, read: ConfigReader): void {
  if (!config.databaseUrl.startsWith('sqlite:') && protocolOf(config.databaseUrl) !== 'mysql:') {
    read.problem(
      'LOTGRAPH_DATABASE_URL',
      'must be sqlite:/path/to/file or mysql://user:password@host:port/name',
    );
  }
  if (config.subgraphDeadlineMs > config.requestDeadlineMs) {
    read.problem('LOTGRAPH_SUBGRAPH_DEADLINE_MS', 'must not be longer than LOTGRAPH_REQUEST_DEADLINE_MS');
  }
  if (config.sourceDeadlineMs > config.subgraphDeadlineMs) {
    read.problem('LOTGRAPH_SOURCE_DEADLINE_MS', 'must not be longer than LOTGRAPH_SUBGRAPH_DEADLINE_MS');
  }
  if (config.subgraphKey !== null && config.subgraphKey.reveal().length < 32) {
    read.problem('LOTGRAPH_SUBGRAPH_KEY', 'must refer to at least 32 characters');
  }
}

function checkProduction(config: Config, read: ConfigReader): void {
  if (config.databaseUrl.startsWith('sqlite:') && !read.flag('LOTGRAPH_ALLOW_SQLITE')) {
    read.problem(
      'LOTGRAPH_DATABASE_URL',
      'is SQLite, which has no grants to keep accounts apart; name a mysql:// server, or set LOTGRAPH_ALLOW_SQLITE=1',
    );
  }
  if (config.fixedInstant !== null) read.problem('LOTGRAPH_CLOCK', 'is refused in production mode');
  for (const name of ['LOTGRAPH_DEMO_DATE', 'LOTGRAPH_DEMO_SCALE', 'LOTGRAPH_DEMO_ERP_URL'] as const) {
    if (read.text(name) !== undefined) read.problem(name, 'is a demo setting, refused in production mode');
  }
  checkProductionIdentity(config, read);
  if (existsSync(path.join(config.dataDir, 'keys', DEMO_TOKEN_KEY))) {
    read.problem(
      'LOTGRAPH_DATA',
      `holds a demo key (keys/${DEMO_TOKEN_KEY}); use a folder that no demo ever used`,
    );
  }
  if (config.topology === 'split' && config.subgraphKey === null) {
    read.problem('LOTGRAPH_SUBGRAPH_KEY', 'must be set for the split topology in production mode');
  }
}

/** Tokens come from accounts that are kept here, from another issuer, or from both; each needs its keys. */
function checkProductionIdentity({ tokens, identity }: Config, read: ConfigReader): void {
  const hasPublicKey = read.text('LOTGRAPH_TOKEN_PUBLIC_KEY') !== undefined;
  if (!hasPublicKey && read.text('LOTGRAPH_TOKEN_PRIVATE_KEY') === undefined) {
    read.problem(
      'LOTGRAPH_TOKEN_PUBLIC_KEY',
      'must name the public key of the token issuer in production mode, unless LOTGRAPH_TOKEN_PRIVATE_KEY lets this deployment keep accounts',
    );
  }
  if (path.basename(tokens.publicKeyFile ?? '').startsWith('demo-'))
    read.problem('LOTGRAPH_TOKEN_PUBLIC_KEY', 'names a demo key, refused in production mode');
  if (hasPublicKey && ['', DEMO_ISSUER, BUILT_IN_ISSUER].includes(tokens.issuer)) {
    read.problem(
      'LOTGRAPH_TOKEN_ISSUER',
      'must name the production issuer of tokens, and neither the demo one nor our own',
    );
  }
  const keepsAccounts = identity.tokenKey !== null;
  if (keepsAccounts && (identity.secretsKey?.reveal().length ?? 0) < 32)
    read.problem(
      'LOTGRAPH_IDENTITY_KEY',
      'must refer to at least 32 characters where accounts are kept here',
    );
  if (!keepsAccounts && (identity.oidc !== null || identity.ldap !== null))
    read.problem('LOTGRAPH_TOKEN_PRIVATE_KEY', 'must be set for signing in over OIDC or LDAP');
  if (identity.oidc !== null && identity.origin === null)
    read.problem('LOTGRAPH_ORIGIN', 'must be set for signing in over OIDC');
}

function checkDemo(config: Config, read: ConfigReader): void {
  const loopback =
    config.host === 'localhost' || config.host === '::1' || /^127(\.\d{1,3}){3}$/.test(config.host);
  if (!loopback)
    read.problem('LOTGRAPH_HOST', 'must be a loopback address in demo mode, whose sign-in has no secret');
  if (config.tokens.issuer !== DEMO_ISSUER) {
    read.problem('LOTGRAPH_TOKEN_ISSUER', `is ${DEMO_ISSUER} in demo mode and cannot be set`);
  }
  if (read.text('LOTGRAPH_TOKEN_PUBLIC_KEY') !== undefined) {
    read.problem('LOTGRAPH_TOKEN_PUBLIC_KEY', 'has no use in demo mode, which verifies only demo tokens');
  }
  if (read.text('LOTGRAPH_TOKEN_PRIVATE_KEY') !== undefined) {
    read.problem('LOTGRAPH_TOKEN_PRIVATE_KEY', 'has no use in demo mode, which has a key of its own');
  }
}
