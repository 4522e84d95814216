/** Rows that an administrator inserts, with entries to go with them: nothing is decided by any of them. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { Findings } from '../../controls/audit/verify/finding';
import { findHold, newHold, openHolds } from '../../controls/holds/holds';
import { digestOf } from '../../controls/integrity/digest';
import { KeyCheck } from '../../controls/integrity/key-check';
import { keyIdOf, signText } from '../../controls/integrity/signature';
import { SigningKeys, newPrivateKey } from '../../controls/integrity/signing-keys';
import { hashOfRecord } from '../../controls/records/record-hash';
import { SignOffKeys } from '../../controls/sign-off/signature-keys';
import { canonicalJson } from '../../platform/canonical-json';
import { openReadOnly } from '../../platform/database/read-only';
import { TEST_DIALECTS } from '../support/databases';
import { auditWorld, personActor } from './audit-world';
import { type TrailOnDisk, trailOnDisk } from './trail-on-disk';

const HOLD = { kind: 'QUALITY', reason: 'scratches', placedAt: 1, placedBy: 'p1', placedUnder: null };

describe.each(TEST_DIALECTS)('what was inserted by SQL on %s', (dialect) => {
  let trail: TrailOnDisk;
  beforeEach(async () => {
    trail = await trailOnDisk(dialect);
  });
  afterEach(() => trail.close());

  const place = (id: string): Promise<string> =>
    trail.database.write(async (manager) => {
      const entryId = trail.recorder.nextId();
      const seal = await trail.records.append(manager, newHold(id, 'lot_1', HOLD), entryId);
      const act = { action: 'hold.place', outcome: 'DONE', records: [seal] } as const;
      return await trail.recorder.record(manager, personActor('p1'), act, entryId);
    });

  /** An entry as the product writes it, with other facts, queued for its place; its mark cannot be made. */
  const forge = async (id: string, changes: object): Promise<void> => {
    const [row] = await trail.database.reader.query<{ body: string; at: number }[]>(
      'SELECT body, at FROM audit_entry ORDER BY id LIMIT 1',
    );
    const body = canonicalJson({ ...(JSON.parse(row?.body ?? '{}') as object), id, ...changes });
    await trail.tamper(
      ['INSERT INTO audit_entry (id, at, body, hash) VALUES (?, ?, ?, ?)', id, 1, body, digestOf(body)],
      ['INSERT INTO audit_pending (entry_id, at) VALUES (?, ?)', id, 1],
    );
  };

  const insertRecord = async (
    id: string,
    version: number,
    content: object,
    entryId: string,
  ): Promise<void> => {
    const record = { recordType: 'hold', recordId: id, version, subject: 'lot_1', at: 2 };
    const text = canonicalJson(content);
    const hash = hashOfRecord({ ...record, content: text }, 'sha256');
    await forge(entryId, { records: [{ type: 'hold', id, version, hash }] });
    await trail.tamper([
      'INSERT INTO regulated_record (record_type, record_id, version, subject, content, hash, entry_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      ...['hold', id, version, 'lot_1', text, hash, entryId, 2],
    ]);
  };

  const open = (): Promise<unknown> => openHolds(trail.database.reader, ['lot_1']);

  test('[21 CFR 11.10(e)] a hold that was lifted by SQL, forged entry and all, is not lifted', async () => {
    await place('h1');
    await expect(open()).resolves.toMatchObject([{ id: 'h1', state: 'PLACED' }]);
    await insertRecord(
      'h1',
      2,
      { ...HOLD, state: 'LIFTED', lifted: { reason: 'x', at: 2, under: 'p' } },
      'forged',
    );
    const refusal = { code: 'RECORD_UNTRUSTED', facts: { record: 'hold', id: 'h1', version: 2 } };
    await expect(open()).rejects.toMatchObject(refusal);
    await expect(findHold(trail.database.reader, 'h1')).rejects.toMatchObject(refusal);
  });

  test('a genuine entry does not vouch for a record that it does not seal', async () => {
    const entryId = await place('h1');
    const text = canonicalJson({ ...HOLD, state: 'PLACED', lifted: null });
    const record = { recordType: 'hold', recordId: 'h2', version: 1, subject: 'lot_1', content: text, at: 2 };
    await trail.tamper([
      'INSERT INTO regulated_record (record_type, record_id, version, subject, content, hash, entry_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      ...['hold', 'h2', 1, 'lot_1', text, hashOfRecord(record, 'sha256'), entryId, 2],
    ]);
    await expect(open()).rejects.toMatchObject({ code: 'RECORD_UNTRUSTED' });
  });

  test('a record that was altered after it had been read is seen at once', async () => {
    await place('h1');
    await open();
    await trail.tamper(["UPDATE regulated_record SET content = REPLACE(content, 'scratches', 'nothing')"]);
    await expect(open()).rejects.toMatchObject({ code: 'RECORD_UNTRUSTED' });
  });

  describe('a public key', () => {
    const pem = newPrivateKey('ed25519');
    const key = createPrivateKey(pem);
    const publicKey = createPublicKey(key);
    const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const keyId = keyIdOf(publicKey);
    const keysOf = (of = trail): SignOffKeys => new SignOffKeys(of.keys, of.clock, of.recorder);
    const insertKey = (): Promise<void> =>
      trail.tamper([
        'INSERT INTO integrity_key (key_id, purpose, algorithm, public_key, first_used_at) VALUES (?, ?, ?, ?, ?)',
        ...[keyId, 'signOff', 'ed25519', publicPem, 1],
      ]);
    const verifies = (): Promise<boolean> =>
      keysOf().verify(trail.database.reader, 'a hash', signText('a hash', key));
    const found = async (): Promise<string[]> => {
      const source = await openReadOnly(trail.url);
      const findings = new Findings();
      const trusted = new Set(trail.keys.trusted('signOff').keys());
      await new KeyCheck(source, findings, trusted, trail.mac).finish();
      await source.close();
      return findings.list.map(({ code, place: at }) => `${code} ${at}`);
    };

    test('[21 CFR 11.70] that was inserted verifies nothing, and is a finding, also with a forged entry', async () => {
      await place('h1');
      await insertKey();
      expect(await verifies()).toBe(false);
      const told = { action: 'audit.keyUsed', object: { type: 'signingKey', id: keyId }, records: [] };
      await forge('forged', { ...told, facts: { purpose: 'signOff', algorithm: 'ed25519' } });
      expect(await verifies()).toBe(false);
      await trail.sequencer.drain();
      expect(await verifies()).toBe(false);
      expect(await found()).toEqual([`KEY_INSERTED integrity_key ${keyId}`]);
    });

    test('that another process of the deployment announced verifies, and is no finding', async () => {
      // the other one keeps its keys elsewhere, and shares the secret of the marks
      const secret = {
        LOTGRAPH_SUBJECT_KEY: 'env:DBA_SECRET',
        DBA_SECRET: 'a secret of forty characters, or a few more',
      };
      const [one, other] = [auditWorld(trail.database, secret), auditWorld(trail.database, secret)];
      const signature = await trail.database.write((manager) =>
        new SignOffKeys(one.keys, one.clock, one.recorder).sign(manager, 'a hash'),
      );
      const verify = (): Promise<boolean> =>
        new SignOffKeys(other.keys, other.clock, other.recorder).verify(
          trail.database.reader,
          'a hash',
          signature,
        );
      expect(await verify()).toBe(true);
      await other.sequencer.drain();
      expect(await verify()).toBe(true);
    });

    test('that the configuration names counts without any entry', async () => {
      await insertKey();
      const file = `${trail.config.dataDir}/other.pem`;
      writeFileSync(file, publicPem);
      const { audit } = trail.config;
      const keys = new SigningKeys({ ...trail.config, audit: { ...audit, trustedKeys: [file] } });
      const named = new SignOffKeys(keys, trail.clock, trail.recorder);
      expect(await named.verify(trail.database.reader, 'a hash', signText('a hash', key))).toBe(true);
    });
  });
});
