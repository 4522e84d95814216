/** Decisions about lots that were signed here: the regulated records of type `disposition`. */
import { type EntityManager, In } from 'typeorm';
import type { Json } from '../../controls/audit/audit-entry';
import { RegulatedRecordRow } from '../../controls/records/record.entity';
import { requireSealed } from '../../controls/records/sealed-records';

export const DISPOSITION_RECORD = 'disposition';

/** What the record of a decision says; each version of a lot's record is one decision. */
export interface DecisionContent {
  readonly [name: string]: Json;
  readonly decision: 'RELEASED' | 'REJECTED';
  /** Calendar date of the decision where the lot is. */
  readonly decidedOn: string;
  readonly reason: string;
  /** Proposal whose signatures made it. */
  readonly proposal: string;
  /** People who signed, in order. */
  readonly signers: readonly string[];
}

export interface OwnDecision extends DecisionContent {
  /** Public id of the lot. */
  readonly lot: string;
  readonly version: number;
  readonly at: number;
  readonly order: number;
}

/** Every decision about the lots, oldest first. Thrown when one is not the product's: RECORD_UNTRUSTED. */
export async function ownDecisions(manager: EntityManager, lots: readonly string[]): Promise<OwnDecision[]> {
  if (lots.length === 0) return [];
  const rows = await manager.find(RegulatedRecordRow, {
    where: { recordType: DISPOSITION_RECORD, subject: In([...lots]) },
    order: { at: 'ASC', recordId: 'ASC', version: 'ASC' },
  });
  await requireSealed(manager, rows);
  return rows.map((row) => ({
    ...(JSON.parse(row.content) as DecisionContent),
    lot: row.subject,
    version: row.version,
    at: row.at,
    order: row.version,
  }));
}
