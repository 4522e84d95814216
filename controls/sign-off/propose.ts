/**
 * Proposing: the act runs once in a transaction that never commits, and what it found is frozen. The same person
 * proposing the same payload again while the first proposal is open gets that one: a client that lost the answer may
 * ask again.
 */
import type { EntityManager } from 'typeorm';
import { GatewayError } from '../../platform/errors';
import { digestOf } from '../integrity/digest';
import { timedId } from '../integrity/ids';
import { type ActRefusal, ActRun, type MarkedAct, type Transactional, rolledBack } from './act-run';
import { aboutProposal, actorOfRequest } from './audit-facts';
import { type FrozenPayload, freeze } from './payload';
import { type ActionPolicy, actionOf } from './policy/policy-document';
import type { PublishedPolicy } from './policy/published-policies';
import type { SignOffDeps, SignOffRequest } from './ports';
import { closedAsExpired } from './close';
import { appendProposal } from './proposal-record';
import { SignOffProposalRow } from './sign-off.entity';

export const HOUR_MS = 3_600_000;
const REASON_LENGTH = 4000;

export type Proposed =
  | { readonly proposal: SignOffProposalRow; readonly refusals: readonly [] }
  | { readonly proposal: null; readonly refusals: readonly ActRefusal[] };

/** Throws what the resolver throws; SIGN_OFF_UNAVAILABLE when no policy knows the action. Both are audited. */
export async function propose(deps: SignOffDeps, request: SignOffRequest, act: MarkedAct): Promise<Proposed> {
  const id = timedId(deps.clock.now());
  try {
    const published = await deps.policies.current();
    const policy = actionOf(published.document, act.action);
    if (policy === undefined)
      throw new GatewayError('SIGN_OFF_UNAVAILABLE', undefined, { action: act.action });
    const run = await dryRun(deps, (work) => deps.database.write(work), request, act, id);
    if (run.refused) {
      await recordRefused(deps, request, act, id, run.refusals);
      return { proposal: null, refusals: run.refusals };
    }
    return {
      proposal: await insert(deps, request, { id, payload: run.payload, policy, published }),
      refusals: [],
    };
  } catch (error) {
    if (error instanceof GatewayError)
      await recordRefused(deps, request, act, id, [{ code: error.code, facts: {} }]);
    throw error;
  }
}

export interface DryRun {
  readonly refused: boolean;
  readonly refusals: readonly ActRefusal[];
  readonly payload: FrozenPayload;
}

/** Runs the act and takes everything back. */
export async function dryRun(
  deps: SignOffDeps,
  transaction: Transactional,
  { caller }: Pick<SignOffRequest, 'caller'>,
  act: MarkedAct,
  proposalId: string,
  proposer = proposerOf(caller),
): Promise<DryRun> {
  return await rolledBack(transaction, async (manager) => {
    const run = new ActRun({
      ...{ phase: 'PROPOSE', manager, now: deps.clock.now(), proposalId, proposer, signers: [] },
      ...{ records: deps.records, outbox: deps.outbox, entryId: deps.audit.nextId() },
    });
    await run.run(act);
    return { refused: run.refused, refusals: run.refusals, payload: run.payloadOf(act) };
  });
}

/** The person who answers for a call: of a service, the one on whose behalf it acts. */
function proposerOf(caller: SignOffRequest['caller']): {
  person: string | null;
  account: string;
  name: string;
} {
  return { person: caller.person ?? caller.onBehalfOf, account: caller.subject, name: caller.name };
}

interface NewProposal {
  readonly id: string;
  readonly payload: FrozenPayload;
  readonly policy: ActionPolicy;
  readonly published: PublishedPolicy;
}

async function insert(
  deps: SignOffDeps,
  request: SignOffRequest,
  given: NewProposal,
): Promise<SignOffProposalRow> {
  const row = rowOf(deps, request, given);
  const openKey = row.openKey ?? '';
  try {
    return await deps.database.write(async (manager) => {
      const open = await manager.findOneBy(SignOffProposalRow, { openKey });
      if (open !== null && !(await closedAsExpired(manager, deps, open.id))) return open;
      await manager.insert(SignOffProposalRow, row);
      await record(manager, deps, request, row);
      return row;
    });
  } catch (error) {
    // two identical calls at once: the key let one in, and this is the other
    const open = await deps.database.reader.findOneBy(SignOffProposalRow, { openKey });
    if (open === null) throw error;
    return open;
  }
}

async function record(
  manager: EntityManager,
  deps: SignOffDeps,
  request: SignOffRequest,
  row: SignOffProposalRow,
): Promise<void> {
  const entryId = deps.audit.nextId();
  const seal = await appendProposal(manager, deps, row, entryId);
  const act = {
    ...{ action: 'signOff.propose', outcome: 'DONE' as const, ...aboutProposal(row), records: [seal] },
    reason: row.reason ?? undefined,
  };
  await deps.audit.record(manager, actorOfRequest(request), act, entryId);
}

function rowOf(deps: SignOffDeps, { caller }: SignOffRequest, given: NewProposal): SignOffProposalRow {
  const { id, payload, policy, published } = given;
  const now = deps.clock.now();
  const text = freeze(payload);
  const payloadHash = digestOf(text, deps.algorithm);
  const proposer = proposerOf(caller);
  const reason = payload.arguments['reason'];
  return {
    ...{
      id,
      action: payload.action,
      coordinate: payload.coordinate,
      payload: text,
      payloadHash,
      state: 'PROPOSED',
    },
    ...{ proposerPerson: proposer.person, proposerAccount: proposer.account, proposerName: proposer.name },
    reason: typeof reason === 'string' ? reason.slice(0, REASON_LENGTH) : null,
    ...{ proposedAt: now, expiresAt: now + policy.proposalHours * HOUR_MS, executeBy: null },
    policyVersion: published.version,
    openKey: digestOf(`${payloadHash} ${published.version} ${proposer.person ?? proposer.account}`),
    ...{ closedAt: null, closedBy: null, closeReason: null },
    ...{ breakGlass: false, reviewBy: null, reviewOverdue: false },
  };
}

async function recordRefused(
  deps: SignOffDeps,
  request: SignOffRequest,
  act: MarkedAct,
  id: string,
  refusals: readonly ActRefusal[],
): Promise<void> {
  const codes = refusals.map((one) => one.code);
  await deps.database.write((manager) =>
    deps.audit.record(manager, actorOfRequest(request), {
      ...{ action: 'signOff.propose', outcome: 'REFUSED', code: codes[0] },
      object: { type: 'proposal', id },
      facts: { action: act.action, codes, arguments: act.arguments },
    }),
  );
}
