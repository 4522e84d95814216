/**
 * Holds the rows of sign-offs to their records: a review that was hidden, a proposal that is open again, a signature or a
 * delegation that nobody gave is found also where nobody acts on it. Reads only.
 */
import { canonicalJson } from '../../platform/canonical-json';
import type { ReadOnlyDatabase } from '../../platform/database/read-only';
import type { Json } from '../audit/audit-entry';
import type { Findings } from '../audit/verify/finding';
import type { TrailCheck } from '../audit/verify/verify-trail';
import { isUnaltered } from './payload';
import { contentOfProposal, contentOfRow, signatureRecordId } from './row-contents';
import type { SignOffDelegationRow, SignOffProposalRow, SignOffSignatureRow } from './sign-off.entity';

interface Kind<T> {
  readonly table: string;
  /** Property names and their columns. */
  readonly columns: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
  readonly idOf: (row: T) => string;
  readonly contentOf: (row: T) => Json;
  readonly holds: (row: T) => boolean;
}

const PROPOSAL: Kind<SignOffProposalRow> = {
  table: 'sign_off_proposal',
  columns: {
    ...{ id: 'id', action: 'act', coordinate: 'coordinate', payload: 'payload', payloadHash: 'payload_hash' },
    ...{ policyVersion: 'policy_version', state: 'state', breakGlass: 'break_glass' },
    ...{ proposerPerson: 'proposer_person', proposerAccount: 'proposer_account', proposedAt: 'proposed_at' },
    ...{ expiresAt: 'expires_at', executeBy: 'execute_by', closedAt: 'closed_at', closedBy: 'closed_by' },
    ...{ closeReason: 'close_reason', reviewBy: 'review_by', reviewOverdue: 'review_overdue' },
  },
  flags: ['breakGlass', 'reviewOverdue'],
  idOf: ({ id }) => id,
  contentOf: contentOfProposal,
  holds: ({ payload, payloadHash }) => isUnaltered(payload, payloadHash),
};
const SIGNATURE: Kind<SignOffSignatureRow> = {
  table: 'sign_off_signature',
  columns: {
    ...{ proposalId: 'proposal_id', slot: 'slot', person: 'person', account: 'account' },
    ...{ printedName: 'printed_name', usedRole: 'used_role', onBehalfOf: 'on_behalf_of' },
    ...{ meaning: 'meaning', meaningEn: 'meaning_en', meaningZh: 'meaning_zh', comment: 'remark' },
    ...{ signedAt: 'signed_at', methods: 'methods', policyVersion: 'policy_version' },
    ...{ signingHash: 'signing_hash', signedHash: 'signed_hash', signature: 'signature' },
  },
  flags: [],
  idOf: ({ proposalId, slot }) => signatureRecordId(proposalId, slot),
  contentOf: contentOfRow,
  holds: () => true,
};
const DELEGATION: Kind<SignOffDelegationRow> = {
  table: 'sign_off_delegation',
  columns: {
    ...{ id: 'id', action: 'act', role: 'lent_role', fromPerson: 'from_person', toPerson: 'to_person' },
    ...{ reason: 'reason', createdAt: 'created_at', startsAt: 'starts_at', endsAt: 'ends_at' },
    revokedAt: 'revoked_at',
  },
  flags: [],
  idOf: ({ id }) => id,
  contentOf: contentOfRow,
  holds: () => true,
};

export class SignOffCheck implements TrailCheck {
  constructor(
    private readonly database: ReadOnlyDatabase,
    private readonly findings: Findings,
  ) {}

  async check(): Promise<void> {
    // that a record is what its entry seals is held elsewhere: here, the row to its newest record
  }

  async finish(): Promise<void> {
    await this.#checkKind('proposal', PROPOSAL);
    await this.#checkKind('signature', SIGNATURE);
    await this.#checkKind('delegation', DELEGATION);
  }

  async #checkKind<T extends object>(recordType: string, kind: Kind<T>): Promise<void> {
    const records = await this.database.query<{ record_id: string; content: string }>(
      `SELECT r.record_id, r.content FROM regulated_record r JOIN (
         SELECT record_id AS id, MAX(version) AS newest FROM regulated_record WHERE record_type = ? GROUP BY record_id
       ) n ON n.id = r.record_id AND n.newest = r.version WHERE r.record_type = ?`,
      [recordType, recordType],
    );
    const recorded = new Map(records.map(({ record_id: id, content }) => [id, content]));
    for (const row of await this.#rows(kind)) {
      const id = kind.idOf(row);
      const place = `${kind.table} ${id}`;
      const content = recorded.get(id);
      recorded.delete(id);
      if (content === undefined) this.findings.add('SIGN_OFF_INSERTED', place);
      else if (content !== canonicalJson(kind.contentOf(row)) || !kind.holds(row))
        this.findings.add('SIGN_OFF_ALTERED', place);
    }
    for (const id of recorded.keys()) this.findings.add('SIGN_OFF_DELETED', `${kind.table} ${id}`);
  }

  /** Rows with the names and the truth values that the product gives them. */
  async #rows<T extends object>({ table, columns, flags }: Kind<T>): Promise<T[]> {
    const named = Object.entries(columns).map(([name, column]) => `${column} AS ${name}`);
    const rows = await this.database.query<Record<string, unknown>>(
      `SELECT ${named.join(', ')} FROM ${table}`,
    );
    return rows.map((row) => {
      const truths = flags.map((name) => [name, Number(row[name]) !== 0]);
      return Object.assign({}, row, Object.fromEntries(truths)) as T;
    });
  }
}
