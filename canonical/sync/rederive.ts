/** Derives golden rows anew from the records that are kept, within a transaction of somebody else's. */
import type { EntityManager } from 'typeorm';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import type { RecordType } from '../../schema/records/record-types';
import type { StreamState } from './batch';
import { BatchTransaction } from './batch-transaction';
import { isEntityType } from './entity-specs';
import { IdentityResolver } from './identity';
import { IdentityCache } from './identity-cache';
import type { KeyAllocator } from './keys';
import { streamsOf } from './records-of-lots';

const ENTITY_ORDER: readonly RecordType[] = ['item', 'site', 'party', 'location', 'lot'];

export interface RederiveContext {
  readonly manager: EntityManager;
  readonly keys: KeyAllocator;
  readonly dictionary: Dictionary;
  readonly now: number;
}

/**
 * Derives records of any stream anew within a transaction, what others refer to first; resolves to the lots that it
 * touched. The caller MUST hold the lock of `keys`.
 */
export async function rederiveWithin(
  { manager, keys, dictionary, now }: RederiveContext,
  recordPks: Iterable<number>,
): Promise<Set<number>> {
  const identity = await IdentityResolver.open(manager, keys, new IdentityCache());
  const touched = new Set<number>();
  const streams = await streamsOf(manager, recordPks);
  const rank = ([{ recordType }]: (typeof streams)[number]): number =>
    isEntityType(recordType) ? ENTITY_ORDER.indexOf(recordType) : ENTITY_ORDER.length;
  for (const [stream, records] of streams.sort((a, b) => rank(a) - rank(b) || a[0].pk - b[0].pk)) {
    const state: StreamState = { ...stream, mayHaveRejects: false, hasRecords: true };
    const context = { manager, keys, identity, dictionary, now };
    const one = new BatchTransaction(context, stream.recordType, state);
    await one.rederive(records);
    for (const lot of one.touchedLots) touched.add(lot);
  }
  return touched;
}
