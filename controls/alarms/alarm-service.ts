/**
 * What people do with alarms: acknowledge, close, silence a rule for a while. Nobody does so with an alarm about their
 * own acts, by whichever of their accounts. Every try is audited, refused ones too.
 */
import { type EntityManager, In } from 'typeorm';
import type { Clock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import { type ErrorCode, InvalidInputError, NotFoundError } from '../../platform/errors';
import type { RequestFacts } from '../../platform/request';
import { type AuditAct, actorOf } from '../audit/audit-entry';
import type { AuditRecorder } from '../audit/audit-recorder';
import { timedId } from '../integrity/ids';
import { AlarmEntryRow, AlarmRow, type AlarmState, AlarmSuppressionRow } from './alarm.entity';
import type { AlarmRule } from './rules/alarm-rule';

const LONGEST_REASON = 2000;
const DAY_MS = 24 * 60 * 60_000;
/** Longest silence of a rule. */
const LONGEST_SILENCE_MS = { LOW: 7 * DAY_MS, MEDIUM: 7 * DAY_MS, HIGH: DAY_MS, CRITICAL: DAY_MS };

export interface AlarmServiceOptions {
  readonly database: Database;
  readonly audit: AuditRecorder;
  readonly clock: Clock;
  /** Those in force. */
  rules(): Promise<readonly AlarmRule[]>;
}

type Asker = Pick<RequestFacts, 'caller' | 'requestId'>;

export interface AlarmOutcome {
  readonly alarm: AlarmRow;
  /** Why nothing was done; null when it was. */
  readonly refusal: ErrorCode | null;
}

export class AlarmService {
  constructor(private readonly options: AlarmServiceOptions) {}

  /** The rules in force. */
  async rules(): Promise<readonly AlarmRule[]> {
    return await this.options.rules();
  }

  /** Says that someone takes care; stops the escalation. Throws NotFoundError, InvalidInputError. */
  async acknowledge(asker: Asker, id: string, comment: string): Promise<AlarmOutcome> {
    const now = this.options.clock.now();
    const change = { acknowledgedAt: now, acknowledgedBy: asker.caller.subject, dueAt: null };
    return await this.#move(asker, id, 'alarm.acknowledge', checkedReason(comment), ['OPEN', 'ESCALATED'], {
      ...change,
      state: 'ACKNOWLEDGED',
    });
  }

  /** Says that it is done with. Throws NotFoundError, InvalidInputError. */
  async close(asker: Asker, id: string, reason: string): Promise<AlarmOutcome> {
    const change = { closedAt: this.options.clock.now(), closedBy: asker.caller.subject, dueAt: null };
    const from: AlarmState[] = ['OPEN', 'ESCALATED', 'ACKNOWLEDGED', 'SUPPRESSED'];
    return await this.#move(asker, id, 'alarm.close', checkedReason(reason), from, {
      ...change,
      state: 'CLOSED',
    });
  }

  /** Silences a rule for acts until then, except the silencer's own. Throws NotFoundError, InvalidInputError. */
  async suppress(
    asker: Asker,
    ruleId: string,
    untilAt: number,
    reason: string,
  ): Promise<{ rule: AlarmRule; refusal: ErrorCode | null }> {
    const rule = (await this.rules()).find(({ id }) => id === ruleId);
    if (rule === undefined) throw new NotFoundError('There is no such alarm rule.', { rule: ruleId });
    const text = checkedReason(reason);
    const now = this.options.clock.now();
    if (!(untilAt > now))
      throw new InvalidInputError('"until" must be in the future.', { argument: 'until' });
    const refusal = refusalToSilence(rule, untilAt - now);
    await this.options.database.write(async (manager) => {
      await this.#record(manager, asker, {
        ...outcomeOf(refusal),
        ...{ action: 'alarm.suppress', object: { type: 'alarmRule', id: rule.id }, reason: text },
        facts: { until: new Date(untilAt).toISOString() },
      });
      if (refusal !== null) return;
      await manager.insert(AlarmSuppressionRow, {
        ...{ id: timedId(now), ruleId: rule.id, startsAt: now, untilAt, reason: text },
        ...{ account: asker.caller.subject, person: asker.caller.person },
      });
    });
    return { rule, refusal };
  }

  async #move(
    asker: Asker,
    id: string,
    action: string,
    reason: string,
    from: readonly AlarmState[],
    to: Partial<AlarmRow> & { state: AlarmState },
  ): Promise<AlarmOutcome> {
    return await this.options.database.write(async (manager) => {
      const before = await manager.findOneBy(AlarmRow, { id });
      if (before === null) throw new NotFoundError('There is no such alarm.', { alarm: id });
      const refusal = await this.#refusalToMove(manager, asker, before, from, to);
      await this.#record(manager, asker, {
        ...outcomeOf(refusal),
        ...{ action, object: { type: 'alarm', id }, reason },
        changes: refusal === null ? [{ field: 'alarm.state', before: before.state, after: to.state }] : [],
      });
      const alarm = await manager.findOneByOrFail(AlarmRow, { id });
      return { alarm, refusal };
    });
  }

  async #refusalToMove(
    manager: EntityManager,
    { caller }: Asker,
    alarm: AlarmRow,
    from: readonly AlarmState[],
    to: Partial<AlarmRow>,
  ): Promise<ErrorCode | null> {
    const own = [
      { alarmId: alarm.id, account: caller.subject },
      ...(caller.person === null ? [] : [{ alarmId: alarm.id, person: caller.person }]),
      ...(caller.onBehalfOf === null ? [] : [{ alarmId: alarm.id, person: caller.onBehalfOf }]),
    ];
    if ((await manager.countBy(AlarmEntryRow, own)) > 0) return 'ALARM_OWN_ACT';
    const moved = await manager.update(AlarmRow, { id: alarm.id, state: In([...from]) }, to);
    return moved.affected === 0 ? 'ALARM_SETTLED' : null;
  }

  async #record(manager: EntityManager, { caller, requestId }: Asker, act: AuditAct): Promise<void> {
    await this.options.audit.record(manager, actorOf(caller, requestId), act);
  }
}

const outcomeOf = (refusal: ErrorCode | null) => ({
  outcome: refusal === null ? ('DONE' as const) : ('REFUSED' as const),
  code: refusal ?? undefined,
});

function refusalToSilence(rule: AlarmRule, ms: number): ErrorCode | null {
  if (!rule.suppressible) return 'ALARM_NEVER_SILENT';
  return ms > LONGEST_SILENCE_MS[rule.severity] ? 'ALARM_SILENCE_TOO_LONG' : null;
}

/** Throws InvalidInputError when nothing was said, or a novel. */
function checkedReason(text: string): string {
  const reason = text.trim();
  if (reason === '' || reason.length > LONGEST_REASON)
    throw new InvalidInputError(`A reason of 1 to ${LONGEST_REASON} characters is needed.`, {
      argument: 'reason',
    });
  return reason;
}
