/** A trail in a database of its own, to be tampered with as a database administrator would and verified from outside. */
import type { IntegrityFinding } from '../../controls/audit/verify/finding';
import { type Witness, verifyTrail } from '../../controls/audit/verify/verify-trail';
import { AuditCheckpointRow, AuditHeadRow } from '../../controls/audit/audit-log.entity';
import type { Checkpoint } from '../../controls/audit/checkpoint';
import { INSERT_ONLY_TABLES } from '../../controls/audit/insert-only-tables';
import { Database, type Dialect } from '../../platform/database/database';
import { openReadOnly } from '../../platform/database/read-only';
import { createMigratedDatabase } from '../support/migrated-database';
import { type AuditWorld, CONTROLS_TABLES, auditWorld, personActor, recordActs } from './audit-world';

type LookOptions = { witnesses?: readonly Witness[]; allWitnessed?: boolean };

export interface TrailOnDisk extends AuditWorld {
  readonly url: string;
  /** What the sinks got. */
  readonly witnesses: Witness[];
  /** Signs the log as it stands and keeps what a sink would get. */
  sign(): Promise<Checkpoint>;
  /** Runs statements as an administrator who took the triggers away first. */
  tamper(
    ...statements: readonly (readonly [sql: string, ...parameters: (string | number | null)[]])[]
  ): Promise<void>;
  /** `CODE place` of everything that a verification finds. */
  found(options?: LookOptions): Promise<string[]>;
  verify(options?: LookOptions): Promise<readonly IntegrityFinding[]>;
  close(): Promise<void>;
}

export async function trailOnDisk(dialect: Dialect, env: Record<string, string> = {}): Promise<TrailOnDisk> {
  const made = await createMigratedDatabase(dialect, CONTROLS_TABLES, 'trail');
  const database = await Database.open({ url: made.url, ...CONTROLS_TABLES, migrate: false });
  const world = auditWorld(database, env);
  const witnesses: Witness[] = [];
  const verify: TrailOnDisk['verify'] = async (options = {}) => {
    const source = await openReadOnly(made.url);
    try {
      const kept = options.witnesses ?? witnesses;
      const { allWitnessed = false } = options;
      const trust = { keys: world.publicKeys, witnesses: kept, allWitnessed };
      return (await verifyTrail({ database: source, ...trust })).findings;
    } finally {
      await source.close();
    }
  };
  return {
    ...world,
    url: made.url,
    witnesses,
    verify,
    sign: async () => {
      const checkpoint = await world.sequencer.checkpoint();
      if (checkpoint === null) throw new Error('nothing to sign');
      witnesses.push({ place: `witness of ${checkpoint.treeSize}`, checkpoint });
      return checkpoint;
    },
    tamper: async (...statements) => {
      await dropTriggers(database);
      await database.write(async (manager) => {
        for (const [sql, ...parameters] of statements) await manager.query(sql, parameters);
      });
    },
    found: async (options) => (await verify(options)).map(({ code, place }) => `${code} ${place}`),
    close: async () => {
      await database.close();
      await made.drop();
    },
  };
}

async function dropTriggers(database: Database): Promise<void> {
  await database.write(async (manager) => {
    for (const table of INSERT_ONLY_TABLES)
      for (const act of ['update', 'delete'])
        await manager.query(`DROP TRIGGER IF EXISTS tr_${table}_no_${act}`);
  });
}

/** Ten acts, a checkpoint, ten more with a regulated record each, a checkpoint. */
export async function twentyActs(trail: TrailOnDisk): Promise<void> {
  await recordActs(trail, 10);
  await trail.sign();
  for (let n = 0; n < 10; n += 1) await placeHold(trail, `h${n}`, `lot_${n}`);
  await trail.sequencer.drain();
  await trail.sign();
}

/** An act that writes a regulated record and seals it. */
export async function placeHold(trail: AuditWorld, id: string, subject: string): Promise<void> {
  trail.clock.set(trail.clock.now() + 1);
  await trail.database.write(async (manager) => {
    const entryId = trail.recorder.nextId();
    const record = { type: 'hold', id, subject, content: { kind: 'QUALITY', reason: '划痕 on the seal' } };
    const seal = await trail.records.append(manager, record, entryId);
    const act = { action: 'hold.place', outcome: 'DONE', records: [seal] } as const;
    await trail.recorder.record(manager, personActor('p1'), act, entryId);
  });
}

/** Statements that put the trail back to what it was at `size`, as an older backup would. */
export async function backupAt(trail: TrailOnDisk): Promise<() => Promise<void>> {
  const { reader } = trail.database;
  const head = await reader.findOneByOrFail(AuditHeadRow, { pk: 1 });
  const [newest] = await reader.find(AuditCheckpointRow, { order: { treeSize: 'DESC' }, take: 1 });
  const { treeSize, chainHash, frontier } = head;
  return async () => {
    await trail.tamper(
      [
        'DELETE FROM regulated_record WHERE entry_id IN (SELECT entry_id FROM audit_log WHERE seq > ?)',
        treeSize,
      ],
      ['DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_log WHERE seq > ?)', treeSize],
      ...['audit_log', 'audit_index', 'audit_word', 'audit_change'].map(
        (table) => [`DELETE FROM ${table} WHERE seq > ?`, treeSize] as const,
      ),
      ['DELETE FROM audit_checkpoint WHERE tree_size > ?', newest?.treeSize ?? 0],
      ['UPDATE audit_head SET tree_size = ?, chain_hash = ?, frontier = ?', treeSize, chainHash, frontier],
    );
  };
}
