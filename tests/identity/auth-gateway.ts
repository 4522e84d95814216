/** A gateway over toy subgraphs with real accounts: everything that HTTP adds to identity, in both topologies. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AuditRecorder } from '../../controls/audit/audit-recorder';
import { EntryMac } from '../../controls/audit/entry-mac';
import { trustOwnEntries } from '../../controls/audit/own-entries';
import { subjectSecret } from '../../controls/audit/subject-cipher';
import { readDemoSecrets } from '../../controls/identity/demo-secrets';
import { IdentityService } from '../../controls/identity/identity-service';
import { codeAt } from '../../controls/identity/one-time-code';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../../controls/schema';
import { systemClock } from '../../platform/clock';
import { Database } from '../../platform/database/database';
import { type Cleanup, startSingle, startSplit, toyConfig, type ToyGateway } from '../gateway/toy-gateway';
import { shippedClaims } from '../support/claims';

const ROOT = path.resolve(__dirname, '../..');

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown> & {
    readonly errors?: { readonly message: string; readonly extensions: { readonly code: string } }[];
  };
}

export interface AuthGateway {
  readonly toy: ToyGateway;
  readonly identity: IdentityService;
  readonly database: Database;
  /** Moves the clock that identity goes by, so that a fresh code can be used. */
  nextCode(): void;
  passwordOf(user: string): string;
  codeOf(user: string): string;
  post(address: string, body: object, token?: string, headers?: Record<string, string>): Promise<Answered>;
  signIn(user: string): Promise<{ accessToken: string; refreshToken: string; session: string }>;
  query(token: string): Promise<number>;
}

export async function startAuthGateway(
  cleanup: Cleanup,
  topology: 'single' | 'split' = 'single',
  env: Record<string, string> = {},
): Promise<AuthGateway> {
  const dir = mkdtempSync(path.join(tmpdir(), 'lotgraph-auth-'));
  cleanup.add(() => rmSync(dir, { recursive: true, force: true }));
  const url = `sqlite:${path.join(dir, 'auth.sqlite')}`;
  const database = await Database.open({
    ...{ url, entities: CONTROLS_ENTITIES, migrations: CONTROLS_MIGRATIONS, migrate: true },
  });
  cleanup.add(() => database.close());
  const clock = { ahead: 0, now: () => systemClock.now() + clock.ahead };
  const settings = { LOTGRAPH_DATA: path.join(dir, 'data'), ...env };
  const config = toyConfig(cleanup, settings);
  const personal = { seal: () => Promise.resolve(null), open: () => Promise.resolve(null) };
  const mac = new EntryMac(subjectSecret(config));
  trustOwnEntries(database, mac);
  const audit = new AuditRecorder({ clock, algorithm: 'sha256', personal, mac });
  const identity = new IdentityService({ config, root: ROOT, claims: shippedClaims, database, audit, clock });
  await identity.seedDemo();
  const start = topology === 'single' ? startSingle : startSplit;
  const toy = await start(cleanup, {
    env: settings,
    gateway: { identity, callers: identity.callers, root: ROOT },
  });
  const secretsOf = (user: string): { password: string; totpSecret: string } => {
    const found = readDemoSecrets(config).find((one) => one.user === user);
    if (found === undefined) throw new Error(`no demo user ${user}`);
    return found;
  };
  const passwordOf = (user: string): string => secretsOf(user).password;
  const codeOf = (user: string): string => codeAt(secretsOf(user).totpSecret, clock.now());
  const post: AuthGateway['post'] = async (address, body, token, headers = {}) => {
    const response = await fetch(toy.gateway.url + address, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: JSON.stringify(body),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Answered['body'],
    };
  };
  return {
    ...{ toy, identity, database, passwordOf, codeOf, post },
    nextCode: () => {
      clock.ahead += 30_000;
    },
    signIn: async (user) => {
      clock.ahead += 30_000;
      const { body } = await post('/auth/sign-in', { user, password: passwordOf(user), code: codeOf(user) });
      return body as unknown as { accessToken: string; refreshToken: string; session: string };
    },
    query: async (token) => (await post('/graphql', { query: '{ caller }' }, token)).status,
  };
}
