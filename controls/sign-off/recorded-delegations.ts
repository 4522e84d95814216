/** Delegations that count: those whose rows are what the product recorded. */
import { type EntityManager, In } from 'typeorm';
import { canonicalJson } from '../../platform/canonical-json';
import { RegulatedRecordRow } from '../records/record.entity';
import { sealedOf } from '../records/sealed-records';
import { contentOfRow } from './row-contents';
import type { SignOffDelegationRow } from './sign-off.entity';

export const DELEGATION_RECORD = 'delegation';

/** Those of the rows that stand as they were given or taken back; what SQL wrote, lends nobody anything. */
export async function recordedDelegations(
  manager: EntityManager,
  rows: readonly SignOffDelegationRow[],
): Promise<SignOffDelegationRow[]> {
  if (rows.length === 0) return [];
  const records = await manager.find(RegulatedRecordRow, {
    where: { recordType: DELEGATION_RECORD, recordId: In(rows.map(({ id }) => id)) },
    order: { version: 'ASC' },
  });
  const newest = new Map(records.map((record) => [record.recordId, record]));
  const sealed = await sealedOf(manager, [...newest.values()]);
  const contents = new Map(sealed.map(({ recordId, content }) => [recordId, content]));
  return rows.filter((row) => contents.get(row.id) === canonicalJson(contentOfRow(row)));
}
