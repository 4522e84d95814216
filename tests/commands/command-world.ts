/** The demo's legacy systems with an outbox before them: what the tests of commands share. */
import { CommandRouter } from '../../connectors/commands/command-router';
import type { LegacySystem } from '../../connectors/contract';
import { loadMappings } from '../../connectors/load-mappings';
import type { CompiledMapping } from '../../connectors/mapping/compile-mapping';
import { openSystems } from '../../connectors/open-system';
import type { CommandKind, NewCommand } from '../../controls/outbox/command';
import type { CommandSender } from '../../controls/outbox/command-sender';
import { OutboxCommandRow } from '../../controls/outbox/outbox.entity';
import { OutboxWorker } from '../../controls/outbox/outbox-worker';
import { FixedClock } from '../../platform/clock';
import { silentLogger } from '../../platform/log';
import type { DemoWorld } from '../support/demo-world';

export const KIT_LOT = 'LT240117-01';
const HOUR = 3_600_000;

export interface Stats {
  readonly commands: { readonly received: number; readonly executed: number; readonly replayed: number };
}

interface Entry {
  readonly action: string;
  readonly outcome: string;
  readonly code: string | null;
  readonly facts: Readonly<Record<string, unknown>>;
}

type System = 'erp' | 'wms' | 'lims';

export class CommandWorld {
  readonly timer: FixedClock;
  #proposals = 0;
  #mappings: CompiledMapping[] | null = null;
  readonly #opened: LegacySystem[] = [];

  constructor(readonly world: DemoWorld) {
    this.timer = new FixedClock(world.clock.now());
  }

  worker(sender: CommandSender = this.sender()): OutboxWorker {
    const { database, controls, clock } = this.world.services;
    return new OutboxWorker({
      ...{ database, audit: controls.audit, mac: controls.mac, clock, timer: this.timer, sender },
      logger: silentLogger,
      deadlineMs: 1_500,
    });
  }

  /** A sender of its own: what an earlier one learned of a failing system does not count. */
  sender(): CommandSender {
    const mappings = (this.#mappings ??= loadMappings('schema/mappings'));
    const { env, clock } = this.world;
    const { systems } = openSystems(mappings, { env, clock, logger: silentLogger });
    this.#opened.push(...systems);
    return new CommandRouter(systems);
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.map((system) => system.close()));
    await this.world.close();
  }

  /** Puts a command for one native record into the outbox, as an act does. Returns its id. */
  async ask(
    system: System,
    kind: CommandKind,
    native: string,
    asked: Readonly<Record<string, string>>,
    proposal = `proposal-${(this.#proposals += 1)}`,
  ): Promise<string> {
    const channel = this.world.services.systems.find(({ id }) => id === system)?.commands;
    const prepared = channel?.prepare(kind, { key: native, raw: { item: 'KIT-1001' } }, null, asked);
    if (prepared === undefined || 'problem' in prepared) throw new Error(prepared?.problem ?? 'no channel');
    const command: NewCommand = { system, kind, subject: 'lot_1', payload: prepared.payload };
    const { database, controls } = this.world.services;
    return await database.write((manager) => controls.outbox.enqueue(manager, proposal, command));
  }

  async row(id: string): Promise<OutboxCommandRow> {
    return await this.world.services.database.reader.findOneByOrFail(OutboxCommandRow, { id });
  }

  async drain(system: System, sender?: CommandSender): Promise<void> {
    await this.worker(sender).drain(system, AbortSignal.timeout(60_000));
  }

  /** Lets pauses and leases run out, and looks again; as often as asked. */
  async later(system: System, times = 1): Promise<void> {
    for (let i = 0; i < times; i += 1) {
      this.timer.set(this.timer.now() + 2 * HOUR);
      await this.drain(system);
    }
  }

  async fault(system: System, fault: Readonly<Record<string, unknown>>): Promise<void> {
    await post(`${this.world.simulators[system].url}/__faults`, { target: 'commands', ...fault });
  }

  /** Ends all faults and forgets the counts. */
  async calm(system: System): Promise<void> {
    const { url } = this.world.simulators[system];
    await fetch(`${url}/__faults`, { method: 'DELETE' });
    await fetch(`${url}/__stats`, { method: 'DELETE' });
  }

  async heal(system: System): Promise<void> {
    await fetch(`${this.world.simulators[system].url}/__faults`, { method: 'DELETE' });
  }

  async stats(system: System): Promise<Stats['commands']> {
    const response = await fetch(`${this.world.simulators[system].url}/__stats`);
    return ((await response.json()) as Stats).commands;
  }

  /** The ERP's own word on a batch. */
  async batch(name: string): Promise<Readonly<Record<string, unknown>>> {
    const response = await fetch(`${this.world.simulators.erp.url}/api/resource/Batch/${name}`, {
      headers: { authorization: 'token demo:erp-secret' },
    });
    return ((await response.json()) as { data: Record<string, unknown> }).data;
  }

  /** Entries about a command, as `action outcome code`. */
  async entries(id: string): Promise<string[]> {
    const entries = await this.#entriesOf(id);
    return entries
      .map(({ action, outcome, code }) => `${action} ${outcome}${code === null ? '' : ` ${code}`}`)
      .sort();
  }

  /** Facts of the one entry about a command with an action. */
  async factsOf(id: string, action: string): Promise<Readonly<Record<string, unknown>>> {
    const [entry, ...others] = (await this.#entriesOf(id)).filter((one) => one.action === action);
    if (entry === undefined || others.length > 0) throw new Error(`not one entry ${action}`);
    return entry.facts;
  }

  async #entriesOf(id: string): Promise<Entry[]> {
    const rows = await this.world.services.database.reader.query<{ body: string }[]>(
      'SELECT body FROM audit_entry ORDER BY at, id',
    );
    return rows.map(({ body }) => JSON.parse(body) as Entry).filter(({ facts }) => facts['command'] === id);
  }
}

async function post(url: string, body: object): Promise<void> {
  await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
