/**
 * `lotgraph audit verify`: an entry point of its own, which imports nothing that writes and opens the database for
 * reading alone. Exit code 0 when all is well, 1 when something was found.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { checkGolden } from '../../canonical/integrity-check';
import { VersionCheck } from '../../canonical/version-check';
import { readCheckpoints } from '../../controls/audit/checkpoint';
import { Findings } from '../../controls/audit/verify/finding';
import {
  type TrailCheck,
  type VerifyReport,
  type Witness,
  verifyTrail,
} from '../../controls/audit/verify/verify-trail';
import { type PublicKeys, readPublicKeys } from '../../controls/integrity/signature';
import type { Config } from '../../platform/config';
import { openReadOnly, type ReadOnlyDatabase } from '../../platform/database/read-only';
import { loadDictionary } from '../../platform/dictionary/dictionary';
import { InvalidInputError } from '../../platform/errors';
import { commandConfig } from '../command-config';
import { GrantCheck } from '../../controls/identity/grant-check';
import { IdentityCheck } from '../../controls/identity/identity-check';
import type { IdentityDigest } from '../../controls/identity/identity-digest';
import { OutboxCheck } from '../../controls/outbox/outbox-check';
import { SignOffCheck } from '../../controls/sign-off/sign-off-check';
import type { EntryMac } from '../../controls/audit/entry-mac';
import { threadsFor, type ThreadUse } from '../../controls/audit/verify/scan-threads';
import { KeyCheck } from '../../controls/integrity/key-check';
import { keptIdentityDigest, keptKeys, keptMac, trustedKeyIds } from './kept-keys';

export interface VerifyCommandOptions {
  readonly database?: string;
  readonly publicKey?: string;
  readonly checkpoint?: readonly string[];
  readonly json?: boolean;
}

export async function verifyCommand(root: string, options: VerifyCommandOptions): Promise<number> {
  // with its own database and key named, a verifier needs no configuration of the deployment
  const config =
    options.database !== undefined && options.publicKey !== undefined ? null : commandConfig(root);
  const notes: string[] = [];
  const findings = new Findings();
  const keys = keysOf(options, config, notes);
  const witnesses = witnessesOf(options, config, notes, findings);
  // files that somebody named may hold some checkpoints of many; a sink holds them all
  const allWitnessed = options.checkpoint === undefined && witnesses.length > 0;
  const mac = config === null ? undefined : keptMac(config);
  const identity = config === null ? undefined : keptIdentityDigest(config);
  if (mac === undefined)
    notes.push(
      'no key of the entries’ marks: entries and accounts that an administrator wrote cannot be told',
    );
  const url = options.database ?? config?.databaseUrl ?? '';
  const database = await openReadOnly(url);
  try {
    const trusted = new Set([...keys.keys(), ...(config === null ? [] : trustedKeyIds(config))]);
    const report = await verifyAll(root, database, {
      threads: threadsFor(url),
      keys,
      trusted,
      witnesses,
      allWitnessed,
      findings,
      mac,
      identity,
    });
    console.log(options.json === true ? JSON.stringify(report, null, 2) : printed(report, notes));
    return report.findings.length === 0 ? 0 : 1;
  } finally {
    await database.close();
  }
}

async function verifyAll(
  root: string,
  database: ReadOnlyDatabase,
  trust: {
    readonly threads: ThreadUse;
    readonly keys: PublicKeys;
    /** Ids of keys, of any purpose, that the database need not vouch for. */
    readonly trusted: ReadonlySet<string>;
    readonly witnesses: readonly Witness[];
    readonly allWitnessed: boolean;
    readonly findings: Findings;
    readonly mac: EntryMac | undefined;
    /** Rows of identity are held to their digests where the key of these is at hand. */
    readonly identity: IdentityDigest | undefined;
  },
): Promise<VerifyReport> {
  const { keys, trusted, witnesses, allWitnessed, findings, mac } = trust;
  const hasCopy = await hasTable(database, 'source_version');
  const others: TrailCheck[] = hasCopy ? [new VersionCheck(database, findings)] : [];
  others.push(new KeyCheck(database, findings, trusted, mac));
  if (await hasTable(database, 'role_grant')) {
    others.push(new GrantCheck(database, findings), new SignOffCheck(database, findings));
    if (trust.identity !== undefined) others.push(new IdentityCheck(database, findings, trust.identity));
  }
  if (await hasTable(database, 'outbox_command')) others.push(new OutboxCheck(database, findings, mac));
  const report = await verifyTrail(
    { database, keys, witnesses, allWitnessed, others, mac, threads: trust.threads },
    findings,
  );
  const dictionary = loadDictionary(path.join(root, 'schema', 'dictionary', 'terms'));
  if (hasCopy) await checkGolden(database, dictionary, findings);
  return { ...report, findings: findings.list };
}

async function hasTable(database: ReadOnlyDatabase, table: string): Promise<boolean> {
  return await database.rows(`SELECT 1 FROM ${table} LIMIT 1`).then(
    () => true,
    () => false,
  );
}

function keysOf(options: VerifyCommandOptions, config: Config | null, notes: string[]): PublicKeys {
  if (options.publicKey !== undefined) return readPublicKeys(readFileSync(options.publicKey, 'utf8'));
  const kept = config === null ? null : keptKeys(config);
  if (kept === null)
    throw new InvalidInputError(
      'name the public key: --public-key FILE (lotgraph audit public-key prints it)',
    );
  notes.push('public keys: those that this machine keeps; name your own copy with --public-key');
  return readPublicKeys(kept);
}

function witnessesOf(
  options: VerifyCommandOptions,
  config: Config | null,
  notes: string[],
  findings: Findings,
): Witness[] {
  const named = options.checkpoint ?? [];
  const sinks = (config?.audit.sinks ?? []).flatMap((sink) => (sink.kind === 'file' ? [sink.path] : []));
  const files = named.length > 0 ? named : sinks.filter((file) => existsSync(file));
  if (files.length === 0)
    notes.push('no witness: a cut tail or an older backup cannot be told (--checkpoint FILE)');
  return files.flatMap((file) => {
    const { checkpoints, badLines } = readCheckpoints(readFileSync(file, 'utf8'));
    for (const line of badLines) findings.add('WITNESS_DAMAGED', `${file} line ${line}`);
    return checkpoints.map((checkpoint) => ({
      checkpoint,
      place: `${file}, checkpoint of ${checkpoint.treeSize} entries`,
    }));
  });
}

function printed(report: VerifyReport, notes: readonly string[]): string {
  const { size, signedSize, checkpoints, witnesses, pending, records, findings } = report;
  const lines = [
    `log ${report.logId ?? '(none)'}: ${size} entries, ${signedSize} of them under a valid signature`,
    `${checkpoints} checkpoints, ${witnesses} seen by witnesses; ${records} regulated records; ${pending} entries wait`,
    ...(report.root === null ? [] : [`root ${report.root}`]),
    ...notes.map((note) => `note: ${note}`),
    ...findings.map(({ code, place, message }) => `FOUND ${code} at ${place}: ${message}`),
    findings.length === 0 ? 'OK: nothing was found.' : `${findings.length} found.`,
  ];
  return lines.join('\n');
}
