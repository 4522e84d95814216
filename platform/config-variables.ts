/** Every variable that configures a process; docs/configuration.md lists exactly these, and a test holds it to that. */

export const CONFIG_VARIABLES = [
  'LOTGRAPH_MODE',
  'LOTGRAPH_HOST',
  'LOTGRAPH_PORT',
  'LOTGRAPH_ROOT',
  'LOTGRAPH_DATA',
  'LOTGRAPH_DATABASE_URL',
  'LOTGRAPH_ALLOW_SQLITE',
  'LOTGRAPH_CLOCK',
  'LOTGRAPH_LOG_LEVEL',
  'LOTGRAPH_MAPPINGS',
  'LOTGRAPH_SQL_DRIVERS',
  'LOTGRAPH_SYNC_INTERVAL_MS',
  'LOTGRAPH_SYNC_LEASE_MS',
  'LOTGRAPH_REQUEST_DEADLINE_MS',
  'LOTGRAPH_SUBGRAPH_DEADLINE_MS',
  'LOTGRAPH_SOURCE_DEADLINE_MS',
  'LOTGRAPH_RATE_POINTS',
  'LOTGRAPH_RATE_AT_ONCE',
  'LOTGRAPH_DOCUMENTS',
  'LOTGRAPH_DOCUMENTS_ONLY',
  'LOTGRAPH_BULK_READ_ROWS',
  'LOTGRAPH_TOPOLOGY',
  'LOTGRAPH_SUBGRAPH_URLS',
  'LOTGRAPH_SUBGRAPH_KEY',
  'LOTGRAPH_SUBGRAPH_PORT',
  'LOTGRAPH_TOKEN_PUBLIC_KEY',
  'LOTGRAPH_TOKEN_ISSUER',
  'LOTGRAPH_TOKEN_AUDIENCE',
  'LOTGRAPH_TOKEN_PRIVATE_KEY',
  'LOTGRAPH_IDENTITY_KEY',
  'LOTGRAPH_ORIGIN',
  'LOTGRAPH_OIDC_ISSUER',
  'LOTGRAPH_OIDC_CLIENT_ID',
  'LOTGRAPH_OIDC_CLIENT_SECRET',
  'LOTGRAPH_LDAP_URL',
  'LOTGRAPH_LDAP_CA',
  'LOTGRAPH_LDAP_BIND_DN',
  'LOTGRAPH_LDAP_BIND_PASSWORD',
  'LOTGRAPH_SESSION_FILE',
  'LOTGRAPH_DIGEST',
  'LOTGRAPH_SIGNATURE',
  'LOTGRAPH_AUDIT_KEY',
  'LOTGRAPH_SIGN_OFF_KEY',
  'LOTGRAPH_TRUSTED_KEYS',
  'LOTGRAPH_SUBJECT_KEY',
  'LOTGRAPH_AUDIT_SINK',
  'LOTGRAPH_AUDIT_SINK_SECRET',
  'LOTGRAPH_AUDIT_CHECKPOINT_ENTRIES',
  'LOTGRAPH_AUDIT_CHECKPOINT_MS',
  'LOTGRAPH_INTEGRITY_INTERVAL_MS',
  'LOTGRAPH_ALARMS',
  'LOTGRAPH_ALARM_RELAY',
  'LOTGRAPH_DEMO_DATE',
  'LOTGRAPH_DEMO_SCALE',
  'LOTGRAPH_DEMO_ERP_URL',
  // read by the test runner alone; listed so that a process started beside it does not call it a typing error
  'LOTGRAPH_TEST_EXPORT_SCHEMAS',
  'LOTGRAPH_TEST_MYSQL_URL',
  'LOTGRAPH_TEST_POSTGRES_URL',
] as const;

export type ConfigVariable = (typeof CONFIG_VARIABLES)[number];

/** Names with this prefix are free: mappings refer to them as `env:NAME` for hosts and credentials of sources. */
const SOURCE_VARIABLE_PREFIX = 'LOTGRAPH_SOURCE_';
/** Likewise free: the channels of alarms refer to them for addresses and secrets. */
const CHANNEL_VARIABLE_PREFIX = 'LOTGRAPH_CHANNEL_';
const FREE_PREFIXES = [SOURCE_VARIABLE_PREFIX, CHANNEL_VARIABLE_PREFIX];

/** One problem for each LOTGRAPH_* variable that nothing reads, with the name that was probably meant. */
export function unknownVariables(names: readonly string[]): string[] {
  const known = new Set<string>(CONFIG_VARIABLES);
  return names
    .filter(
      (name) =>
        name.startsWith('LOTGRAPH_') &&
        !known.has(name) &&
        !FREE_PREFIXES.some((prefix) => name.startsWith(prefix)),
    )
    .sort()
    .map((name) => {
      const near = nearest(name);
      return `${name} is not a variable of LotGraph${near === null ? '' : `; did you mean ${near}?`}`;
    });
}

const FARTHEST_TYPO = 6;

function nearest(name: string): string | null {
  let best: string | null = null;
  let bestDistance = FARTHEST_TYPO;
  for (const candidate of CONFIG_VARIABLES) {
    const distance = editDistance(name, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
