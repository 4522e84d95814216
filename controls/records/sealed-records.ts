/**
 * Whether a version of a regulated record may be relied upon: it has the hash that its entry seals, and the product wrote
 * that entry. A row that was inserted or altered by SQL, also together with an entry, is none of these.
 */
import type { LRUCache } from 'lru-cache';
import type { EntityManager } from 'typeorm';
import { boundedCache } from '../../platform/bounded-cache';
import { GatewayError } from '../../platform/errors';
import type { EntryMac } from '../audit/entry-mac';
import { macOf, ownEntries } from '../audit/own-entries';
import { DIGEST_ALGORITHMS } from '../integrity/digest';
import type { RegulatedRecordRow } from './record.entity';
import { hashOfRecord } from './record-hash';

const REMEMBERED = 50_000;
const AT_ONCE = 500;
/** What was found sealed, by key: rows and entries are written once, so that it stays so. */
const SEALED = new WeakMap<EntryMac, LRUCache<string, true>>();

/** Those of the rows that may be relied upon, in their order. */
export async function sealedOf(
  manager: EntityManager,
  rows: readonly RegulatedRecordRow[],
): Promise<RegulatedRecordRow[]> {
  if (rows.length === 0) return [];
  const known = knownOf(macOf(manager));
  const whole = rows.filter(hasItsHash);
  const unknown = whole.filter((row) => !known.has(keyOf(row)));
  // what a transaction wrote may yet be rolled back: it is not remembered
  const remember = manager.queryRunner?.isTransactionActive !== true;
  const sealed = new Set<string>();
  for (let start = 0; start < unknown.length; start += AT_ONCE) {
    const page = unknown.slice(start, start + AT_ONCE);
    const entries = await ownEntries(
      manager,
      page.map(({ entryId }) => entryId),
    );
    for (const row of page) {
      const seals = entries.get(row.entryId)?.records ?? [];
      if (!seals.some((seal) => isSealOf(seal, row))) continue;
      sealed.add(keyOf(row));
      if (remember) known.set(keyOf(row), true);
    }
  }
  return whole.filter((row) => sealed.has(keyOf(row)) || known.has(keyOf(row)));
}

/** Thrown when one of the rows may not be relied upon: RECORD_UNTRUSTED, with the record's type and id. */
export async function requireSealed(
  manager: EntityManager,
  rows: readonly RegulatedRecordRow[],
): Promise<void> {
  const sealed = new Set(await sealedOf(manager, rows));
  const bad = rows.find((row) => !sealed.has(row));
  if (bad === undefined) return;
  const { recordType: type, recordId: id, version } = bad;
  throw new GatewayError('RECORD_UNTRUSTED', undefined, { record: type, id, version });
}

function knownOf(mac: EntryMac): LRUCache<string, true> {
  const known = SEALED.get(mac) ?? boundedCache<string, true>(REMEMBERED);
  SEALED.set(mac, known);
  return known;
}

function hasItsHash(row: RegulatedRecordRow): boolean {
  const algorithm = DIGEST_ALGORITHMS.find((one) => row.hash.startsWith(`${one}:`));
  return algorithm !== undefined && hashOfRecord(row, algorithm) === row.hash;
}

interface Seal {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly hash: string;
}

const isSealOf = (seal: Seal, row: RegulatedRecordRow): boolean =>
  seal.type === row.recordType &&
  seal.id === row.recordId &&
  seal.version === row.version &&
  seal.hash === row.hash;

const keyOf = ({ recordType, recordId, version, hash, entryId }: RegulatedRecordRow): string =>
  JSON.stringify([recordType, recordId, version, hash, entryId]);
