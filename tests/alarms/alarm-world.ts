/** A database with a trail that tests write into by hand, and the alarms over it, under a clock that they set. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadAlarms } from '../../controls/alarms/alarm-settings';
import { openAlarms, type OpenAlarms } from '../../controls/alarms/open-alarms';
import {
  ALARM_ENTITIES,
  AlarmCursorRow,
  AlarmDeliveryRow,
  AlarmRow,
} from '../../controls/alarms/alarm.entity';
import { AuditEntryRow } from '../../controls/audit/audit-entry.entity';
import { macOf } from '../../controls/audit/own-entries';
import type { AuditAct, AuditActor } from '../../controls/audit/audit-entry';
import { type Controls, openControls } from '../../controls/open-controls';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../../controls/schema';
import { FixedClock } from '../../platform/clock';
import { loadConfig } from '../../platform/config';
import type { Database } from '../../platform/database/database';
import { silentLogger } from '../../platform/log';
import { shippedDictionary } from '../support/shipped-dictionary';

export const ROOT = path.resolve(__dirname, '../..');
/** A Wednesday, 10:00 in Shanghai. */
export const START = Date.parse('2026-06-03T02:00:00.000Z');
export const MINUTE = 60_000;
/** Keys lie here: worlds over one database share them. */
/** Processes of one deployment share their keys: a child is told where they are. */
export const DATA =
  process.env['ALARM_WORLD_DATA'] ?? mkdtempSync(path.join(tmpdir(), 'lotgraph-alarms-data-'));
export const TABLES = { entities: CONTROLS_ENTITIES, migrations: CONTROLS_MIGRATIONS };

const TEXT = `
    message:
      title: { en: '[{severity}] {rule}', zh: '【{severity}】{rule}' }
      text: { en: '{count} times, {amount}, {lastAt} {action} {alarm}', zh: '{count} 次 {lastAt} {alarm}' }`;

/** Rules of the tests: short, and one for each thing that a rule can do. */
export const RULES = `
calendar: { zone: Asia/Shanghai, days: [mon, tue, wed, thu, fri], start: '08:00', end: '18:00' }
rules:
  - id: break-glass
    name: { en: Break-glass, zh: 紧急越权 }
    severity: CRITICAL
    match: { actions: [signOff.breakGlass] }
    suppressible: false
    to: [quality]
    escalation: [{ after: 10m, to: [management] }, { after: 30m, to: [quality, management] }]${TEXT}
  - id: integrity
    name: { en: Integrity, zh: 完整性 }
    severity: CRITICAL
    match: { actions: [audit.integrityFinding, audit.gap] }
    suppressible: false
    fold: 10m
    per: object
    to: [quality]${TEXT}
  - id: silenced
    name: { en: Silenced, zh: 静默 }
    severity: LOW
    match: { actions: [alarm.suppress, alarm.rulesChanged] }
    suppressible: false
    to: [quality]${TEXT}
  - id: refusals
    name: { en: Refusals, zh: 被拒 }
    severity: HIGH
    match: { actions: [access.refused], outcomes: [REFUSED] }
    threshold: { count: 5, window: 10m }
    fold: 30m
    to: [quality]${TEXT}
  - id: bulk
    name: { en: Bulk read, zh: 批量读取 }
    severity: MEDIUM
    match: { actions: [data.read, data.export] }
    threshold: { sumOf: rows, atLeast: 1000, window: 1h }
    fold: 1h
    to: [quality]${TEXT}
  - id: off-hours
    name: { en: Off hours, zh: 非工作时间 }
    severity: MEDIUM
    match: { actions: [signOff.sign], offHours: true }
    to: [quality]${TEXT}
`;

export const CHANNELS = `
allowHosts: [hooks.example.com]
channels:
  - { id: wecom, type: wecom, key: 'env:T_WECOM' }
  - { id: dingtalk, type: dingtalk, token: 'env:T_DING', secret: 'env:T_DING_SECRET' }
  - { id: feishu, type: feishu, token: 'env:T_FEISHU', secret: 'env:T_FEISHU_SECRET' }
  - { id: webhook, type: webhook, url: 'env:T_HOOK', secret: 'env:T_HOOK_SECRET' }
  - { id: mail, type: email, server: 'env:T_MAIL', from: 'env:T_FROM' }
recipients:
  - id: quality
    name: { en: Quality, zh: 质量 }
    language: zh
    channels: [{ channel: wecom }, { channel: dingtalk }, { channel: feishu }]
  - id: management
    name: { en: Management, zh: 管理层 }
    language: en
    channels: [{ channel: mail, to: 'env:T_BOSS' }, { channel: webhook }]
`;

export interface AlarmWorldOptions {
  readonly database: Database;
  /** Forgets all alarms first, and begins at the end of the trail: as if the database were new. */
  readonly fresh?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly relay?: string | null;
  readonly rules?: string;
  readonly channels?: string;
}

export interface AlarmWorld {
  readonly alarms: OpenAlarms;
  readonly controls: Controls;
  readonly clock: FixedClock;
  /** Writes an act into the trail; it has its sequence at once. */
  act(act: Partial<AuditAct> & { action: string }, actor?: Partial<AuditActor>): Promise<void>;
  /** Gives whatever waits its sequence, reads the trail and sends what is due. */
  turn(): Promise<void>;
  rows(): Promise<AlarmRow[]>;
  deliveries(): Promise<AlarmDeliveryRow[]>;
  /** Actions of the trail, by name. */
  trail(prefix: string): Promise<string[]>;
}

export function openAlarmWorld(options: AlarmWorldOptions): AlarmWorld {
  const { database, env = {} } = options;
  const folder = mkdtempSync(path.join(tmpdir(), 'lotgraph-alarms-'));
  writeFileSync(path.join(folder, 'rules.yaml'), options.rules ?? RULES);
  writeFileSync(path.join(folder, 'channels.yaml'), options.channels ?? CHANNELS);
  const config = loadConfig({
    LOTGRAPH_MODE: 'demo',
    LOTGRAPH_DATA: DATA,
    LOTGRAPH_ALARMS: folder,
    ...(options.relay ? { LOTGRAPH_ALARM_RELAY: options.relay } : {}),
  });
  const clock = new FixedClock(START);
  const dictionary = shippedDictionary();
  const shared = { config, database, dictionary, clock, logger: silentLogger };
  const controls = openControls({ ...shared, root: ROOT });
  const settings = loadAlarms({ ...config.alarms, dictionary, env });
  const alarms = openAlarms({ database, clock, settings, logger: silentLogger, audit: controls.audit });
  const ready = options.fresh === true ? beginAnew(database, alarms.settings.version) : noEntries;
  return {
    ...{ alarms, controls, clock },
    act: async (act, actor = {}) => {
      await ready;
      await database.write(async (manager) => {
        await controls.audit.record(manager, { ...ACTOR, ...actor }, { outcome: 'DONE', ...act });
      });
    },
    turn: async () => {
      await ready;
      await sequence(database);
      await alarms.engine.run(clock.now());
      await Promise.all(alarms.delivery.queues.map((queue) => alarms.delivery.run(queue)));
    },
    rows: async () => {
      await ready;
      return await database.reader.find(AlarmRow, { order: { openedAt: 'ASC', id: 'ASC' } });
    },
    deliveries: () =>
      database.reader.find(AlarmDeliveryRow, {
        order: { createdAt: 'ASC', escalationLevel: 'ASC', recipient: 'ASC', route: 'ASC' },
      }),
    trail: async (prefix) => {
      const before = await ready;
      const rows = await database.reader.find(AuditEntryRow);
      const own = rows.filter(({ id }) => !before.has(id));
      const actions = own.map(({ body }) => (JSON.parse(body) as { action: string }).action);
      return actions.filter((action) => action.startsWith(prefix)).sort();
    },
  };
}

const ACTOR: AuditActor = {
  ...{ account: 'acc-1', person: 'person-1', onBehalfOf: null, client: null, session: null, requestId: null },
  personal: {},
};

const noEntries: Promise<ReadonlySet<string>> = Promise.resolve(new Set<string>());

/** Ids of the entries that were there before. */
async function beginAnew(database: Database, rulesVersion: string): Promise<ReadonlySet<string>> {
  await sequence(database);
  await database.write(async (manager) => {
    for (const entity of ALARM_ENTITIES) await manager.createQueryBuilder().delete().from(entity).execute();
    const [head] = await manager.query<{ seq: number | string | null }[]>(
      'SELECT MAX(seq) AS seq FROM audit_log',
    );
    const seq = Number(head?.seq ?? 0);
    const mac = macOf(manager).seal('alarm cursor', [seq]);
    await manager.insert(AlarmCursorRow, { name: 'trail', seq, rulesVersion, mac });
  });
  const entries = await database.reader.find(AuditEntryRow, { select: { id: true } });
  return new Set(entries.map(({ id }) => id));
}

/** Does the sequencer's part without its proofs: every entry that has no place yet gets the next one. */
export async function sequence(database: Database): Promise<void> {
  await database.write(async (manager) => {
    const waiting = await manager.query<{ id: string }[]>(
      `SELECT e.id AS id FROM audit_entry e LEFT JOIN audit_log l ON l.entry_id = e.id
       WHERE l.seq IS NULL ORDER BY e.at, e.id`,
    );
    const [head] = await manager.query<{ seq: number | string | null }[]>(
      'SELECT MAX(seq) AS seq FROM audit_log',
    );
    let seq = Number(head?.seq ?? 0);
    for (const { id } of waiting) {
      seq += 1;
      await manager.query(
        'INSERT INTO audit_log (seq, entry_id, leaf_hash, chain_hash) VALUES (?, ?, ?, ?)',
        [...[seq, id, 'leaf', 'chain']],
      );
      await manager.query('DELETE FROM audit_pending WHERE entry_id = ?', [id]);
    }
  });
}
