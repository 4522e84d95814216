/** Harm that an administrator does to one place of a trail by SQL, and a way to undo it. */
import { digestOf } from '../../controls/integrity/digest';
import { bulkInsert, type BulkValue } from '../../platform/database/bulk';
import type { TrailOnDisk } from './trail-on-disk';

type Statement = readonly [sql: string, ...parameters: (string | number | null)[]];

interface Place {
  readonly seq: number;
  readonly id: string;
  readonly body: string;
  readonly hash: string;
  readonly leaf: string;
  readonly chain: string;
}

const update = (set: string, ...values: (string | number)[]): Statement => [
  `UPDATE audit_entry SET ${set} WHERE id = ?`,
  ...values,
];
const turned = (hash: string): string => hash.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
const edited = (body: string): string => body.replace('"outcome":"DONE"', '"outcome":"GONE"');

/** By what they do to a place. */
export const HARMS: Readonly<Record<string, (place: Place) => readonly Statement[]>> = {
  'body edited': ({ id, body }) => [update('body = ?', edited(body), id)],
  'body edited, hash anew': ({ id, body }) => [
    update('body = ?, hash = ?', edited(body), digestOf(edited(body)), id),
  ],
  'hash of no algorithm': ({ id }) => [update('hash = ?', 'md5:0', id)],
  'instant moved': ({ id }) => [update('at = at + 86400000', id)],
  'instant moved a little': ({ id }) => [update('at = at + 1', id)],
  'entry deleted': ({ id }) => [['DELETE FROM audit_entry WHERE id = ?', id]],
  'entry deleted with its place': ({ id, seq }) => [
    ['DELETE FROM audit_entry WHERE id = ?', id],
    ['DELETE FROM audit_log WHERE seq = ?', seq],
  ],
  'place moved far away': ({ seq }) => [['UPDATE audit_log SET seq = 1000000000000 WHERE seq = ?', seq]],
  'place slipped in': ({ seq, leaf, chain }) => [
    ['UPDATE audit_log SET seq = seq + 1000 WHERE seq >= ?', seq],
    ['UPDATE audit_log SET seq = seq - 999 WHERE seq > 1000'],
    [
      'INSERT INTO audit_log (seq, entry_id, leaf_hash, chain_hash) VALUES (?, ?, ?, ?)',
      ...[seq, 'forged', leaf, chain],
    ],
  ],
  'leaf altered': ({ seq, leaf }) => [
    ['UPDATE audit_log SET leaf_hash = ? WHERE seq = ?', turned(leaf), seq],
  ],
  'chain altered': ({ seq, chain }) => [
    ['UPDATE audit_log SET chain_hash = ? WHERE seq = ?', turned(chain), seq],
  ],
  'chain under another name': ({ seq, chain }) => [
    ['UPDATE audit_log SET chain_hash = ? WHERE seq = ?', chain.replace('sha256', 'sha255'), seq],
  ],
  'two places exchanged': ({ seq }) => [
    ['UPDATE audit_log SET seq = -1 WHERE seq = ?', seq],
    ['UPDATE audit_log SET seq = ? WHERE seq = ?', seq, seq + 1],
    ['UPDATE audit_log SET seq = ? WHERE seq = -1', seq + 1],
  ],
  'index hides the act': ({ seq }) => [['UPDATE audit_index SET act = ? WHERE seq = ?', 'x', seq]],
  'index hides the object': ({ seq }) => [['UPDATE audit_index SET object_id = ? WHERE seq = ?', 'x', seq]],
  'index row deleted': ({ seq }) => [['DELETE FROM audit_index WHERE seq = ?', seq]],
  'mark forged': ({ id, body }) => [
    update(
      'body = ?, hash = ?',
      body.replace(/.("\})$/, 'A$1'),
      digestOf(body.replace(/.("\})$/, 'A$1')),
      id,
    ),
  ],
  'record altered': ({ id }) => [
    ['UPDATE regulated_record SET content = ? WHERE entry_id = ?', '{"kind":"NONE"}', id],
  ],
  'record deleted': ({ id }) => [['DELETE FROM regulated_record WHERE entry_id = ?', id]],
  'tail cut off': ({ seq }) => [
    ['DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_log WHERE seq > ?)', seq],
    ['DELETE FROM audit_log WHERE seq > ?', seq],
    ['DELETE FROM audit_index WHERE seq > ?', seq],
  ],
  'every later place rehashed': ({ seq }) => [
    ['UPDATE audit_log SET leaf_hash = ?, chain_hash = ? WHERE seq >= ?', 'sha256:0', 'sha256:1', seq],
  ],
  'checkpoint altered': ({ seq }) => [['UPDATE audit_checkpoint SET at = at + 1 WHERE tree_size >= ?', seq]],
};

const TABLES = [
  ...['audit_entry', 'audit_log', 'audit_index', 'audit_checkpoint', 'audit_head', 'regulated_record'],
] as const;

/** Does harm to a trail that it puts back to what it was after each time. */
export class Harming {
  private constructor(
    private readonly trail: TrailOnDisk,
    private readonly kept: ReadonlyMap<string, readonly Record<string, BulkValue>[]>,
  ) {}

  static async of(trail: TrailOnDisk): Promise<Harming> {
    const kept = new Map<string, Record<string, BulkValue>[]>();
    for (const table of TABLES) kept.set(table, await trail.database.reader.query(`SELECT * FROM ${table}`));
    return new Harming(trail, kept);
  }

  get size(): number {
    return this.kept.get('audit_log')?.length ?? 0;
  }

  async harm(name: string, seq: number): Promise<void> {
    const log = this.#row('audit_log', 'seq', seq);
    const entry = this.#row('audit_entry', 'id', log['entry_id'] ?? null);
    const statements = HARMS[name]?.({
      ...{ seq, id: String(entry['id']), body: String(entry['body']), hash: String(entry['hash']) },
      ...{ leaf: String(log['leaf_hash']), chain: String(log['chain_hash']) },
    });
    await this.trail.tamper(...(statements ?? []));
  }

  async undo(): Promise<void> {
    await this.trail.tamper(...TABLES.map((table) => [`DELETE FROM ${table}`] as const));
    await this.trail.database.write(async (manager) => {
      for (const [table, rows] of this.kept) {
        const columns = Object.keys(rows[0] ?? {});
        const values = rows.map((row) => columns.map((column) => row[column] ?? null));
        await bulkInsert(manager, table, columns, values);
      }
    });
  }

  #row(table: string, column: string, value: BulkValue): Record<string, BulkValue> {
    const found = this.kept.get(table)?.find((row) => row[column] === value);
    if (found === undefined) throw new Error(`no ${table} with ${column} ${String(value)}`);
    return found;
  }
}
