/**
 * Turns one act that fits a rule into an alarm: joined to the open one, counted towards the threshold, or raised.
 * Works only by the manager of the transaction that also moves the cursor.
 */
import { Between, type EntityManager, In, MoreThan, MoreThanOrEqual } from 'typeorm';
import { SYSTEM_ACTOR } from '../audit/audit-entry';
import type { AuditRecorder } from '../audit/audit-recorder';
import { timedId } from '../integrity/ids';
import { AlarmEntryRow, AlarmMatchRow, AlarmRow, type AlarmSuppressionRow } from './alarm.entity';
import type { AlarmOutbox } from './alarm-outbox';
import type { AlarmRule } from './rules/alarm-rule';
import { type AlarmEntry, amountOf, dedupeKeyOf } from './rules/match';

/** Entries that an alarm lists; later ones are counted, and listed only when they bring a new actor. */
const MOST_ENTRIES = 1000;
const MOST_AMOUNT = 1e15;
const [NAME_LENGTH, ACTION_LENGTH] = [128, 64];

export interface RaiserOptions {
  readonly audit: AuditRecorder;
  readonly outbox: AlarmOutbox;
  readonly rulesVersion: string;
}

/** One act and the rule that it fits. */
interface Hit {
  readonly rule: AlarmRule;
  readonly entry: AlarmEntry;
  readonly key: string;
  readonly amount: number;
  readonly suppressed: boolean;
  readonly now: number;
}

export class AlarmRaiser {
  constructor(private readonly options: RaiserOptions) {}

  async take(
    manager: EntityManager,
    rule: AlarmRule,
    entry: AlarmEntry,
    suppressions: readonly AlarmSuppressionRow[],
    now: number,
  ): Promise<void> {
    const hit: Hit = {
      ...{ rule, entry, now, key: dedupeKeyOf(rule, entry) },
      amount: Math.min(amountOf(entry, rule.threshold.sumOf), MOST_AMOUNT),
      suppressed: rule.suppressible && suppressions.some((one) => covers(one, rule, entry)),
    };
    if (await isTold(manager, hit)) return;
    const open = rule.foldMs === 0 ? null : await this.#openAlarm(manager, hit);
    if (open !== null) await this.#join(manager, open, hit);
    else if (rule.threshold.windowMs === 0) await this.#raise(manager, hit, [matchOf(hit)]);
    else await this.#count(manager, hit);
  }

  /** Raises for what is no entry of the trail, unless it was raised within the time. */
  async raiseUnless(
    manager: EntityManager,
    rule: AlarmRule,
    entry: AlarmEntry,
    withinMs: number,
    now: number,
  ): Promise<void> {
    const key = dedupeKeyOf(rule, entry);
    const lately = { dedupeKey: key, openedAt: MoreThan(now - withinMs) };
    if ((await manager.countBy(AlarmRow, lately)) > 0) return;
    const hit: Hit = { rule, entry, key, amount: 1, suppressed: false, now };
    await this.#raise(manager, hit, [matchOf(hit)]);
  }

  /**
   * The alarm that the act joins. One that somebody has acknowledged takes no more: what comes after is news. One that
   * nobody was told of takes no act that somebody must be told of.
   */
  async #openAlarm(manager: EntityManager, { key, entry, suppressed }: Hit): Promise<AlarmRow | null> {
    return await manager.findOne(AlarmRow, {
      where: {
        dedupeKey: key,
        foldUntil: MoreThanOrEqual(entry.at),
        state: In(suppressed ? ['OPEN', 'ESCALATED', 'SUPPRESSED'] : ['OPEN', 'ESCALATED']),
      },
      order: { openedAt: 'DESC', id: 'DESC' },
    });
  }

  async #join(manager: EntityManager, alarm: AlarmRow, { entry, amount }: Hit): Promise<void> {
    await manager.update(AlarmRow, alarm.id, {
      occurrences: alarm.occurrences + 1,
      amount: Math.min(alarm.amount + amount, MOST_AMOUNT),
      lastSeq: entry.seq,
      lastAt: Math.max(alarm.lastAt, entry.at),
      lastAction: entry.action.slice(0, ACTION_LENGTH),
    });
    if (alarm.occurrences >= MOST_ENTRIES && (await isListed(manager, alarm.id, entry))) return;
    await manager.insert(AlarmEntryRow, { alarmId: alarm.id, ...listedEntry(entry) });
  }

  async #count(manager: EntityManager, hit: Hit): Promise<void> {
    const { threshold } = hit.rule;
    const { at } = hit.entry;
    await manager.insert(AlarmMatchRow, matchOf(hit));
    const near = await manager.find(AlarmMatchRow, {
      where: { dedupeKey: hit.key, at: Between(at - threshold.windowMs + 1, at + threshold.windowMs - 1) },
      order: { at: 'ASC', seq: 'ASC' },
    });
    const reached = windowThatReaches(near, threshold.count, threshold.windowMs);
    if (reached === null) return;
    await manager.delete(AlarmMatchRow, { dedupeKey: hit.key });
    await this.#raise(manager, hit, reached);
  }

  async #raise(manager: EntityManager, hit: Hit, matches: readonly AlarmMatchRow[]): Promise<void> {
    const { rule, now, suppressed } = hit;
    const alarm = this.#newAlarm(hit, matches);
    await manager.insert(AlarmRow, alarm);
    await manager.insert(
      AlarmEntryRow,
      matches.slice(-MOST_ENTRIES).map(({ seq, entryId, account, person }) => ({
        ...{ alarmId: alarm.id, seq, entryId, account, person },
      })),
    );
    if (!suppressed) await this.options.outbox.tell(manager, alarm, rule, rule.to, now);
    await this.options.audit.record(manager, SYSTEM_ACTOR, {
      action: 'alarm.raise',
      outcome: 'DONE',
      object: { type: 'alarm', id: alarm.id },
      facts: {
        ...{ rule: rule.id, severity: rule.severity, occurrences: alarm.occurrences },
        ...{ firstSeq: alarm.firstSeq, lastSeq: alarm.lastSeq, suppressed },
      },
    });
  }

  #newAlarm({ rule, entry, key, suppressed, now }: Hit, matches: readonly AlarmMatchRow[]): AlarmRow {
    const [first] = rule.escalation;
    const instants = matches.map(({ at }) => at);
    return Object.assign(new AlarmRow(), {
      ...{ id: timedId(now), ruleId: rule.id, severity: rule.severity, dedupeKey: key },
      state: suppressed ? 'SUPPRESSED' : 'OPEN',
      foldUntil: entry.at + rule.foldMs,
      rulesVersion: this.options.rulesVersion,
      occurrences: matches.length,
      amount: Math.min(
        matches.reduce((sum, { amount }) => sum + amount, 0),
        MOST_AMOUNT,
      ),
      firstSeq: Math.min(...matches.map(({ seq }) => seq)),
      lastSeq: entry.seq,
      firstAt: Math.min(...instants),
      lastAt: Math.max(...instants),
      lastAction: entry.action.slice(0, ACTION_LENGTH),
      openedAt: now,
      escalationLevel: 0,
      dueAt: suppressed || first === undefined ? null : now + first.afterMs,
      ...{ acknowledgedAt: null, acknowledgedBy: null, closedAt: null, closedBy: null },
    });
  }
}

/** An entry that is read again has its alarm already. */
async function isTold(manager: EntityManager, { rule, entry }: Hit): Promise<boolean> {
  const listed = await manager.findBy(AlarmEntryRow, { entryId: entry.id });
  if (listed.length === 0) return false;
  return await manager.existsBy(AlarmRow, { id: In(listed.map(({ alarmId }) => alarmId)), ruleId: rule.id });
}

/** A silence covers an act while it lasts, and never the acts of whoever ordered it. */
function covers(one: AlarmSuppressionRow, rule: AlarmRule, entry: AlarmEntry): boolean {
  const own = one.account === entry.account || (one.person !== null && one.person === entry.person);
  return one.ruleId === rule.id && one.startsAt <= entry.at && entry.at < one.untilAt && !own;
}

/**
 * The matches of the first window of the length that reach the amount together; null when none do. Entries may stand
 * a little out of the order of their instants, so windows are looked for on both sides of the newest one.
 */
export function windowThatReaches<M extends { readonly at: number; readonly amount: number }>(
  matches: readonly M[],
  amount: number,
  windowMs: number,
): readonly M[] | null {
  let start = 0;
  let sum = 0;
  for (const [end, match] of matches.entries()) {
    sum += match.amount;
    for (let first = matches[start]; first && match.at - first.at >= windowMs; first = matches[start]) {
      sum -= first.amount;
      start += 1;
    }
    if (sum >= amount) return matches.slice(start, end + 1);
  }
  return null;
}

function matchOf({ rule, entry, key, amount }: Hit): AlarmMatchRow {
  return Object.assign(new AlarmMatchRow(), {
    ...{ ruleId: rule.id, dedupeKey: key, at: entry.at, amount },
    ...listedEntry(entry),
  });
}

const listedEntry = ({ seq, id, account, person }: AlarmEntry) => ({
  seq,
  entryId: id,
  account: account.slice(0, NAME_LENGTH),
  person: person?.slice(0, NAME_LENGTH) ?? null,
});

async function isListed(manager: EntityManager, alarmId: string, entry: AlarmEntry): Promise<boolean> {
  const { account } = listedEntry(entry);
  return (await manager.countBy(AlarmEntryRow, { alarmId, account })) > 0;
}
