/** An audit trail for tests: recorder, sequencer and keys over a real database. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AuditRecorder } from '../../controls/audit/audit-recorder';
import { AuditWriter } from '../../controls/audit/audit-writer';
import { type AuditActor, SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { Sequencer } from '../../controls/audit/sequencer';
import { EntryMac } from '../../controls/audit/entry-mac';
import { trustOwnEntries } from '../../controls/audit/own-entries';
import { SubjectCipher, subjectSecret } from '../../controls/audit/subject-cipher';
import { readPublicKeys, type PublicKeys } from '../../controls/integrity/signature';
import { SigningKeys } from '../../controls/integrity/signing-keys';
import { RecordStore } from '../../controls/records/record-store';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../../controls/schema';
import { FixedClock } from '../../platform/clock';
import { loadConfig, type Config } from '../../platform/config';
import type { Database } from '../../platform/database/database';

export const CONTROLS_TABLES = { entities: CONTROLS_ENTITIES, migrations: CONTROLS_MIGRATIONS };
export const START = Date.parse('2026-06-01T08:00:00.000Z');

export interface AuditWorld {
  readonly database: Database;
  readonly config: Config;
  readonly clock: FixedClock;
  readonly cipher: SubjectCipher;
  readonly recorder: AuditRecorder;
  readonly mac: EntryMac;
  readonly writer: AuditWriter;
  readonly records: RecordStore;
  readonly keys: SigningKeys;
  readonly sequencer: Sequencer;
  readonly publicKeys: PublicKeys;
}

/** Opens the trail of a database; `env` adds to the configuration. */
export function auditWorld(database: Database, env: Record<string, string> = {}): AuditWorld {
  const config = loadConfig({
    LOTGRAPH_MODE: 'demo',
    LOTGRAPH_DATA: mkdtempSync(path.join(tmpdir(), 'lotgraph-audit-')),
    ...env,
  });
  const clock = new FixedClock(START);
  const algorithm = config.digestAlgorithm;
  const cipher = new SubjectCipher(config, clock);
  const mac = new EntryMac(subjectSecret(config));
  trustOwnEntries(database, mac);
  const recorder = new AuditRecorder({ clock, algorithm, personal: cipher, mac });
  const keys = new SigningKeys(config);
  const signer = keys.for('audit');
  return {
    ...{ database, config, clock, cipher, recorder, mac, keys },
    writer: new AuditWriter(database, recorder),
    records: new RecordStore(clock, algorithm),
    sequencer: new Sequencer({ database, clock, algorithm, signer }),
    publicKeys: readPublicKeys(signer.publicKey),
  };
}

export const personActor = (person: string, name = 'Lin Yue'): AuditActor => ({
  ...SYSTEM_ACTOR,
  account: `account-${person}`,
  person,
  personal: { name },
});

/** Records `count` entries in one transaction each, then sequences them. */
export async function recordActs(world: AuditWorld, count: number, action = 'hold.place'): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    world.clock.set(world.clock.now() + 1);
    ids.push(
      await world.database.write((manager) =>
        world.recorder.record(manager, personActor('p1'), {
          ...{ action, outcome: 'DONE', object: { type: 'lot', id: `lot_${n}` }, reason: `reason ${n}` },
        }),
      ),
    );
  }
  await world.sequencer.drain();
  return ids;
}

/** Sums up a table as text, for comparing. */
export async function countOf(database: Database, table: string): Promise<number> {
  const [row] = await database.reader.query<{ n: number | string }[]>(`SELECT COUNT(*) AS n FROM ${table}`);
  return Number(row?.n);
}
