/**
 * Reads the trail after its cursor and raises alarms; takes the steps of escalation that are due. Cursor, alarms and
 * messages commit together: a restart at any moment forgets nothing and repeats nothing. Two engines at once do no
 * harm: whoever moves the cursor first has the batch.
 */
import { type EntityManager, In, LessThan, LessThanOrEqual, MoreThan } from 'typeorm';
import type { Database } from '../../platform/database/database';
import type { Logger } from '../../platform/log';
import { SYSTEM_ACTOR } from '../audit/audit-entry';
import type { AuditRecorder } from '../audit/audit-recorder';
import { markerOf } from '../audit/own-entries';
import { AlarmCursorRow, AlarmMatchRow, AlarmRow, AlarmSuppressionRow } from './alarm.entity';
import { AlarmOutbox } from './alarm-outbox';
import { AlarmRaiser } from './alarm-raiser';
import type { AlarmSettings } from './alarm-settings';
import type { EntryFeed, FeedEntry } from './entry-feed';
import type { AlarmRule } from './rules/alarm-rule';
import { type AlarmEntry, entryFits } from './rules/match';

const CURSOR = 'trail';
const BATCH = 200;
const MOST_BATCHES = 50;
const MOST_STEPS = 100;
/** An entry that waits for so long means that the sequencer does not work. */
const STANDS_STILL_MS = 90_000;
const TOLD_AGAIN_MS = 30 * 60_000;
/** What stands for the gap, which is no entry of the trail: the trail does not move. */
const GAP: Omit<AlarmEntry, 'id' | 'at'> = {
  ...{ seq: 0, action: 'audit.gap', outcome: 'FAILED', code: null, account: 'system', person: null },
  ...{ object: null, facts: {} },
};

export interface AlarmEngineOptions {
  readonly database: Database;
  readonly audit: AuditRecorder;
  readonly feed: EntryFeed;
  readonly settings: AlarmSettings;
  readonly logger: Logger;
}

interface Batch {
  readonly taken: number;
  /** How far the trail is read now; null where another engine has the batch. */
  readonly seq: number | null;
}

export class AlarmEngine {
  readonly #outbox: AlarmOutbox;
  readonly #raiser: AlarmRaiser;
  /** How far this process has read for certain; null before its first batch. */
  #position: number | null = null;
  #waiting: { id: string | null; since: number } = { id: null, since: 0 };

  constructor(private readonly options: AlarmEngineOptions) {
    const { settings, audit } = options;
    this.#outbox = new AlarmOutbox(settings);
    this.#raiser = new AlarmRaiser({ audit, outbox: this.#outbox, rulesVersion: settings.version });
  }

  /** Reads what is new and escalates what is due; returns how many entries were read. */
  async run(now: number): Promise<number> {
    let read = 0;
    for (let batch = 0; batch < MOST_BATCHES; batch += 1) {
      const { taken, seq } = await this.options.database.write((manager) => this.#batch(manager, now));
      this.#position = seq ?? this.#position;
      read += taken;
      if (taken < BATCH) break;
    }
    await this.options.database.write((manager) => this.#escalate(manager, now));
    await this.#watchGap(now);
    return read;
  }

  /**
   * A trail that stands still can tell nobody that it does: that one thing is seen from outside. Measured by how long
   * the same entry waits, in real time, so that a clock that is set or stands still says nothing wrong.
   */
  async #watchGap(now: number): Promise<void> {
    const { database, feed, settings } = this.options;
    const oldest = await feed.oldestWaiting(database.reader);
    if (oldest !== this.#waiting.id) this.#waiting = { id: oldest, since: now };
    if (oldest === null || now - this.#waiting.since < STANDS_STILL_MS) return;
    const entry = { ...GAP, id: oldest, at: now };
    await database.write(async (manager) => {
      for (const rule of settings.rules) {
        if (entryFits(entry, rule, settings.calendar))
          await this.#raiser.raiseUnless(manager, rule, entry, TOLD_AGAIN_MS, now);
      }
    });
  }

  async #batch(manager: EntityManager, now: number): Promise<Batch> {
    const cursor = await this.#cursor(manager);
    const entries = await this.options.feed.after(manager, cursor.seq, BATCH);
    const last = entries.at(-1);
    if (last === undefined) return { taken: 0, seq: await this.#checkHead(manager, cursor) };
    const moved = await this.#move(manager, cursor.seq, last.seq);
    // another engine has this batch
    if (!moved) return { taken: 0, seq: null };
    const suppressions = await manager.findBy(AlarmSuppressionRow, {
      untilAt: MoreThan(earliest(entries)),
    });
    for (const one of entries) await this.#take(manager, one, suppressions, now);
    await this.#prune(manager, entries, now);
    return { taken: entries.length, seq: last.seq };
  }

  async #take(
    manager: EntityManager,
    { seq, id, entry }: FeedEntry,
    suppressions: readonly AlarmSuppressionRow[],
    now: number,
  ): Promise<void> {
    if (entry === null) {
      this.options.logger.error({ seq, entry: id }, 'an entry of the trail cannot be read');
      await this.#finding(manager, { kind: 'UNREADABLE_ENTRY', seq });
      return;
    }
    const { rules, calendar } = this.options.settings;
    for (const rule of rules) {
      if (entryFits(entry, rule, calendar)) await this.#raiser.take(manager, rule, entry, suppressions, now);
    }
  }

  /** A trail that ends before what was read was cut, or is an older one: that is a finding, and reading goes on. */
  async #checkHead(manager: EntityManager, cursor: AlarmCursorRow): Promise<number | null> {
    const head = await this.options.feed.head(manager);
    if (head >= cursor.seq) return cursor.seq;
    if (!(await this.#move(manager, cursor.seq, head))) return null;
    this.options.logger.error({ read: cursor.seq, head }, 'the trail ends before what was already read');
    await this.#finding(manager, { kind: 'TRAIL_SHORTER_THAN_READ', seq: cursor.seq });
    return head;
  }

  async #finding(manager: EntityManager, facts: { kind: string; seq: number }): Promise<void> {
    await this.options.audit.record(manager, SYSTEM_ACTOR, {
      ...{ action: 'audit.integrityFinding', outcome: 'FAILED', code: facts.kind },
      object: { type: 'auditEntry', id: String(facts.seq) },
      facts,
    });
  }

  async #move(manager: EntityManager, from: number, to: number): Promise<boolean> {
    const mac = markOf(manager, to);
    const moved = await manager.update(AlarmCursorRow, { name: CURSOR, seq: from }, { seq: to, mac });
    return moved.affected !== 0;
  }

  /**
   * Where reading goes on. A cursor that SQL moved, or took away, has skipped or would repeat: that is told of, and the
   * trail is read again from where this process knows it was read to, or from its beginning; an act that has its alarm
   * gets no second one.
   */
  async #cursor(manager: EntityManager): Promise<AlarmCursorRow> {
    const row = await this.#cursorRow(manager);
    if (markerOf(manager) === undefined || row.mac === markOf(manager, row.seq)) return row;
    this.options.logger.error(
      { seq: row.seq },
      'the cursor of the alarms was moved by SQL: the trail is read again',
    );
    await this.#finding(manager, { kind: 'ALARM_CURSOR_ALTERED', seq: row.seq });
    await manager.delete(AlarmMatchRow, { seq: MoreThan(0) });
    const seq = this.#position ?? 0;
    await manager.update(AlarmCursorRow, { name: CURSOR }, { seq, mac: markOf(manager, seq) });
    return Object.assign(row, { seq });
  }

  /** The cursor's row; notes in the trail when the rules are others than those that were read under last. */
  async #cursorRow(manager: EntityManager): Promise<AlarmCursorRow> {
    const rulesVersion = this.options.settings.version;
    const row = await manager.findOneBy(AlarmCursorRow, { name: CURSOR });
    if (row?.rulesVersion === rulesVersion) return row;
    const seq = row?.seq ?? 0;
    const mac = row === null ? markOf(manager, 0) : row.mac;
    const made = Object.assign(new AlarmCursorRow(), { name: CURSOR, seq, rulesVersion, mac });
    if (row === null) await manager.insert(AlarmCursorRow, made);
    else {
      await manager.update(AlarmCursorRow, { name: CURSOR }, { rulesVersion });
      await this.options.audit.record(manager, SYSTEM_ACTOR, {
        ...{ action: 'alarm.rulesChanged', outcome: 'DONE', object: { type: 'alarmRules', id: CURSOR } },
        changes: [{ field: 'version', before: row.rulesVersion, after: rulesVersion }],
      });
    }
    return made;
  }

  async #prune(manager: EntityManager, entries: readonly FeedEntry[], now: number): Promise<void> {
    const newest = Math.min(now, Math.max(...entries.map(({ entry }) => entry?.at ?? 0)));
    for (const { id, threshold } of this.options.settings.rules) {
      if (threshold.windowMs === 0) continue;
      await manager.delete(AlarmMatchRow, { ruleId: id, at: LessThan(newest - 2 * threshold.windowMs) });
    }
  }

  async #escalate(manager: EntityManager, now: number): Promise<void> {
    const due = await manager.find(AlarmRow, {
      where: { state: In(['OPEN', 'ESCALATED']), dueAt: LessThanOrEqual(now) },
      order: { dueAt: 'ASC' },
      take: MOST_STEPS,
    });
    for (const alarm of due) {
      const rule = this.options.settings.rules.find(({ id }) => id === alarm.ruleId);
      await this.#step(manager, alarm, rule, now);
    }
  }

  async #step(
    manager: EntityManager,
    alarm: AlarmRow,
    rule: AlarmRule | undefined,
    now: number,
  ): Promise<void> {
    const { id, escalationLevel: level } = alarm;
    const step = rule?.escalation[level];
    if (rule === undefined || step === undefined) {
      // the rule lost its steps since; the alarm stays open
      await manager.update(AlarmRow, id, { dueAt: null });
      return;
    }
    const next = rule.escalation[level + 1];
    const taken: Pick<AlarmRow, 'state' | 'escalationLevel'> = {
      state: 'ESCALATED',
      escalationLevel: level + 1,
    };
    const moved = await manager.update(
      AlarmRow,
      { id, escalationLevel: level, state: In(['OPEN', 'ESCALATED']) },
      { ...taken, dueAt: next === undefined ? null : alarm.openedAt + next.afterMs },
    );
    if (moved.affected === 0) return;
    await this.#outbox.tell(manager, Object.assign(alarm, taken), rule, step.to, now);
    await this.options.audit.record(manager, SYSTEM_ACTOR, {
      ...{ action: 'alarm.escalate', outcome: 'DONE', object: { type: 'alarm', id } },
      facts: { rule: rule.id, level: level + 1 },
    });
  }
}

const markOf = (manager: EntityManager, seq: number): string | null =>
  markerOf(manager)?.seal('alarm cursor', [seq]) ?? null;

const earliest = (entries: readonly FeedEntry[]): number =>
  Math.min(...entries.map(({ entry }) => entry?.at ?? Number.MAX_SAFE_INTEGER));
