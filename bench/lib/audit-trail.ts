/** What the audit benchmark measures against, and the trail that it verifies. */
import { createHash } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import type { AuditAct, AuditActor } from '../../controls/audit/audit-entry';
import type { AuditRecorder } from '../../controls/audit/audit-recorder';
import { nextChainHash } from '../../controls/audit/chain';
import { checkpointText } from '../../controls/audit/checkpoint';
import { INDEX_COLUMNS, indexRow, readBody } from '../../controls/audit/index-entry';
import { TILE_HEIGHT } from '../../controls/audit/sequencer';
import { digestOf } from '../../controls/integrity/digest';
import { timedId } from '../../controls/integrity/ids';
import { Frontier, TreeHasher } from '../../controls/integrity/merkle';
import type { Signer } from '../../controls/integrity/signing-keys';
import { canonicalJson } from '../../platform/canonical-json';
import { type BulkRow, bulkInsert } from '../../platform/database/bulk';
import type { Database } from '../../platform/database/database';

const PEOPLE = 50;
const GROUP = 20_000;
const SIGNED_EVERY = 5_000;

export const BENCH_ACT: AuditAct = {
  ...{
    action: 'data.read',
    outcome: 'DONE',
    policyVersion: '3',
    reason: 'monthly review of lots near expiry',
  },
  object: { type: 'query', id: 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' },
  facts: { rows: 1200, terms: ['lot.expiresOn', 'inspection.inspector'], durationMs: 41 },
};

export const actorOfBench = (caller: number): AuditActor => ({
  ...{
    account: `acc-${caller % PEOPLE}`,
    person: `person-${caller % PEOPLE}`,
    onBehalfOf: null,
    client: 'console',
  },
  ...{ session: 'ses-0123456789abcdef', requestId: 'req-0123456789abcdef' },
  personal: { name: `Person ${caller % PEOPLE}` },
});

const BEFORE = `sha256:${'0'.repeat(64)}`;

/** The head row that the locked way takes its turns on. */
export async function makeHead(database: Database): Promise<void> {
  await database.write(async (manager) => {
    await manager.query('CREATE TABLE bench_head (pk INT PRIMARY KEY, seq BIGINT, chain VARCHAR(80))');
    await manager.query(
      'CREATE TABLE bench_log (seq BIGINT PRIMARY KEY, id VARCHAR(36), body LONGTEXT, hash VARCHAR(80), chain VARCHAR(80))',
    );
    await manager.query('INSERT INTO bench_head VALUES (1, 0, ?)', [BEFORE]);
  });
}

/** One entry the plain way: the head is locked, the entry chained to it, and both committed, each time. */
export async function lockedHead(database: Database, recorder: AuditRecorder, caller: number): Promise<void> {
  await database.write(async (manager) => {
    const { id, body, hash } = await recorder.prepare(manager, actorOfBench(caller), BENCH_ACT);
    const [head] = await manager.query<{ seq: number; chain: string }[]>(
      'SELECT seq, chain FROM bench_head WHERE pk = 1 FOR UPDATE',
    );
    const seq = (head?.seq ?? 0) + 1;
    const chain = digestOf((head?.chain ?? BEFORE) + hash);
    await manager.query('INSERT INTO bench_log VALUES (?, ?, ?, ?, ?)', [seq, id, body, hash, chain]);
    await manager.query('UPDATE bench_head SET seq = ?, chain = ? WHERE pk = 1', [seq, chain]);
  });
}

/** A trail of `count` entries, as the sequencer would have left it; without the words and changes of its index. */
export async function fillTrail(database: Database, count: number, signer: Signer): Promise<void> {
  const hasher = new TreeHasher('sha256');
  const frontier = new Frontier(hasher);
  const logId = timedId(Date.now());
  const start = Date.now() - count;
  let chain = hasher.empty();
  for (let done = 0; done < count; done += GROUP) {
    const rows = {
      entry: [] as BulkRow[],
      log: [] as BulkRow[],
      index: [] as BulkRow[],
      tile: [] as BulkRow[],
    };
    const checkpoints: BulkRow[] = [];
    for (let n = done; n < Math.min(count, done + GROUP); n += 1) {
      const at = start + n;
      const { id, body, hash } = entryOf(n, at);
      const leaf = hasher.leaf(hash);
      chain = nextChainHash('sha256', chain, leaf);
      frontier.append(leaf, ({ level, index, hash: root }) => {
        if (level % TILE_HEIGHT === 0) rows.tile.push([level, index, root]);
      });
      const seq = frontier.size;
      rows.entry.push([id, at, body, hash]);
      rows.log.push([seq, id, `sha256:${leaf}`, `sha256:${chain}`]);
      rows.index.push(indexRow(seq, at, readBody(id, body)));
      if (seq % SIGNED_EVERY === 0 || seq === count) {
        const facts = {
          logId,
          treeSize: seq,
          root: `sha256:${frontier.root()}`,
          chainHash: `sha256:${chain}`,
          at,
        };
        const signature = signer.sign(checkpointText(facts));
        checkpoints.push([
          seq,
          logId,
          facts.root,
          facts.chainHash,
          at,
          signer.algorithm,
          signer.keyId,
          signature,
        ]);
      }
    }
    await database.write(async (manager) => {
      await bulkInsert(manager, 'audit_entry', ['id', 'at', 'body', 'hash'], rows.entry);
      await bulkInsert(manager, 'audit_log', ['seq', 'entry_id', 'leaf_hash', 'chain_hash'], rows.log);
      await bulkInsert(manager, 'audit_tile', ['tile_level', 'tile_index', 'hash'], rows.tile);
      await bulkInsert(manager, 'audit_index', INDEX_COLUMNS, rows.index);
      await bulkInsert(
        manager,
        'audit_checkpoint',
        ['tree_size', 'log_id', 'root', 'chain_hash', 'at', 'algorithm', 'key_id', 'signature'],
        checkpoints,
      );
    });
  }
  await database.write(async (manager) => {
    // the entries of the first benchmark have no place here
    await manager.query('TRUNCATE TABLE audit_pending');
    await manager.query('DROP TRIGGER tr_audit_entry_no_delete');
    await manager.query(
      'DELETE e FROM audit_entry e LEFT JOIN audit_log l ON l.entry_id = e.id WHERE l.seq IS NULL',
    );
    await manager.query(
      'INSERT INTO audit_head (pk, log_id, algorithm, tree_size, chain_hash, frontier) VALUES (1, ?, ?, ?, ?, ?)',
      [logId, 'sha256', count, `sha256:${chain}`, JSON.stringify(frontier.hashes)],
    );
  });
}

function entryOf(n: number, at: number): { id: string; body: string; hash: string } {
  const id = timedId(at);
  const { personal, ...actor } = actorOfBench(n);
  const body = canonicalJson({
    ...{ v: 1, id, at: new Date(at).toISOString(), actor: { ...actor, personal: personal['name'] } },
    ...{ ...BENCH_ACT, changes: [], code: null, records: [] },
  });
  return { id, body, hash: digestOf(body) };
}

interface PlainRow {
  seq: number;
  entry_id: string;
  leaf_hash: string;
  chain_hash: string;
  body: string;
  hash: string;
}

const PAGE = 4_000;
const sha = (...parts: readonly (string | Buffer)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** The same checks, plainly: a page of rows at a time, createHash for each hash. Throws on the first that differs. */
export async function plainVerify(url: string): Promise<void> {
  const connection = await createConnection({ uri: url, supportBigNumbers: true });
  const edge: Buffer[] = [];
  const [leafMark, nodeMark] = [Buffer.of(0), Buffer.of(1)];
  let chain = sha().toString('hex');
  let last = 0;
  try {
    for (;;) {
      const [rows] = await connection.query(
        `SELECT l.seq, l.entry_id, l.leaf_hash, l.chain_hash, e.body, e.hash
           FROM audit_log l LEFT JOIN audit_entry e ON e.id = l.entry_id WHERE l.seq > ? ORDER BY l.seq LIMIT ${PAGE}`,
        [last],
      );
      for (const row of rows as PlainRow[]) {
        if (row.seq !== last + 1) throw new Error(`gap before ${row.seq}`);
        if (`sha256:${sha(row.body).toString('hex')}` !== row.hash) throw new Error(`entry ${row.seq}`);
        let node = sha(leafMark, row.hash);
        if (`sha256:${node.toString('hex')}` !== row.leaf_hash) throw new Error(`leaf ${row.seq}`);
        chain = sha(chain, node.toString('hex')).toString('hex');
        if (`sha256:${chain}` !== row.chain_hash) throw new Error(`chain ${row.seq}`);
        for (let size = last; size % 2 === 1; size = (size - 1) / 2)
          node = sha(nodeMark, edge.pop() ?? '', node);
        edge.push(node);
        last = row.seq;
      }
      if ((rows as PlainRow[]).length < PAGE) return;
    }
  } finally {
    await connection.end();
  }
}
