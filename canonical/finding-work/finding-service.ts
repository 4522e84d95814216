/**
 * What people do with findings: take them, say how far they are, accept them for a while, comment. Only those who answer
 * for a finding do so: its owner's roles, and data stewards. Every step stands in its history and in the trail, in one
 * transaction; tries that are refused stand in the trail.
 */
import type { EntityManager } from 'typeorm';
import { actorOf, type AuditAct } from '../../controls/audit/audit-entry';
import type { AuditRecorder } from '../../controls/audit/audit-recorder';
import { AccountRow, RoleGrantRow } from '../../controls/identity/identity.entity';
import type { Clock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import { type ErrorCode, InvalidInputError, NotFoundError } from '../../platform/errors';
import type { RequestFacts } from '../../platform/request';
import { FindingRow } from '../entities/governance.entity';
import { fromId } from '../ids';
import type { RuleOwner } from '../rules/consistency-rule';
import type { RowScope } from '../scope/row-scope';
import { narrow } from '../scope/scoped-sql';
import { KeyAllocator } from '../sync/keys';
import {
  FindingEventRow,
  FindingWorkRow,
  type ShownState,
  WORK_STATES,
  type WorkState,
} from './finding-work.entity';

/** Answers for every finding, whoever owns it. */
const STEWARD = 'data-steward';
const LONGEST_TEXT = 2000;
const LONGEST_ACCEPTANCE_MS = 366 * 24 * 60 * 60_000;

export interface FindingServiceOptions {
  readonly database: Database;
  readonly audit: Pick<AuditRecorder, 'record'>;
  readonly clock: Clock;
  readonly owners: readonly RuleOwner[];
}

/** Who asks, and which rows they see. */
export interface Asker extends Pick<RequestFacts, 'caller' | 'requestId'> {
  readonly scope: RowScope | null;
}

export interface FindingOutcome {
  readonly finding: FindingRow;
  /** Why nothing was done; null when it was. */
  readonly refusal: ErrorCode | null;
}

export interface StateChange {
  readonly state: ShownState;
  readonly reason: string | null;
  /** Of an acceptance: until when, ms since the epoch. */
  readonly untilAt: number | null;
}

/** A row as plain values. */
type Work = Omit<FindingWorkRow, never>;

/** One step, as it is done once nothing speaks against it. */
interface Step {
  readonly action: 'finding.assign' | 'finding.changeState' | 'finding.comment';
  readonly kind: FindingEventRow['kind'];
  readonly text: string | null;
  refusal(manager: EntityManager, work: Work, finding: FindingRow): Promise<ErrorCode | null>;
  apply(work: Work): { work: Work; from: string | null; to: string | null };
}

export class FindingService {
  constructor(private readonly options: FindingServiceOptions) {}

  /** Gives a finding to an account, or to nobody. Throws NotFoundError. */
  async assign(asker: Asker, id: string, assignee: string | null): Promise<FindingOutcome> {
    return await this.#step(asker, id, {
      ...{ action: 'finding.assign', kind: 'ASSIGNED', text: null },
      refusal: async (manager, _, finding) => {
        // that the caller's own roles answer for it was looked at before
        if (assignee === null || assignee === asker.caller.subject) return null;
        return (await this.#fits(manager, assignee, finding)) ? null : 'FINDING_ASSIGNEE_UNFIT';
      },
      apply: (work) => ({ work: { ...work, assignee }, from: work.assignee, to: assignee }),
    });
  }

  /** Says how far it is. Throws NotFoundError, InvalidInputError for an acceptance without a reason or an end. */
  async changeState(asker: Asker, id: string, change: StateChange): Promise<FindingOutcome> {
    const accepts = change.state === 'ACCEPTED';
    const text = checkedText(change.reason, 'reason', accepts);
    if (accepts) this.#checkUntil(change.untilAt);
    else if (change.untilAt !== null)
      throw new InvalidInputError('Only an acceptance has an end.', { argument: 'until' });
    const to = WORK_STATES.find((state) => state === change.state);
    return await this.#step(asker, id, {
      ...{ action: 'finding.changeState', kind: 'STATE', text },
      // that it is not so any more only the data can say
      refusal: (_, work) =>
        Promise.resolve(to === undefined || to === work.state ? 'FINDING_STATE_REFUSED' : null),
      apply: (work) => moved(work, to ?? work.state, text, change.untilAt),
    });
  }

  /** Throws NotFoundError, InvalidInputError when nothing was said. */
  async comment(asker: Asker, id: string, comment: string): Promise<FindingOutcome> {
    return await this.#step(asker, id, {
      ...{ action: 'finding.comment', kind: 'COMMENT', text: checkedText(comment, 'text', true) },
      refusal: () => Promise.resolve(null),
      apply: (work) => ({ work, from: null, to: null }),
    });
  }

  async #step(asker: Asker, id: string, step: Step): Promise<FindingOutcome> {
    const { database, clock, audit } = this.options;
    const now = clock.now();
    return await database.write(async (manager) => {
      const keys = await KeyAllocator.lock(manager);
      const finding = await requireFinding(manager, asker, id);
      const work = await workOf(manager, finding.pk);
      const refusal = await this.#refusal(manager, asker, step, work, finding);
      const act: AuditAct = {
        ...{
          action: step.action,
          outcome: refusal === null ? 'DONE' : 'REFUSED',
          code: refusal ?? undefined,
        },
        ...{ object: { type: 'finding', id }, reason: step.text ?? undefined },
      };
      const actor = actorOf(asker.caller, asker.requestId);
      if (refusal !== null) {
        await audit.record(manager, actor, act);
        return { finding, refusal };
      }
      const { work: after, from, to } = step.apply(work);
      const { subject: account } = asker.caller;
      if (step.kind !== 'COMMENT')
        await manager.save(FindingWorkRow, { ...after, updatedAt: now, updatedBy: account });
      await manager.insert(FindingEventRow, {
        ...{ pk: keys.next(), findingPk: finding.pk, at: now, account, kind: step.kind },
        ...{ from, to, text: step.text },
      });
      const field = step.kind === 'STATE' ? 'finding.state' : 'finding.assignee';
      const changes = step.kind === 'COMMENT' ? [] : [{ field, before: from, after: to }];
      await audit.record(manager, actor, { ...act, changes });
      await keys.save();
      return { finding, refusal: null };
    });
  }

  async #refusal(
    manager: EntityManager,
    { caller }: Asker,
    step: Step,
    work: Work,
    finding: FindingRow,
  ): Promise<ErrorCode | null> {
    const roles = this.#rolesOf(finding);
    if (!caller.roles.some((role) => roles.includes(role))) return 'FINDING_NOT_YOURS';
    if (finding.state === 'RESOLVED' && step.kind !== 'COMMENT') return 'FINDING_STATE_REFUSED';
    return await step.refusal(manager, work, finding);
  }

  #rolesOf({ owner }: FindingRow): readonly string[] {
    return [STEWARD, ...(this.options.owners.find(({ id }) => id === owner)?.roles ?? [])];
  }

  /** Whether the account is in use and its person holds a role that answers for the finding. */
  async #fits(manager: EntityManager, accountId: string, finding: FindingRow): Promise<boolean> {
    const account = await manager.findOneBy(AccountRow, { id: accountId, status: 'ACTIVE' });
    if (account?.person == null) return false;
    const now = this.options.clock.now();
    const roles = this.#rolesOf(finding);
    const grants = await manager.findBy(RoleGrantRow, { person: account.person });
    return grants.some(
      ({ role, validFrom, expiresAt, revokedAt }) =>
        roles.includes(role) &&
        revokedAt === null &&
        validFrom <= now &&
        (expiresAt === null || expiresAt > now),
    );
  }

  #checkUntil(untilAt: number | null): void {
    const now = this.options.clock.now();
    if (untilAt === null || untilAt <= now || untilAt > now + LONGEST_ACCEPTANCE_MS)
      throw new InvalidInputError('An acceptance ends within a year, and not in the past.', {
        argument: 'until',
      });
  }
}

function moved(
  work: Work,
  state: WorkState,
  text: string | null,
  untilAt: number | null,
): ReturnType<Step['apply']> {
  const reason = state === 'ACCEPTED' ? text : null;
  return { work: { ...work, state, reason, untilAt }, from: work.state, to: state };
}

/** What the caller may not see is not there. Throws NotFoundError. */
async function requireFinding(manager: EntityManager, { scope }: Asker, id: string): Promise<FindingRow> {
  const query = manager
    .createQueryBuilder(FindingRow, 'f')
    .where('f.pk = :pk', { pk: fromId('finding', id) ?? 0 });
  const finding = await narrow(query, scope, (one) => one.finding('f')).getOne();
  if (finding === null) throw new NotFoundError('There is no such finding.', { finding: id });
  return finding;
}

async function workOf(manager: EntityManager, findingPk: number): Promise<Work> {
  return (
    (await manager.findOneBy(FindingWorkRow, { findingPk })) ?? {
      ...{ findingPk, state: 'OPEN', assignee: null, reason: null, untilAt: null },
      ...{ updatedAt: 0, updatedBy: '' },
    }
  );
}

/** Throws InvalidInputError when nothing was said where it must be, or a novel. */
function checkedText(given: string | null, argument: string, isNeeded: boolean): string | null {
  const text = given?.trim() ?? '';
  if (text.length > LONGEST_TEXT || (isNeeded && text === ''))
    throw new InvalidInputError(`"${argument}" has 1 to ${LONGEST_TEXT} characters.`, { argument });
  return text === '' ? null : text;
}
