/**
 * Pairs that a steward looked at and set aside. Nothing of the copy changes by it, so one person decides; it is audited,
 * can be taken back, and holds only as long as the evidence is what the steward saw.
 */
import type { EntityManager } from 'typeorm';
import { actorOf } from '../../controls/audit/audit-entry';
import type { AuditRecorder } from '../../controls/audit/audit-recorder';
import type { Clock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import type { ErrorCode } from '../../platform/errors';
import type { RequestFacts } from '../../platform/request';
import { toId } from '../ids';
import type { RowScope } from '../scope/row-scope';
import type { EntityType } from '../sync/identity';
import { lookAgain } from './candidates';
import { type EntityRef, entityOf } from './decisions';
import { IdentityCandidateRow, IdentityDismissalRow } from './identity.entity';

const LONGEST_REASON = 4000;

export interface DismissalDependencies {
  readonly database: Database;
  readonly audit: Pick<AuditRecorder, 'record'>;
  readonly clock: Clock;
}

export interface Asker extends Pick<RequestFacts, 'caller' | 'requestId'> {
  readonly scope: RowScope | null;
  readonly policyVersion: string;
}

export interface PairInput {
  readonly first: string;
  readonly second: string;
  readonly reason: string;
}

export interface DismissalOutcome {
  /** What was set aside, or taken back; null when nothing was done. */
  readonly dismissal: IdentityDismissalRow | null;
  readonly refusal: ErrorCode | null;
}

type Act = 'identityMap.dismiss' | 'identityMap.restore';

/** Sets a candidate aside: it leaves the queue until its evidence is another. */
export async function dismissCandidate(
  using: DismissalDependencies,
  asker: Asker,
  input: PairInput,
): Promise<DismissalOutcome> {
  return await decide(using, asker, 'identityMap.dismiss', input, async (manager, pair, reason) => {
    const candidate = await manager.findOneBy(IdentityCandidateRow, pair);
    if (candidate === null) return null;
    const { entityType, confidence, evidence } = candidate;
    const row = Object.assign(new IdentityDismissalRow(), {
      ...{ ...pair, entityType, confidence, evidence, reason },
      ...{ dismissedBy: asker.caller.subject, dismissedAt: using.clock.now() },
    });
    await manager.save(IdentityDismissalRow, row);
    await manager.delete(IdentityCandidateRow, pair);
    return row;
  });
}

/** Takes a dismissal back: the pair is looked at anew. */
export async function restoreCandidate(
  using: DismissalDependencies,
  asker: Asker,
  input: PairInput,
): Promise<DismissalOutcome> {
  return await decide(using, asker, 'identityMap.restore', input, async (manager, pair) => {
    const row = await manager.findOneBy(IdentityDismissalRow, pair);
    if (row === null) return null;
    await manager.delete(IdentityDismissalRow, pair);
    await lookAgain(manager, using.clock.now(), row.entityType as EntityType, [pair.firstPk]);
    return row;
  });
}

/** What is set aside now, newest first. */
export async function dismissals(reader: EntityManager, first: number): Promise<IdentityDismissalRow[]> {
  return await reader.find(IdentityDismissalRow, {
    order: { dismissedAt: 'DESC', firstPk: 'ASC', secondPk: 'ASC' },
    take: first,
  });
}

interface Pair {
  readonly firstPk: number;
  readonly secondPk: number;
}

async function decide(
  { database, audit }: DismissalDependencies,
  asker: Asker,
  action: Act,
  { first, second, reason: given }: PairInput,
  act: (manager: EntityManager, pair: Pair, reason: string) => Promise<IdentityDismissalRow | null>,
): Promise<DismissalOutcome> {
  const reason = given.trim().slice(0, LONGEST_REASON);
  const pair = pairOf(entityOf(first), entityOf(second));
  return await database.write(async (manager) => {
    const early = asker.scope !== null ? 'ACCESS_DENIED' : reason === '' ? 'REASON_REQUIRED' : null;
    const row = early === null && pair !== null ? await act(manager, pair, reason) : null;
    const refusal = early ?? (row === null ? 'NOT_FOUND' : null);
    await audit.record(manager, actorOf(asker.caller, asker.requestId), {
      ...{ action, outcome: refusal === null ? 'DONE' : 'REFUSED', code: refusal ?? undefined },
      object: { type: 'identityCandidate', id: `${first} ${second}`.slice(0, 64) },
      ...{ reason: reason === '' ? undefined : reason, policyVersion: asker.policyVersion },
      ...(row === null ? {} : { facts: { confidence: row.confidence, evidence: row.evidence } }),
    });
    return { dismissal: row, refusal };
  });
}

/** Either order names the pair; null where the two are not of one kind. */
function pairOf(one: EntityRef | null, other: EntityRef | null): Pair | null {
  if (one === null || other?.type !== one.type) return null;
  return { firstPk: Math.min(one.pk, other.pk), secondPk: Math.max(one.pk, other.pk) };
}

/** Ids of a pair. */
export const idsOf = ({ entityType, firstPk, secondPk }: IdentityDismissalRow): [string, string] => [
  toId(entityType as EntityType, firstPk),
  toId(entityType as EntityType, secondPk),
];
