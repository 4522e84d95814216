/**
 * A proposal as a regulated record: each state that it is in is a version, sealed into the entry of the act that moved
 * it. A row that says anything else, a rejected one that is open again, a later deadline or a review that nobody
 * waits for, was changed by SQL.
 */
import type { EntityManager } from 'typeorm';
import { canonicalJson } from '../../platform/canonical-json';
import type { RecordSeal } from '../audit/audit-entry';
import { isUnaltered } from './payload';
import type { SignOffDeps } from './ports';
import { contentOfProposal } from './row-contents';
import type { SignOffProposalRow } from './sign-off.entity';

const PROPOSAL_RECORD = 'proposal';

/** Writes the proposal's next version; the caller seals it into the entry. */
export async function appendProposal(
  manager: EntityManager,
  deps: Pick<SignOffDeps, 'records'>,
  row: SignOffProposalRow,
  entryId: string,
): Promise<RecordSeal> {
  const record = { type: PROPOSAL_RECORD, id: row.id, subject: row.id, content: contentOfProposal(row) };
  return await deps.records.append(manager, record, entryId);
}

/** True when the row is what was recorded last, and its payload what was hashed. */
export async function isAsRecorded(
  manager: EntityManager,
  deps: Pick<SignOffDeps, 'records'>,
  row: SignOffProposalRow,
): Promise<boolean> {
  const latest = (await deps.records.sealedHistoryOf(manager, PROPOSAL_RECORD, row.id))?.at(-1);
  return (
    latest !== undefined &&
    canonicalJson(latest.content) === canonicalJson(contentOfProposal(row)) &&
    isUnaltered(row.payload, row.payloadHash)
  );
}
