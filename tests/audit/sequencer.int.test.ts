import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { AuditCheckpointRow, AuditHeadRow } from '../../controls/audit/audit-log.entity';
import { checkpointText } from '../../controls/audit/checkpoint';
import { INSERT_ONLY_TABLES } from '../../controls/audit/insert-only-tables';
import { nextChainHash } from '../../controls/audit/chain';
import { Frontier, TreeHasher } from '../../controls/integrity/merkle';
import { checkSignature } from '../../controls/integrity/signature';
import type { Database } from '../../platform/database/database';
import { describeEachDatabase } from '../support/databases';
import { CONTROLS_TABLES, auditWorld, countOf, personActor, recordActs } from './audit-world';

const act = { action: 'hold.place', outcome: 'DONE' } as const;

interface LogLine {
  seq: number;
  entry_id: string;
  leaf_hash: string;
  chain_hash: string;
  hash: string;
}

const logOf = (database: Database): Promise<LogLine[]> =>
  database.reader.query<LogLine[]>(
    `SELECT l.seq, l.entry_id, l.leaf_hash, l.chain_hash, e.hash
       FROM audit_log l JOIN audit_entry e ON e.id = l.entry_id ORDER BY l.seq`,
  );

describeEachDatabase('the sequencer', (open) => {
  test('gives every entry a place, without a gap, in the order of their ids', async () => {
    const world = auditWorld(await open(CONTROLS_TABLES));
    const ids = await recordActs(world, 5);
    const log = await logOf(world.database);
    expect(log.map((line) => line.seq)).toEqual([1, 2, 3, 4, 5]);
    expect(log.map((line) => line.entry_id)).toEqual(ids);
    expect(await countOf(world.database, 'audit_pending')).toBe(0);
  });

  test('chains and hashes as documented, over several groups', async () => {
    const world = auditWorld(await open(CONTROLS_TABLES));
    await recordActs(world, 3);
    await recordActs(world, 4);
    const hasher = new TreeHasher('sha256');
    const frontier = new Frontier(hasher);
    let chain = hasher.empty();
    for (const line of await logOf(world.database)) {
      const leaf = hasher.leaf(line.hash);
      chain = nextChainHash('sha256', chain, leaf);
      frontier.append(leaf);
      expect([line.leaf_hash, line.chain_hash]).toEqual([`sha256:${leaf}`, `sha256:${chain}`]);
    }
    const head = await world.database.reader.findOneByOrFail(AuditHeadRow, { pk: 1 });
    expect(head).toMatchObject({ treeSize: 7, chainHash: `sha256:${chain}` });
    expect(JSON.parse(head.frontier)).toEqual(frontier.hashes);
  });

  test('signs a checkpoint of the whole, once for each size', async () => {
    const world = auditWorld(await open(CONTROLS_TABLES));
    expect(await world.sequencer.checkpoint()).toBeNull();
    await recordActs(world, 3);
    const checkpoint = await world.sequencer.checkpoint();
    if (checkpoint === null) throw new Error('no checkpoint');
    expect(checkpoint).toMatchObject({ treeSize: 3 });
    expect(checkSignature(checkpointText(checkpoint), checkpoint.signature, world.publicKeys)).toBe('VALID');
    expect(await world.sequencer.checkpoint()).toBeNull();
    expect(await world.database.reader.count(AuditCheckpointRow)).toBe(1);
  });

  test('loses no entry of racing writers, some of which roll back, while two sequencers run', async () => {
    const world = auditWorld(await open(CONTROLS_TABLES));
    const other = auditWorld(world.database);
    const committed: string[] = [];
    let writing = true;
    const write = async (writer: number): Promise<void> => {
      for (let n = 0; n < 25; n += 1) {
        const rolledBack = (writer + n) % 5 === 0;
        try {
          const id = await world.database.write(async (manager) => {
            const entry = await world.recorder.record(manager, personActor(`p${writer}`), act);
            // an act takes its time after its entry: ids commit out of order
            if (n % 3 === 0) await manager.query('SELECT COUNT(*) FROM audit_entry');
            if (rolledBack) throw new Error('changed its mind');
            return entry;
          });
          committed.push(id);
        } catch (error) {
          if ((error as Error).message !== 'changed its mind') throw error;
        }
      }
    };
    const sequence = async (sequencer: typeof world.sequencer): Promise<void> => {
      while (writing) {
        await sequencer.append(7);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const sequencers = [sequence(world.sequencer), sequence(other.sequencer)];
    await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
    writing = false;
    await Promise.all(sequencers);
    await world.sequencer.drain();
    const log = await logOf(world.database);
    expect(log.map((line) => line.entry_id).sort()).toEqual(committed.sort());
    expect(log.map((line) => line.seq)).toEqual(log.map((_, index) => index + 1));
    expect(await countOf(world.database, 'audit_pending')).toBe(0);
  }, 60_000);

  test('keeps the algorithm that the log began with', async () => {
    const database = await open(CONTROLS_TABLES);
    const first = auditWorld(database, { LOTGRAPH_DIGEST: 'sm3', LOTGRAPH_SIGNATURE: 'sm2' });
    await recordActs(first, 2);
    const later = auditWorld(database, { LOTGRAPH_DATA: first.config.dataDir });
    later.clock.set(first.clock.now());
    await recordActs(later, 2);
    const log = await logOf(database);
    expect(log.map((line) => line.leaf_hash.split(':')[0])).toEqual(['sm3', 'sm3', 'sm3', 'sm3']);
    expect(log.map((line) => line.hash.split(':')[0])).toEqual(['sm3', 'sm3', 'sha256', 'sha256']);
  });

  test('goes on when an entry was damaged before it had its place', async () => {
    const world = auditWorld(await open(CONTROLS_TABLES));
    await world.database.write(async (manager) => {
      await manager.query('INSERT INTO audit_entry (id, at, body, hash) VALUES (?, ?, ?, ?)', [
        ...['x', 1, 'no json', 'sha256:0'],
      ]);
      await manager.query('INSERT INTO audit_pending (entry_id, at) VALUES (?, ?)', ['x', 1]);
    });
    expect(await world.sequencer.drain()).toBe(1);
  });
});

describeEachDatabase('group commit', (open) => {
  test('resolves each caller with its own entries, committed', async () => {
    const world = auditWorld(await open(CONTROLS_TABLES));
    const ids = await Promise.all(
      Array.from({ length: 150 }, (_, n) =>
        world.writer.write([{ actor: personActor(`p${n % 3}`), act: { ...act, reason: String(n) } }]),
      ),
    );
    const rows = await world.database.reader.query<{ id: string; body: string }[]>(
      'SELECT id, body FROM audit_entry',
    );
    const reasons = new Map(
      rows.map(({ id, body }) => [id, (JSON.parse(body) as { reason: string }).reason]),
    );
    expect(ids.map(([id]) => reasons.get(id ?? ''))).toEqual(ids.map((_, n) => String(n)));
  });

  test('fails the caller whose entry cannot be written, and no other', async () => {
    const world = auditWorld(await open(CONTROLS_TABLES));
    const bad = { actor: SYSTEM_ACTOR, act: { ...act, facts: { n: Number.NaN } } };
    const outcomes = await Promise.allSettled([
      world.writer.write([{ actor: SYSTEM_ACTOR, act }]),
      world.writer.write([{ actor: SYSTEM_ACTOR, act }]),
      world.writer.write([bad]),
      world.writer.write([{ actor: SYSTEM_ACTOR, act }]),
    ]);
    expect(outcomes.map((one) => one.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await countOf(world.database, 'audit_entry')).toBe(3);
  });
});

describeEachDatabase('the triggers', (open) => {
  test.each(['UPDATE', 'DELETE'])(
    '[21 CFR 11.10(e)] refuse every %s on tables that only grow',
    async (what) => {
      const world = auditWorld(await open(CONTROLS_TABLES));
      await world.database.write(async (manager) => {
        const id = world.recorder.nextId();
        const seal = await world.records.append(
          manager,
          { type: 'hold', id: 'h1', subject: 'lot_1', content: { reason: 'x' } },
          id,
        );
        await world.recorder.record(
          manager,
          personActor('p1'),
          {
            ...act,
            records: [seal],
            changes: [{ field: 'lot.expiresOn', before: null, after: '2027-01-31' }],
          },
          id,
        );
      });
      await recordActs(world, 260);
      await world.sequencer.checkpoint();
      await world.database.write((manager) => world.keys.announce(manager, 'audit', 1, world.recorder));
      for (const table of INSERT_ONLY_TABLES) {
        const [columns] = await world.database.reader.query<Record<string, unknown>[]>(
          `SELECT * FROM ${table} LIMIT 1`,
        );
        if (columns === undefined) continue;
        const [column] = Object.keys(columns);
        const statement =
          what === 'DELETE'
            ? `DELETE FROM ${table}`
            : `UPDATE ${table} SET ${column ?? ''} = ${column ?? ''}`;
        await expect(world.database.write((manager) => manager.query(statement))).rejects.toThrow(
          new RegExp(`${table} is insert-only`),
        );
      }
    },
  );
});
