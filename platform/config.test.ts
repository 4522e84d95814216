import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from './config';
import { CONFIG_VARIABLES } from './config-variables';
import { ConfigError } from './errors';

const folder = mkdtempSync(path.join(tmpdir(), 'lotgraph-config-'));
const publicKey = path.join(folder, 'issuer.pem');
writeFileSync(publicKey, generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }));

const PRODUCTION = {
  LOTGRAPH_DATA: path.join(folder, 'data'),
  LOTGRAPH_DATABASE_URL: 'mysql://app:x@db:3306/lotgraph',
  LOTGRAPH_TOKEN_PUBLIC_KEY: publicKey,
  LOTGRAPH_TOKEN_ISSUER: 'https://id.example',
  LOTGRAPH_AUDIT_SINK: 'file:/mnt/witness/checkpoints.jsonl',
};

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    return error instanceof ConfigError ? error.problems : [String(error)];
  }
}

describe('loadConfig', () => {
  test('has a default for everything in demo mode', () => {
    const config = loadConfig({ LOTGRAPH_MODE: 'demo' }, folder);
    expect(config).toMatchObject({
      ...{ mode: 'demo', host: '127.0.0.1', port: 4000, topology: 'single', requestDeadlineMs: 10_000 },
      databaseUrl: `sqlite:${path.join(folder, 'data', 'lotgraph.sqlite')}`,
      tokens: { issuer: 'lotgraph-demo', audience: 'lotgraph', publicKeyFile: null },
    });
  });

  test('is in production mode unless told otherwise', () => {
    expect(loadConfig(PRODUCTION).mode).toBe('production');
  });

  test('reports every problem at once', () => {
    const problems = problemsOf({
      ...PRODUCTION,
      LOTGRAPH_PORT: '99999',
      LOTGRAPH_CLOCK: '2026-11-20T00:00:00Z',
      LOTGRAPH_DATABASE_URL: 'sqlite:x',
      LOTGRAPH_DEMO_SCALE: '2',
      LOTGRAPH_SUBGRAPH_KEY: 'a literal secret',
      LOTGRAPH_PROT: '1',
    });
    expect(problems).toEqual([
      'LOTGRAPH_PORT must be a whole number from 0 to 65535; it is "99999"',
      'LOTGRAPH_SUBGRAPH_KEY must be file:/path or env:NAME, never the secret itself',
      expect.stringMatching(/^LOTGRAPH_DATABASE_URL is SQLite/),
      'LOTGRAPH_CLOCK is refused in production mode',
      'LOTGRAPH_DEMO_SCALE is a demo setting, refused in production mode',
      'LOTGRAPH_PROT is not a variable of LotGraph; did you mean LOTGRAPH_PORT?',
    ]);
  });

  test('leaves names of sources alone', () => {
    expect(problemsOf({ ...PRODUCTION, LOTGRAPH_SOURCE_ERP_URL: 'mysql://erp' })).toEqual([]);
  });

  test.each(['0.0.0.0', '192.168.1.4', '::', '127.0.0.1.example.com'])(
    'refuses to listen on %s in demo mode',
    (host) => {
      expect(problemsOf({ LOTGRAPH_MODE: 'demo', LOTGRAPH_HOST: host })[0]).toMatch(
        /^LOTGRAPH_HOST must be a loopback/,
      );
    },
  );

  test.each([
    ['no key', { LOTGRAPH_TOKEN_PUBLIC_KEY: '' }],
    ['the demo issuer', { LOTGRAPH_TOKEN_ISSUER: 'lotgraph-demo' }],
    ['no issuer', { LOTGRAPH_TOKEN_ISSUER: '' }],
    ['split without a key', { LOTGRAPH_TOPOLOGY: 'split' }],
    ['SQLite', { LOTGRAPH_DATABASE_URL: 'sqlite:x' }],
    ['no sink of audit checkpoints', { LOTGRAPH_AUDIT_SINK: '' }],
    ['a sink that is none', { LOTGRAPH_AUDIT_SINK: 'ftp://x' }],
    ['a demo date', { LOTGRAPH_DEMO_DATE: '2026-11-20' }],
  ])('refuses production with %s', (_name, change) => {
    expect(problemsOf({ ...PRODUCTION, ...change })).toHaveLength(1);
  });

  test('refuses production on a data folder that holds a demo key, or with a demo key', () => {
    const data = path.join(folder, 'used');
    mkdirSync(path.join(data, 'keys'), { recursive: true });
    const demoKey = path.join(data, 'keys', 'demo-token.key');
    writeFileSync(demoKey, readFileSync(publicKey));
    expect(problemsOf({ ...PRODUCTION, LOTGRAPH_DATA: data })[0]).toMatch(/holds a demo key/);
    expect(problemsOf({ ...PRODUCTION, LOTGRAPH_TOKEN_PUBLIC_KEY: demoKey })[0]).toMatch(/names a demo key/);
  });

  test('lets production keep accounts, with keys of its own', () => {
    const data = mkdtempSync(path.join(tmpdir(), 'lotgraph-config-'));
    const base = { LOTGRAPH_DATA: data, LOTGRAPH_ALLOW_SQLITE: '1', KEY: 'k'.repeat(32), PEM: 'pem' };
    const tokens = { LOTGRAPH_TOKEN_PRIVATE_KEY: 'env:PEM' };
    const problems = (env: Record<string, string>): string => {
      try {
        loadConfig({ ...base, ...env });
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(problems({})).toMatch(/LOTGRAPH_TOKEN_PUBLIC_KEY must name/);
    expect(problems(tokens)).toMatch(/LOTGRAPH_IDENTITY_KEY must refer to at least 32/);
    expect(problems({ ...tokens, LOTGRAPH_IDENTITY_KEY: 'env:KEY' })).not.toMatch(/TOKEN|IDENTITY/);
    expect(problems({ LOTGRAPH_LDAP_URL: 'ldaps://dir.example' })).toMatch(
      /must be set for signing in over OIDC or LDAP/,
    );
  });

  test('follows references to secrets and never prints them', () => {
    const env = { ...PRODUCTION, LOTGRAPH_SUBGRAPH_KEY: 'env:MY_KEY', MY_KEY: 'k'.repeat(40) };
    const config = loadConfig(env);
    expect(config.subgraphKey?.reveal()).toBe('k'.repeat(40));
    expect(JSON.stringify(config)).not.toContain('kkk');
  });
});

test('docs/configuration.md lists exactly the variables', () => {
  const text = readFileSync(path.join(__dirname, '../docs/configuration.md'), 'utf8');
  const listed = [...text.matchAll(/^\| `(LOTGRAPH_\w+)` \|/gm)].map((match) => match[1]);
  expect(listed.sort()).toEqual([...CONFIG_VARIABLES].sort());
});
