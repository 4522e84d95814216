/** A legacy database that is commanded by its stored procedures, with an outbox before it. */
import { randomBytes } from 'node:crypto';
import { CommandRouter } from '../../connectors/commands/command-router';
import { FixedClock } from '../../platform/clock';
import type { LegacySystem } from '../../connectors/contract';
import { requireMapping } from '../../connectors/mapping/compile-mapping';
import { openSystem } from '../../connectors/open-system';
import { openSourceDatabase, type SourceDatabase } from '../../connectors/sql/test-databases';
import { AuditRecorder } from '../../controls/audit/audit-recorder';
import { EntryMac } from '../../controls/audit/entry-mac';
import { trustOwnEntries } from '../../controls/audit/own-entries';
import { SubjectCipher, subjectSecret } from '../../controls/audit/subject-cipher';
import type { CommandKind } from '../../controls/outbox/command';
import { Outbox } from '../../controls/outbox/outbox';
import { OutboxCommandRow } from '../../controls/outbox/outbox.entity';
import { OutboxWorker } from '../../controls/outbox/outbox-worker';
import type { Database } from '../../platform/database/database';
import type { Logger } from '../../platform/log';
import { silentLogger } from '../../platform/log';
import { START, signOffConfig } from '../sign-off/sign-off-world';
import { tablesOf, type ProcedureDialect } from './procedure-tables';

const HOUR = 3_600_000;

export const MAPPING = `
language: 1
system: { id: mes, name: { en: MES, zh: 制造执行系统 }, kind: ERP, timeZone: Asia/Shanghai }
connector: { type: sql, connection: env:MES_URL }
streams:
  lots: { recordType: lot, source: { table: lots }, key: no, fields: { item: item, lotNumber: no } }
commands:
  connector: { type: sql, connection: env:MES_COMMANDS_URL, deadlines: { connect: 5s, request: 4s } }
  idempotencyParameter: p_key
  kinds:
    blockLot:
      target: lots
      values: { item: native.item }
      call:
        procedure: lg_block_lot
        parameters: { p_lot: '{native}', p_item: '{item}' }
        outcome:
          from: p_code
          confirmed: ['0']
          refused: { '7': { en: the lot is shipped, zh: 该批次已发货 } }
          errors: { refused: { '45000': { en: there is no such lot, zh: 没有该批次 } } }
      confirm: { table: lots, where: { no: '{native}' }, expect: { blocked: 1 } }
    setLotExpiry:
      target: lots
      values: { expiry: asked.expiresOn }
      call: { procedure: lg_set_expiry, parameters: { p_lot: '{native}', p_expiry: '{expiry}' } }
      confirm: { table: lots, where: { no: '{native}' }, expect: { expiry: '{expiry}' } }
    noteLot:
      target: lots
      values: { note: asked.note }
      call:
        procedure: lg_note_lot
        parameters: { p_lot: '{native}', p_note: '{note}' }
        outcome: { from: result, confirmed: [OK] }
      confirm: { table: calls, where: { note: '{note}' }, expect: { lot: '{native}' } }
`;

export class ProcedureWorld {
  readonly timer = new FixedClock(START);
  readonly #clock = new FixedClock(START);
  readonly #audit: AuditRecorder;
  readonly #mac: EntryMac;
  readonly #outbox: Outbox;
  readonly #opened: LegacySystem[] = [];
  #proposals = 0;

  private constructor(
    readonly dialect: ProcedureDialect,
    readonly legacy: SourceDatabase,
    /** An account that may execute the three procedures, and nothing else. */
    readonly commandUrl: string,
    private readonly database: Database,
    dataDir: string,
  ) {
    const config = signOffConfig(dataDir);
    this.#mac = new EntryMac(subjectSecret(config));
    trustOwnEntries(database, this.#mac);
    const personal = new SubjectCipher(config, this.#clock);
    this.#audit = new AuditRecorder({ clock: this.#clock, algorithm: 'sha256', personal, mac: this.#mac });
    this.#outbox = new Outbox({ clock: this.#clock, audit: this.#audit, algorithm: 'sha256' });
  }

  static async open(dialect: ProcedureDialect, database: Database, dataDir: string): Promise<ProcedureWorld> {
    const legacy = await openSourceDatabase(dialect);
    const tables = tablesOf(dialect);
    const account = `lg_cmd_${randomBytes(4).toString('hex')}`;
    for (const statement of tables.create) await legacy.run(statement);
    for (const statement of tables.grant(account, new URL(legacy.url).pathname.slice(1)))
      await legacy.run(statement);
    const url = new URL(legacy.url);
    [url.username, url.password] = [account, 'secret-of-commands'];
    return new ProcedureWorld(dialect, legacy, url.href, database, dataDir);
  }

  system(mapping = MAPPING, logger: Logger = silentLogger, url = this.commandUrl): LegacySystem {
    const env = { MES_URL: this.legacy.url, MES_COMMANDS_URL: url };
    const system = openSystem(requireMapping('mes.yaml', mapping), { env, clock: this.#clock, logger });
    this.#opened.push(system);
    return system;
  }

  /** Puts a command for a lot into the outbox, as an act does; the same proposal asks with the same key. */
  async ask(
    kind: CommandKind,
    lot: string,
    asked: Readonly<Record<string, string>> = {},
    system = this.system(),
  ): Promise<string> {
    const native = { key: lot, raw: { no: lot, item: 'KIT-1' } };
    const prepared = system.commands?.prepare(kind, native, null, asked);
    if (prepared === undefined || 'problem' in prepared) throw new Error(prepared?.problem ?? 'no channel');
    const command = { system: 'mes', kind, subject: 'lot_1', payload: prepared.payload };
    const proposal = `proposal-${(this.#proposals += 1)}`;
    return await this.database.write((manager) => this.#outbox.enqueue(manager, proposal, command));
  }

  async drain(system = this.system()): Promise<void> {
    const worker = new OutboxWorker({
      ...{ database: this.database, audit: this.#audit, mac: this.#mac, clock: this.#clock },
      ...{ timer: this.timer, sender: new CommandRouter([system]), logger: silentLogger, deadlineMs: 20_000 },
    });
    await worker.drain('mes', AbortSignal.timeout(60_000));
  }

  /** Lets pauses and leases run out, and looks again. */
  async later(): Promise<void> {
    this.timer.set(this.timer.now() + 2 * HOUR);
    await this.drain();
  }

  async row(id: string): Promise<OutboxCommandRow> {
    return await this.database.reader.findOneByOrFail(OutboxCommandRow, { id });
  }

  async outcome(id: string): Promise<Readonly<Record<string, unknown>>> {
    return JSON.parse((await this.row(id)).outcome ?? '{}') as Record<string, unknown>;
  }

  /** All that our side has stored about commands, as text. */
  async stored(): Promise<string> {
    const tables = ['outbox_command', 'outbox_attempt', 'audit_entry'];
    const rows = await Promise.all(
      tables.map((table) => this.database.reader.query<unknown[]>(`SELECT * FROM ${table}`)),
    );
    return JSON.stringify(rows);
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.map((system) => system.close()));
    const account = new URL(this.commandUrl).username;
    for (const statement of tablesOf(this.dialect).drop(account)) await this.legacy.run(statement);
    await this.legacy.close();
  }
}
