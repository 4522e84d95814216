/**
 * The audit trail on MariaDB. Group commit of entries by callers that each wait for their own, against a locked head
 * row in every transaction; and verification of a long trail, against the same checks written plainly with createHash.
 * `--entries=1000000 --seconds=4 --rounds=3`. Both sides run in turn, and medians are compared.
 */
import 'reflect-metadata';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AuditRecorder } from '../controls/audit/audit-recorder';
import { AuditWriter } from '../controls/audit/audit-writer';
import { SubjectCipher } from '../controls/audit/subject-cipher';
import { verifyDatabase } from '../controls/audit/verify/verify-database';
import { readPublicKeys } from '../controls/integrity/signature';
import { SigningKeys } from '../controls/integrity/signing-keys';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../controls/schema';
import { systemClock } from '../platform/clock';
import { type Config, loadConfig } from '../platform/config';
import { Database } from '../platform/database/database';
import { actorOfBench, BENCH_ACT, fillTrail, lockedHead, makeHead, plainVerify } from './lib/audit-trail';
import { recreateDatabase } from './lib/recreate';
import { type BenchRow, median, option, report, say } from './lib/report';

const SERVER = (process.env['LOTGRAPH_TEST_MYSQL_URL'] ?? 'mysql://root@127.0.0.1:3306').replace(/\/$/, '');
const DATABASE = 'lg_bench_audit';
const CALLERS = [10, 100, 1000];

/** Entries a second of callers that each write the next one once theirs is committed. */
async function rate(
  callers: number,
  seconds: number,
  write: (caller: number) => Promise<unknown>,
): Promise<number> {
  const start = performance.now();
  const end = start + seconds * 1000;
  let done = 0;
  const call = async (caller: number): Promise<void> => {
    while (performance.now() < end) {
      await write(caller);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)));
  return (done * 1000) / (performance.now() - start);
}

async function benchCommit(database: Database, config: Config): Promise<BenchRow[]> {
  const [seconds, rounds] = [Number(option('seconds', '4')), Number(option('rounds', '3'))];
  const recorder = new AuditRecorder({
    ...{ clock: systemClock, algorithm: 'sha256' as const },
    personal: new SubjectCipher(config, systemClock),
  });
  const whole = new AuditWriter(database, recorder);
  // entries whose body and hash are made once, as both sides commit them: what committing alone costs
  const made = await database.write((manager) => recorder.prepare(manager, actorOfBench(0), BENCH_ACT));
  const ready = new AuditWriter(database, {
    prepare: () => Promise.resolve({ ...made, id: recorder.nextId() }),
  });
  await makeHead(database);
  const rows: BenchRow[] = [];
  for (const callers of CALLERS) {
    const [locked, grouped, committed]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < rounds; round += 1) {
      locked.push(await rate(callers, seconds, (caller) => lockedHead(database, recorder, caller)));
      grouped.push(
        await rate(callers, seconds, (caller) =>
          whole.write([{ actor: actorOfBench(caller), act: BENCH_ACT }]),
        ),
      );
      committed.push(
        await rate(callers, seconds, (caller) =>
          ready.write([{ actor: actorOfBench(caller), act: BENCH_ACT }]),
        ),
      );
      say(
        `${callers} callers, round ${round + 1}: ${[locked, grouped, committed].map((all) => Math.round(all.at(-1) ?? 0)).join(' / ')}`,
      );
    }
    const other = median(locked);
    const line = (name: string, ours: number): BenchRow => ({
      ...{ name, ours, other, unit: 'entries/s', ratio: ours / other },
      goal: callers === 100 ? '>= 40' : '',
    });
    rows.push(line(`group commit, ${callers} callers`, median(committed)));
    rows.push(line(`with body, hash and encryption, ${callers} callers`, median(grouped)));
  }
  return rows;
}

async function benchVerify(database: Database, config: Config, url: string): Promise<BenchRow> {
  const [entries, rounds] = [Number(option('entries', '1000000')), Number(option('rounds', '3'))];
  say(`filling a trail of ${entries} entries`);
  const signer = new SigningKeys(config).for('audit');
  await fillTrail(database, entries, signer);
  const keys = readPublicKeys(signer.publicKey);
  const [ours, plain]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    let start = performance.now();
    await plainVerify(url);
    plain.push((performance.now() - start) / 1000);
    start = performance.now();
    const found = await verifyDatabase({ url, keys, witnesses: [] });
    ours.push((performance.now() - start) / 1000);
    if (found.findings.length > 0) throw new Error(JSON.stringify(found.findings.slice(0, 3)));
    say(
      `round ${round + 1}: plain ${plain.at(-1)?.toFixed(2) ?? ''} s, ours ${ours.at(-1)?.toFixed(2) ?? ''} s`,
    );
  }
  return {
    ...{ name: `verify ${entries} entries`, ours: median(ours), other: median(plain), unit: 's' },
    ...{ ratio: median(plain) / median(ours), goal: '>= 2.5' },
  };
}

async function main(): Promise<void> {
  recreateDatabase(SERVER, DATABASE);
  const url = `${SERVER}/${DATABASE}`;
  const config = loadConfig({
    LOTGRAPH_MODE: 'demo',
    LOTGRAPH_DATA: mkdtempSync(path.join(tmpdir(), 'lotgraph-bench-')),
  });
  const tables = { entities: CONTROLS_ENTITIES, migrations: CONTROLS_MIGRATIONS };
  const database = await Database.open({ url, ...tables, migrate: true, poolSize: 20 });
  try {
    const only = option('only', 'all');
    const commit = only === 'verify' ? [] : await benchCommit(database, config);
    const verify = only === 'commit' ? [] : [await benchVerify(database, config, url)];
    report([...commit, ...verify]);
  } finally {
    await database.close();
  }
}

void main();
