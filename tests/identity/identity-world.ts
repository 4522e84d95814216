/** An identity service over a fresh database, with a clock that the test moves, and people to play with. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AuditEntryRow } from '../../controls/audit/audit-entry.entity';
import { PublishedAccess } from '../../controls/access/published-access';
import { AuditRecorder } from '../../controls/audit/audit-recorder';
import { EntryMac } from '../../controls/audit/entry-mac';
import { trustOwnEntries } from '../../controls/audit/own-entries';
import { subjectSecret } from '../../controls/audit/subject-cipher';
import { type AuditActor, SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { readDemoSecrets } from '../../controls/identity/demo-secrets';
import type { Attempt } from '../../controls/identity/identity-context';
import { type IdentityOptions, IdentityService } from '../../controls/identity/identity-service';
import { codeAt } from '../../controls/identity/one-time-code';
import type { SignedIn } from '../../controls/identity/sign-in';
import { trustedIssuers } from '../../controls/identity/keys';
import { verifyToken } from '../../controls/identity/token';
import { tokenRolesOf } from '../../controls/open-controls';
import { RecordStore } from '../../controls/records/record-store';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../../controls/schema';
import { FixedClock } from '../../platform/clock';
import { type Config, loadConfig } from '../../platform/config';
import type { Database } from '../../platform/database/database';
import type { Caller } from '../../platform/request';
import { shippedClaims } from '../support/claims';
import type { OpenDatabase } from '../support/databases';
import { shippedDictionary } from '../support/shipped-dictionary';

const ROOT = path.resolve(__dirname, '../..');
/** Half-way through a time step of one-time codes. */
export const START = Date.parse('2026-11-20T02:00:15Z');
const STEP_MS = 30_000;

export interface AuditedEntry {
  readonly action: string;
  readonly outcome: string;
  readonly actor: { readonly account: string; readonly person: string | null };
  readonly facts: Record<string, unknown>;
}

export interface IdentityWorld {
  readonly identity: IdentityService;
  readonly database: Database;
  readonly config: Config;
  readonly clock: FixedClock;
  /** Lets the time of a whole code pass, so that a fresh one can be used. */
  nextCode(): void;
  passwordOf(user: string): string;
  codeOf(user: string): string;
  signIn(user: string): Promise<SignedIn>;
  callerOf(token: string): Promise<Caller>;
  entries(): Promise<AuditedEntry[]>;
  close(): void;
}

export const attempt = (over: Partial<Attempt> = {}): Attempt => ({
  requestId: 'request-1',
  address: '10.0.0.1',
  client: 'test',
  language: 'en',
  ...over,
});

export const system: AuditActor = SYSTEM_ACTOR;

export async function startIdentityWorld(
  open: OpenDatabase,
  options: Partial<Pick<IdentityOptions, 'directory'>> & { env?: Record<string, string> } = {},
): Promise<IdentityWorld> {
  const dir = mkdtempSync(path.join(tmpdir(), 'lotgraph-identity-'));
  const database = await open({ entities: CONTROLS_ENTITIES, migrations: CONTROLS_MIGRATIONS });
  const config = loadConfig({ LOTGRAPH_MODE: 'demo', LOTGRAPH_DATA: dir, ...options.env }, ROOT);
  const clock = new FixedClock(START);
  const personal = { seal: () => Promise.resolve(null), open: () => Promise.resolve(null) };
  const mac = new EntryMac(subjectSecret(config));
  trustOwnEntries(database, mac);
  const audit = new AuditRecorder({ clock, algorithm: 'sha256', personal, mac });
  const records = new RecordStore(clock, 'sha256');
  const dictionary = shippedDictionary();
  const access = new PublishedAccess({ database, dictionary, clock, audit, records, root: ROOT });
  const identity = new IdentityService({
    config,
    root: ROOT,
    claims: shippedClaims,
    database,
    audit,
    clock,
    tokenRoles: tokenRolesOf(access),
    ...(options.directory && { directory: options.directory }),
  });
  await identity.seedDemo();
  const secretsOf = (user: string): { password: string; totpSecret: string } => {
    const found = readDemoSecrets(config).find((one) => one.user === user);
    if (found === undefined) throw new Error(`no demo user ${user}`);
    return found;
  };
  const codeOf = (user: string): string => codeAt(secretsOf(user).totpSecret, clock.now());
  const passwordOf = (user: string): string => secretsOf(user).password;
  return {
    ...{ identity, database, config, clock, passwordOf, codeOf },
    nextCode: () => clock.set(clock.now() + STEP_MS),
    signIn: (user) =>
      identity.signIn.withPassword({ user, password: passwordOf(user), code: codeOf(user) }, attempt()),
    callerOf: async (token) => {
      const [issuer] = trustedIssuers(config, clock);
      if (issuer === undefined) throw new Error('no issuer');
      return await identity.callers.callerOf(await verifyToken(issuer, token));
    },
    entries: async () => {
      const rows = await database.reader.query<AuditEntryRow[]>('SELECT body FROM audit_entry ORDER BY id');
      return rows.map(({ body }) => JSON.parse(body) as AuditedEntry);
    },
    close: () => rmSync(dir, { recursive: true, force: true }),
  };
}
