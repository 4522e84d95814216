import { canonicalJson } from '../../platform/canonical-json';
import { hash } from 'node:crypto';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { erasePerson } from '../../controls/audit/erase-person';
import { digestOf } from '../../controls/integrity/digest';
import { TreeHasher } from '../../controls/integrity/merkle';
import { hashOfRecord } from '../../controls/records/record-hash';
import { TEST_DIALECTS } from '../support/databases';
import { personActor, recordActs } from './audit-world';
import { type TrailOnDisk, backupAt, placeHold, trailOnDisk, twentyActs } from './trail-on-disk';

interface EntryRow {
  id: string;
  at: number;
  body: string;
  hash: string;
}

describe.each(TEST_DIALECTS)('a trail tampered with by SQL as root, on %s', (dialect) => {
  let trail: TrailOnDisk;
  beforeEach(async () => {
    trail = await trailOnDisk(dialect);
    await twentyActs(trail);
  });
  afterEach(() => trail.close());

  const entryAt = async (seq: number): Promise<EntryRow> => {
    const [row] = await trail.database.reader.query<EntryRow[]>(
      'SELECT e.* FROM audit_entry e JOIN audit_log l ON l.entry_id = e.id WHERE l.seq = ?',
      [seq],
    );
    if (row === undefined) throw new Error(`no entry at ${seq}`);
    return row;
  };

  test('is clean before', async () => {
    expect(await trail.found()).toEqual([]);
  });

  test('[21 CFR 11.10(e)] an edited entry is named by its place', async () => {
    const entry = await entryAt(7);
    const body = entry.body.replace('reason 6', 'no reason');
    await trail.tamper(['UPDATE audit_entry SET body = ? WHERE id = ?', body, entry.id]);
    expect(await trail.found()).toEqual([`ENTRY_ALTERED audit_log seq 7, entry ${entry.id}`]);
  });

  test('an edited entry with its hash made anew is named by its place', async () => {
    const entry = await entryAt(7);
    const body = entry.body.replace('reason 6', 'no reason');
    await trail.tamper([
      'UPDATE audit_entry SET body = ?, hash = ? WHERE id = ?',
      body,
      digestOf(body),
      entry.id,
    ]);
    expect(await trail.found()).toEqual([`ENTRY_ALTERED audit_log seq 7, entry ${entry.id}`]);
  });

  test('an entry whose instant was moved is named', async () => {
    const entry = await entryAt(3);
    await trail.tamper(['UPDATE audit_entry SET at = at + 86400000 WHERE id = ?', entry.id]);
    expect(await trail.found()).toEqual([
      `ENTRY_ALTERED audit_log seq 3, entry ${entry.id}`,
      `ENTRY_MISDATED audit_log seq 3, entry ${entry.id}`,
    ]);
  });

  test('an entry rewritten with every hash after it is named by checkpoint and range', async () => {
    const entry = await entryAt(14);
    const body = entry.body.replace('QUALITY', 'NOTHING').replace('hold.place', 'hold.lift_');
    await rewriteFrom(trail, 14, body);
    const found = await trail.verify();
    expect(found.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['CHECKPOINT_MISMATCH', 'FORKED', 'HEAD_ALTERED']),
    );
    expect(found.find(({ code }) => code === 'FORKED')?.message).toContain('audit_log seq 11 to 20');
  });

  test('[21 CFR 11.10(e)] a deleted entry is named by its place', async () => {
    const { id } = await entryAt(5);
    await trail.tamper(['DELETE FROM audit_entry WHERE id = ?', id]);
    expect(await trail.found()).toContain(`ENTRY_MISSING audit_log seq 5, entry ${id}`);
  });

  test('an entry deleted with its place is named by the gap', async () => {
    const { id } = await entryAt(5);
    await trail.tamper(['DELETE FROM audit_entry WHERE id = ?', id], ['DELETE FROM audit_log WHERE seq = 5']);
    expect(await trail.found()).toEqual(
      expect.arrayContaining(['SEQUENCE_GAP audit_log seq 5 to 5', 'CHAIN_BROKEN audit_log seq 6']),
    );
  });

  test('an inserted entry without a place is named', async () => {
    const { body } = await entryAt(5);
    await trail.tamper([
      'INSERT INTO audit_entry (id, at, body, hash) VALUES (?, ?, ?, ?)',
      'forged',
      1,
      body,
      'x',
    ]);
    expect(await trail.found()).toEqual(['ENTRY_UNSEQUENCED audit_entry forged']);
  });

  test('an entry slipped into the sequence is named', async () => {
    const { body } = await entryAt(5);
    const hashed = digestOf(body);
    const leaf = `sha256:${new TreeHasher('sha256').leaf(hashed)}`;
    await trail.tamper(
      ['UPDATE audit_log SET seq = seq + 1000 WHERE seq > 8'],
      ['UPDATE audit_log SET seq = seq - 999 WHERE seq > 1000'],
      ['INSERT INTO audit_entry (id, at, body, hash) VALUES (?, ?, ?, ?)', 'forged', 1, body, hashed],
      [
        'INSERT INTO audit_log (seq, entry_id, leaf_hash, chain_hash) VALUES (9, ?, ?, ?)',
        'forged',
        leaf,
        leaf,
      ],
    );
    const found = await trail.found();
    expect(found).toEqual(expect.arrayContaining(['CHAIN_BROKEN audit_log seq 9']));
    expect(found.join()).toContain('FORKED witness of 10');
  });

  test('[21 CFR 11.10(e)] an act that the search index hides, or gives to somebody else, is named', async () => {
    const { id } = await entryAt(7);
    for (const [column, hidden] of [
      ...[['person', 'nobody'] as const, ['account', 'nobody'] as const, ['act', 'session.refresh'] as const],
      ...[['object_id', 'x'] as const, ['object_type', 'x'] as const, ['outcome', 'FAILED'] as const],
      ...[['change_count', 7] as const, ['at', 1] as const],
    ]) {
      const [row] = await trail.database.reader.query<Record<string, string | number>[]>(
        `SELECT ${column} FROM audit_index WHERE seq = 7`,
      );
      await trail.tamper([`UPDATE audit_index SET ${column} = ? WHERE seq = 7`, hidden]);
      expect(await trail.found()).toContain(`INDEX_DIFFERS audit_index seq 7, entry ${id}`);
      await trail.tamper([`UPDATE audit_index SET ${column} = ? WHERE seq = 7`, row?.[column] ?? '']);
    }
    const act = {
      ...{ action: 'lot.adjust', outcome: 'DONE' as const, object: { type: 'lot', id: 'lot_“划痕”' } },
      changes: [{ field: 'lot.expiresOn', before: '2026-01-01', after: '2027-01-01' }],
      facts: { object: null, person: 'x', changes: [] },
    };
    const long = {
      action: 'x'.repeat(100),
      outcome: 'DONE' as const,
      object: { type: 'lot', id: 'y'.repeat(300) },
    };
    await trail.database.write(async (manager) => {
      for (const one of [act, long]) await trail.recorder.record(manager, personActor('p1'), one);
    });
    await trail.sequencer.drain();
    await trail.sign();
    expect(await trail.found()).toEqual([]);
    await trail.tamper(['DELETE FROM audit_change WHERE seq > 20']);
    expect(await trail.found()).toEqual(['INDEX_DIFFERS audit_change']);
  });

  test('two entries that changed places are both named', async () => {
    const [fourth, fifth] = [await entryAt(4), await entryAt(5)];
    await trail.tamper(
      ['UPDATE audit_log SET entry_id = ? WHERE seq = 4', 'x'],
      ['UPDATE audit_log SET entry_id = ? WHERE seq = 5', fourth.id],
      ['UPDATE audit_log SET entry_id = ? WHERE seq = 4', fifth.id],
    );
    expect(await trail.found()).toEqual([
      `ENTRY_ALTERED audit_log seq 4, entry ${fifth.id}`,
      `ENTRY_ALTERED audit_log seq 5, entry ${fourth.id}`,
    ]);
  });

  test('places that were exchanged whole break the chain', async () => {
    await trail.tamper(
      ['UPDATE audit_log SET seq = 1004 WHERE seq = 4'],
      ['UPDATE audit_log SET seq = 4 WHERE seq = 5'],
      ['UPDATE audit_log SET seq = 5 WHERE seq = 1004'],
    );
    expect(await trail.found()).toEqual(expect.arrayContaining(['CHAIN_BROKEN audit_log seq 4']));
  });

  test('a tail that was cut off is named by its range, with the checkpoints that knew it', async () => {
    await cutTail(trail, 16);
    expect(await trail.found()).toEqual(expect.arrayContaining(['TRUNCATED audit_log seq 17 to 20']));
  });

  test('an older backup put in its place is told by the witness', async () => {
    const fresh = await trailOnDisk(dialect);
    try {
      await recordActs(fresh, 10);
      await fresh.sign();
      const restore = await backupAt(fresh);
      await recordActs(fresh, 5);
      await fresh.sign();
      await restore();
      expect(await fresh.found({ witnesses: [] })).toEqual([]);
      expect(await fresh.found()).toEqual([
        'TRUNCATED audit_log seq 11 to 15',
        'CHECKPOINT_MISSING audit_checkpoint tree_size 15',
      ]);
      // and once it has grown past the witness again: a fork
      await recordActs(fresh, 8);
      await fresh.sequencer.checkpoint();
      const found = await fresh.verify();
      expect(found.map(({ code, place }) => `${code} ${place}`)).toContain('FORKED witness of 15');
      expect(found.find(({ code }) => code === 'FORKED')?.message).toContain('audit_log seq 11 to 15');
    } finally {
      await fresh.close();
    }
  }, 60_000);

  test('a log that another one replaced is told by the witness', async () => {
    const other = await trailOnDisk(dialect, { LOTGRAPH_DATA: trail.config.dataDir });
    try {
      await recordActs(other, 30);
      await other.sign();
      const found = await other.found({ witnesses: trail.witnesses });
      expect(found).toEqual(['OTHER_LOG witness of 10', 'OTHER_LOG witness of 20']);
    } finally {
      await other.close();
    }
  });

  test('a checkpoint signed with another key, or altered, is named', async () => {
    const forger = await trailOnDisk(dialect);
    await forger.close();
    await trail.tamper(
      ['UPDATE audit_checkpoint SET at = at + 1 WHERE tree_size = 10'],
      ['UPDATE audit_checkpoint SET signature = ? WHERE tree_size = 20', forger.keys.for('audit').sign('x')],
    );
    expect(await trail.found()).toEqual([
      'CHECKPOINT_SIGNATURE audit_checkpoint tree_size 10',
      'CHECKPOINT_UNKNOWN_KEY audit_checkpoint tree_size 20',
    ]);
  });

  test('[21 CFR 11.10(e)] an entry that was dated back, or ahead, is named, and one that was late is not', async () => {
    const now = trail.clock.now();
    for (const off of [-86_400_000, 86_400_000, -60_000]) {
      trail.clock.set(now + off);
      await recordActs(trail, 1);
      trail.clock.set(now);
      await trail.sign();
    }
    const [back, ahead] = [await entryAt(21), await entryAt(22)];
    expect(await trail.found()).toEqual([
      `ENTRY_MISDATED audit_log seq 21, entry ${back.id}`,
      `ENTRY_MISDATED audit_log seq 22, entry ${ahead.id}`,
    ]);
  });

  test('a checkpoint that was kept from the sink is named where the sink has later ones, or long after', async () => {
    await recordActs(trail, 1);
    await trail.sequencer.checkpoint();
    expect(await trail.found({ allWitnessed: true })).toEqual([]);
    trail.clock.set(trail.clock.now() + 3_600_000);
    await recordActs(trail, 1);
    await trail.sequencer.checkpoint();
    const kept = 'CHECKPOINT_UNWITNESSED audit_checkpoint tree_size 21';
    expect(await trail.found({ allWitnessed: true })).toEqual([kept]);
    await recordActs(trail, 1);
    await trail.sign();
    expect(await trail.found({ allWitnessed: true })).toEqual([
      kept,
      'CHECKPOINT_UNWITNESSED audit_checkpoint tree_size 22',
    ]);
    expect(await trail.found()).toEqual([]);
  });

  test('a deleted checkpoint is told by the witness', async () => {
    await trail.tamper(['DELETE FROM audit_checkpoint WHERE tree_size = 10']);
    expect(await trail.found()).toEqual(['CHECKPOINT_MISSING audit_checkpoint tree_size 10']);
  });

  test('[21 CFR 11.70] an altered record is named, also with its hash made anew', async () => {
    await trail.tamper(
      ['UPDATE regulated_record SET content = ? WHERE record_id = ?', '{"kind":"NONE"}', 'h1'],
      ...(await forgedRecord('h2')),
    );
    expect(await trail.found()).toEqual([
      'RECORD_ALTERED regulated_record hold h1 v1',
      'RECORD_ALTERED regulated_record hold h2 v1',
    ]);
  });

  test('[ISO 13485 4.2.5] a deleted record is named', async () => {
    await trail.tamper(['DELETE FROM regulated_record WHERE record_id = ?', 'h3']);
    expect(await trail.found()).toEqual(['RECORD_DELETED regulated_record hold h3 v1']);
  });

  test('a record that no entry sealed is named, whatever entry it names', async () => {
    const insert =
      'INSERT INTO regulated_record (record_type, record_id, version, subject, content, hash, entry_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)';
    const [plain, sealing] = [await entryAt(2), await entryAt(15)];
    const row = (id: string, entry: string) =>
      [insert, 'disposition', id, 1, 'lot_1', '{"decision":"RELEASED"}', 'sha256:0', entry, 1] as const;
    await trail.tamper(row('r1', plain.id), row('r2', sealing.id), row('r3', 'nowhere'));
    expect((await trail.found()).sort()).toEqual([
      'RECORD_INSERTED regulated_record disposition r1 v1',
      'RECORD_INSERTED regulated_record disposition r2 v1',
      'RECORD_INSERTED regulated_record disposition r3 v1',
    ]);
  });

  test('a record bound to another entry is named', async () => {
    const { id } = await entryAt(2);
    await trail.tamper(['UPDATE regulated_record SET entry_id = ? WHERE record_id = ?', id, 'h4']);
    expect(await trail.found()).toContain('RECORD_ALTERED regulated_record hold h4 v1');
  });

  test('an entry taken out of the queue before it had its place is told by what is left', async () => {
    await placeHold(trail, 'late', 'lot_9');
    await trail.tamper(['DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_pending)']);
    expect((await trail.found()).join()).toContain('ENTRY_DELETED audit_pending entry');
  });

  test('[ISO 13485 4.2.5] personal data can be destroyed, and everything still verifies', async () => {
    const deps = { database: trail.database, audit: trail.recorder, personal: trail.cipher };
    expect(await erasePerson(deps, SYSTEM_ACTOR, 'p1', 'left')).toBe(true);
    await trail.sequencer.drain();
    expect(await trail.found()).toEqual([]);
    const sealed = (JSON.parse((await entryAt(1)).body) as { actor: { personal: string } }).actor.personal;
    expect(await trail.cipher.open(trail.database.reader, 'p1', sealed)).toBeNull();
    expect(JSON.parse((await entryAt(21)).body)).toMatchObject({ action: 'audit.erase', reason: 'left' });
  });

  async function forgedRecord(id: string) {
    const [row] = await trail.database.reader.query<{ version: number; subject: string; at: number }[]>(
      'SELECT version, subject, at FROM regulated_record WHERE record_id = ?',
      [id],
    );
    const content = canonicalJson({ kind: 'NONE' });
    const { version = 1, subject = '', at = 0 } = row ?? {};
    const made = hashOfRecord({ recordType: 'hold', recordId: id, version, subject, content, at }, 'sha256');
    return [
      ['UPDATE regulated_record SET content = ?, hash = ? WHERE record_id = ?', content, made, id] as const,
    ];
  }
});

describe.each(TEST_DIALECTS)('a trail with SM3 and SM2, on %s', (dialect) => {
  test('verifies, and names an edited entry', async () => {
    const trail = await trailOnDisk(dialect, { LOTGRAPH_DIGEST: 'sm3', LOTGRAPH_SIGNATURE: 'sm2' });
    try {
      await twentyActs(trail);
      expect(await trail.found()).toEqual([]);
      await trail.tamper(["UPDATE audit_entry SET body = REPLACE(body, 'reason 6', 'reason 7')"]);
      expect(await trail.found()).toEqual([expect.stringMatching(/^ENTRY_ALTERED audit_log seq 7,/)]);
    } finally {
      await trail.close();
    }
  });
});

/** Puts another body at a place and makes every hash after it anew, as a forger without the key would. */
async function rewriteFrom(trail: TrailOnDisk, seq: number, body: string): Promise<void> {
  const rows = await trail.database.reader.query<{ seq: number; entry_id: string; hash: string }[]>(
    'SELECT l.seq, l.entry_id, e.hash FROM audit_log l JOIN audit_entry e ON e.id = l.entry_id WHERE l.seq >= ? ORDER BY l.seq',
    [seq],
  );
  const [before] = await trail.database.reader.query<{ chain_hash: string }[]>(
    'SELECT chain_hash FROM audit_log WHERE seq = ?',
    [seq - 1],
  );
  let chain = before?.chain_hash.slice(7) ?? '';
  const hasher = new TreeHasher('sha256');
  for (const row of rows) {
    const hashed = row.seq === seq ? digestOf(body) : row.hash;
    if (row.seq === seq)
      await trail.tamper([
        'UPDATE audit_entry SET body = ?, hash = ? WHERE id = ?',
        body,
        hashed,
        row.entry_id,
      ]);
    const leaf = hasher.leaf(hashed);
    chain = hash('sha256', chain + leaf, 'hex');
    await trail.tamper([
      'UPDATE audit_log SET leaf_hash = ?, chain_hash = ? WHERE seq = ?',
      ...[`sha256:${leaf}`, `sha256:${chain}`, row.seq],
    ]);
  }
}

async function cutTail(trail: TrailOnDisk, size: number): Promise<void> {
  await trail.tamper(
    ['DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_log WHERE seq > ?)', size],
    ['DELETE FROM audit_log WHERE seq > ?', size],
    ['DELETE FROM audit_index WHERE seq > ?', size],
  );
}
