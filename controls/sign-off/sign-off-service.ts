/** Dual sign-off as the rest of the product uses it: proposing, signing, the other acts, and what waits for whom. */
import { type EntityManager, In } from 'typeorm';
import type { ErrorCode, LocalizedText } from '../../platform/errors';
import type { Language } from '../../platform/request';
import type { MarkedAct } from './act-run';
import { actorOfRequest } from './audit-facts';
import { reject, sweepExpired, withdraw } from './close';
import { type NewDelegation, delegate, delegationsOf, revokeDelegation } from './delegations';
import type { SignOffDeps, SignOffRequest } from './ports';
import { type MyOffer, type SignOffSearch, inboxOf, listSignOffs, offerOf, visibleSignOff } from './inbox';
import { actionOf } from './policy/policy-document';
import type { SigningKind } from './offers';
import { PresentState } from './present-state';
import { type Proposed, propose } from './propose';
import { type ReviewInput, reportOverdueReviews, reviewBreakGlass } from './review';
import { type ActOf, type SignInput, type Signed, sign } from './sign';
import { type SignOffDelegationRow, SignOffProposalRow } from './sign-off.entity';
import { signaturesByProposal } from './store';
import { type SignOffView, type SignatureView, signOffView, signatureView } from './views';

export class SignOffService {
  /** What has changed since proposals were made, as far as this process can tell. */
  readonly present: PresentState;

  constructor(readonly deps: SignOffDeps) {
    this.present = new PresentState(deps);
  }

  /** Used by the engine alone. */
  async propose(request: SignOffRequest, act: MarkedAct): Promise<Proposed> {
    return await propose(this.deps, request, act);
  }

  /** Used by the engine alone. Throws SignOffRefusal. */
  async sign(request: SignOffRequest, input: SignInput, actOf: ActOf): Promise<Signed> {
    return await sign(this.deps, request, input, actOf);
  }

  /** Writes down that a document with more than one act was refused. */
  async recordRefusedDocument(request: SignOffRequest, code: ErrorCode): Promise<void> {
    await this.deps.database.write((manager) =>
      this.deps.audit.record(manager, actorOfRequest(request), {
        ...{ action: 'signOff.propose', outcome: 'REFUSED', code },
      }),
    );
  }

  /** `visible`: whether what it is about lies within the caller's rows, which only the act's own subgraphs can tell. */
  async reject(
    request: SignOffRequest,
    id: string,
    reason: string,
    visible = true,
  ): Promise<SignOffProposalRow> {
    return await reject(this.deps, request, id, reason, visible);
  }

  async withdraw(request: SignOffRequest, id: string, reason: string): Promise<SignOffProposalRow> {
    return await withdraw(this.deps, request, id, reason);
  }

  /** Throws SignOffRefusal where the ticket is not for `delegationPurpose(wanted)`: STEP_UP_REQUIRED. */
  async delegate(
    request: SignOffRequest,
    wanted: NewDelegation,
    ticket: string,
  ): Promise<SignOffDelegationRow> {
    return await delegate(this.deps, request, wanted, ticket);
  }

  async revokeDelegation(request: SignOffRequest, id: string): Promise<SignOffDelegationRow> {
    return await revokeDelegation(this.deps, request, id);
  }

  async delegationsOf(person: string): Promise<SignOffDelegationRow[]> {
    return await delegationsOf(this.deps, person);
  }

  async reviewBreakGlass(request: SignOffRequest, input: ReviewInput): Promise<SignOffProposalRow> {
    return await reviewBreakGlass(this.deps, request, input);
  }

  /** Closes what nobody signed in time and reports reviews that are overdue; the worker calls it. */
  async sweep(now: number): Promise<{ readonly expired: number; readonly overdue: number }> {
    return {
      expired: await sweepExpired(this.deps, now),
      overdue: await reportOverdueReviews(this.deps, now),
    };
  }

  /** A proposal; null when there is none. */
  async find(id: string): Promise<SignOffProposalRow | null> {
    return await this.deps.database.reader.findOneBy(SignOffProposalRow, { id });
  }

  /** Sign-offs that the caller may see, newest first. */
  async list(request: SignOffRequest, search: SignOffSearch): Promise<SignOffProposalRow[]> {
    return await listSignOffs(this.deps, request, search);
  }

  /** A sign-off; null when there is none that the caller may see. */
  async visible(request: SignOffRequest, id: string): Promise<SignOffProposalRow | null> {
    return await visibleSignOff(this.deps, request, id);
  }

  /** What waits for the caller. */
  async inbox(request: SignOffRequest): Promise<SignOffProposalRow[]> {
    return await inboxOf(this.deps, request);
  }

  /** The signature that is the caller's to give; null when there is none. */
  async offer(
    request: SignOffRequest,
    proposal: SignOffProposalRow,
    kind?: SigningKind,
  ): Promise<MyOffer | null> {
    return await offerOf(this.deps, request, proposal, kind);
  }

  /** What the policy in force calls an action. */
  async actionName(action: string): Promise<LocalizedText | null> {
    return actionOf((await this.deps.policies.current()).document, action)?.name ?? null;
  }

  /** The sign-off as a payload shows it to the caller. */
  async view(request: SignOffRequest, proposal: SignOffProposalRow): Promise<SignOffView> {
    return await signOffView(this.deps, request, proposal);
  }

  /** The signatures on each proposal, to be shown with the records that they made: name, time and meaning. */
  async signaturesOf(
    manager: EntityManager,
    proposalIds: readonly string[],
    language: Language,
  ): Promise<ReadonlyMap<string, readonly SignatureView[]>> {
    const ids = [...new Set(proposalIds)];
    const proposals = ids.length === 0 ? [] : await manager.findBy(SignOffProposalRow, { id: In(ids) });
    const rows = await signaturesByProposal(manager, ids);
    const found = new Map<string, SignatureView[]>();
    for (const proposal of proposals) {
      const views: SignatureView[] = [];
      for (const row of rows.get(proposal.id) ?? [])
        views.push(await signatureView(this.deps, manager, proposal, row, language));
      found.set(proposal.id, views);
    }
    return found;
  }
}
