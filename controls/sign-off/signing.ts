/** Making and checking signatures: rows, regulated records and the hashes that bind them to their proposal. */
import type { EntityManager } from 'typeorm';
import { canonicalJson } from '../../platform/canonical-json';
import type { LocalizedText } from '../../platform/errors';
import type { RecordSeal } from '../audit/audit-entry';
import { algorithmOf } from '../integrity/digest';
import type { Offer } from './offers';
import { signedHashOf, signingHashOf } from './payload';
import type { SignOffDeps, SignOffRequest } from './ports';
import { isAsRecorded } from './proposal-record';
import { contentOfRow, signatureRecordId } from './row-contents';
import { SignOffRefusal } from './refusal';
import { type SignOffProposalRow, SignOffSignatureRow } from './sign-off.entity';

/** Type of the regulated records that signatures are. */
const SIGNATURE_RECORD = 'signature';

/** What a person authenticates again for, to give the offered signature. */
export function signingHashFor(
  deps: Pick<SignOffDeps, 'algorithm'>,
  proposal: SignOffProposalRow,
  offer: Pick<Offer, 'slot' | 'meaning'>,
  person: string,
): string {
  const facts = {
    slot: offer.slot,
    meaning: offer.meaning.code,
    policyVersion: proposal.policyVersion,
    person,
  };
  const { id, payloadHash, action } = proposal;
  return signingHashOf({ proposal: id, payloadHash, action, ...facts }, deps.algorithm);
}

export interface GivenSignature {
  readonly proposal: SignOffProposalRow;
  readonly offer: Offer;
  readonly person: string;
  readonly ticket: string;
  readonly comment: string | null;
}

/** Uses the ticket up and inserts the signature with its record; the caller seals the record into an entry. */
export async function insertSignature(
  manager: EntityManager,
  deps: SignOffDeps,
  { caller }: SignOffRequest,
  given: GivenSignature,
  entryId: string,
): Promise<{ readonly row: SignOffSignatureRow; readonly seal: RecordSeal }> {
  const { proposal, offer, person, ticket, comment } = given;
  const signingHash = signingHashFor(deps, proposal, offer, person);
  const proof = await deps.people.consumeTicket(manager, {
    ...{ ticket, person, session: caller.session, purpose: signingHash },
  });
  const facts = {
    ...{ signingHash, account: caller.subject, comment, signedAt: deps.clock.now() },
    ...{ usedRole: offer.role, onBehalfOf: offer.onBehalfOf, methods: proof.methods.join(',') },
    printedName: printedNameOf(await deps.people.nameOf(manager, person)),
  };
  const signedHash = signedHashOf(facts, deps.algorithm);
  const row: SignOffSignatureRow = {
    ...{ proposalId: proposal.id, slot: offer.slot, person, policyVersion: proposal.policyVersion },
    ...{ meaning: offer.meaning.code, meaningEn: offer.meaning.en, meaningZh: offer.meaning.zh },
    ...{ ...facts, signedHash, signature: await deps.keys.sign(manager, signedHash) },
  };
  await manager.insert(SignOffSignatureRow, row);
  const record = {
    ...{ type: SIGNATURE_RECORD, id: signatureRecordId(proposal.id, offer.slot), subject: proposal.id },
    content: contentOfRow(row),
  };
  return { row, seal: await deps.records.append(manager, record, entryId) };
}

/**
 * Thrown when the proposal, or a signature on it, is not what was recorded when it was made: SIGN_OFF_ALTERED. The
 * regulated records are insert-only and sealed into the trail, so that whoever alters the rows must alter these too.
 */
export async function requireUnaltered(
  manager: EntityManager,
  deps: SignOffDeps,
  proposal: SignOffProposalRow,
  signatures: readonly SignOffSignatureRow[],
): Promise<void> {
  if (!(await isAsRecorded(manager, deps, proposal))) throw new SignOffRefusal('SIGN_OFF_ALTERED');
  for (const signature of signatures)
    if (!(await isGenuine(manager, deps, proposal, signature))) throw new SignOffRefusal('SIGN_OFF_ALTERED');
}

/** True when the signature is one of ours over exactly this proposal, under the key that it names. */
export async function isGenuine(
  manager: EntityManager,
  deps: Pick<SignOffDeps, 'keys' | 'records'>,
  proposal: SignOffProposalRow,
  signature: SignOffSignatureRow,
): Promise<boolean> {
  const { person, slot, meaning, policyVersion } = signature;
  const { id, payloadHash, action } = proposal;
  const covered = { proposal: id, payloadHash, action, slot, meaning, policyVersion, person };
  return (
    signingHashOf(covered, algorithmOf(signature.signingHash)) === signature.signingHash &&
    signedHashOf(signature, algorithmOf(signature.signedHash)) === signature.signedHash &&
    (await deps.keys.verify(manager, signature.signedHash, signature.signature)) &&
    (await isSignatureAsRecorded(manager, deps, signature))
  );
}

/** True when the row is what was recorded; the hashes hold the meaning's code, and the record the words that are printed. */
async function isSignatureAsRecorded(
  manager: EntityManager,
  { records }: Pick<SignOffDeps, 'records'>,
  row: SignOffSignatureRow,
): Promise<boolean> {
  const id = signatureRecordId(row.proposalId, row.slot);
  const history = await records.sealedHistoryOf(manager, SIGNATURE_RECORD, id);
  return history?.length === 1 && canonicalJson(history[0]?.content) === canonicalJson(contentOfRow(row));
}

/** A name as it is printed with a signature, in both languages where they differ. */
function printedNameOf(name: LocalizedText | string): string {
  if (typeof name === 'string') return name;
  return name.en === name.zh ? name.en : `${name.en} / ${name.zh}`;
}
