/**
 * A small deployment for the `lotgraph` command: two systems that a mapping folder describes, a gateway that listens, and
 * what a worker does, in this process; the command itself runs in a process of its own, as a person starts it.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import SqliteFile from 'libsql';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { assessNext } from '../../canonical/mappings/impact-job';
import { createSubgraphs } from '../../gateway/subgraphs';
import { startGateway } from '../../gateway/gateway';
import { EntryWriter } from '../../gateway/reading/entry-writer';
import { loadConfig } from '../../platform/config';
import { silentLogger } from '../../platform/log';
import { type OpenSync, openSync } from '../../worker/open-sync';
import { runRulesJob } from '../../worker/rules-job';
import { ALL_TABLES } from '../support/all-tables';
import { createMigratedDatabase } from '../support/migrated-database';
import { RUN_TYPESCRIPT } from '../support/run-typescript';

const ROOT = path.resolve(__dirname, '../..');
const TURN_MS = 100;

const head = (id: string, kind: string, connector: string): string => `language: 1
system: { id: ${id}, name: { en: ${id}, zh: ${id} }, kind: ${kind}, timeZone: Asia/Shanghai }
connector: { ${connector} }
`;
/** The ERP knows items and lots, with their expiry; the WMS knows lots by other spellings. */
export const ERP_MAPPING = `${head('erp', 'ERP', 'type: sql, connection: env:LOTGRAPH_SOURCE_ERP_URL')}streams:
  items:
    recordType: item
    source: { table: item }
    key: code
    fields: { code: code, name: name }
  lots:
    recordType: lot
    source: { table: lot }
    key: id
    fields:
      item: item
      lotNumber: no
      expiresOn: { from: expiry, apply: [date] }
      remarks: note
`;
const WMS_MAPPING = `${head('wms', 'WMS', 'type: file, connection: env:LOTGRAPH_SOURCE_WMS_DIR')}streams:
  lots:
    recordType: lot
    source: { files: lots.csv, mode: complete }
    key: no
    fields: { item: item, lotNumber: no, expiresOn: { from: expiry, apply: [date] } }
`;
const ERP_TABLES = `
CREATE TABLE item (code TEXT PRIMARY KEY, name TEXT);
INSERT INTO item VALUES ('KIT-1', 'Kit');
CREATE TABLE lot (id INTEGER PRIMARY KEY, item TEXT, no TEXT, expiry TEXT, made TEXT, note TEXT);
INSERT INTO lot VALUES (1, 'KIT-1', 'LT-1', '2029-01-31', '2027-01-31', 'a'), (2, 'KIT-1', 'LT-2', '2029-02-28', '2027-02-28', 'b');
`;
/** One expiry that differs, and a lot whose number is spelt otherwise. */
const WMS_LOTS = 'item,no,expiry\nKIT-1,LT-1,2029-03-31\nKIT-1,lt 2,2029-02-28\n';

export interface Prepared {
  readonly folder: string;
  readonly env: Record<string, string>;
  readonly drop: () => Promise<void>;
}

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The first id that the command printed; empty where it printed none. */
export const idIn = (text: string): string => /[0-9a-f]{8}-[0-9a-f-]{27}/u.exec(text)?.[0] ?? '';

export class TerminalWorld {
  /** False while nothing is to be read or derived but by a command. */
  working = true;
  readonly #stop = new AbortController();
  #terminal: ChildProcess | null = null;
  readonly #jobs: Promise<void>[] = [];

  private constructor(
    readonly folder: string,
    readonly opened: OpenSync,
    private readonly env: Readonly<Record<string, string>>,
    private readonly closing: readonly (() => Promise<void>)[],
  ) {}

  /** The systems, their mappings and an empty copy, before anything runs. */
  static async prepare(erpMapping = ERP_MAPPING): Promise<Prepared> {
    const folder = mkdtempSync(path.join(tmpdir(), 'lg-terminal-'));
    const file = (name: string, text: string): string => {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
      return path.join(folder, name);
    };
    const erp = new SqliteFile(path.join(folder, 'erp.sqlite'));
    erp.exec(ERP_TABLES);
    erp.close();
    file('mappings/erp/mapping.yaml', erpMapping);
    file('mappings/wms/mapping.yaml', WMS_MAPPING);
    file('wms/lots.csv', WMS_LOTS);
    const database = await createMigratedDatabase('sqlite', ALL_TABLES, 'terminal');
    const env: Record<string, string> = {
      LOTGRAPH_MODE: 'demo',
      LOTGRAPH_ROOT: ROOT,
      LOTGRAPH_DATA: path.join(folder, 'data'),
      LOTGRAPH_DATABASE_URL: database.url,
      LOTGRAPH_MAPPINGS: path.join(folder, 'mappings'),
      LOTGRAPH_SESSION_FILE: path.join(folder, 'session.json'),
      LOTGRAPH_SOURCE_ERP_URL: `sqlite:${path.join(folder, 'erp.sqlite')}`,
      LOTGRAPH_SOURCE_WMS_DIR: path.join(folder, 'wms'),
      LOTGRAPH_PORT: '0',
    };
    return {
      ...{ folder, env },
      drop: async () => {
        await database.drop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  }

  static async start(): Promise<TerminalWorld> {
    const { folder, env, drop } = await TerminalWorld.prepare();
    const config = loadConfig(env, ROOT);
    const opened = await openSync(config, ROOT, env, silentLogger);
    const { controls, clock } = opened.services;
    await controls.identity.seedDemo();
    const subgraphs = createSubgraphs(opened.services);
    controls.signOff.present.serve(subgraphs);
    const gateway = await startGateway({
      ...{ config, root: ROOT, subgraphs, clock, log: silentLogger },
      ...{ access: controls.access, callers: controls.identity.callers, identity: controls.identity },
      audit: new EntryWriter(controls.auditWriter, silentLogger),
      supergraphSdl: readFileSync(path.join(ROOT, 'schema/generated/supergraph.graphql'), 'utf8'),
    });
    env['LOTGRAPH_PORT'] = new URL(gateway.url).port;
    const world = new TerminalWorld(folder, opened, env, [
      () => gateway.close(),
      () => opened.services.close(),
      drop,
    ]);
    await world.readAll();
    world.#jobs.push(
      world.#work(),
      runRulesJob({
        services: opened.services,
        ...{ logger: silentLogger, signal: world.#stop.signal, holder: 'terminal' },
      }),
    );
    return world;
  }

  /** Runs the command in a process of its own, which goes on to run others: loading it costs a second. */
  async lotgraph(...args: string[]): Promise<Said> {
    this.#terminal ??= fork(path.join(__dirname, 'terminal-process.ts'), {
      ...{ cwd: ROOT, execArgv: [...RUN_TYPESCRIPT] },
      env: { PATH: process.env['PATH'], HOME: this.folder, ...this.env },
    });
    const answer = once(this.#terminal, 'message');
    this.#terminal.send(args);
    const [said] = (await answer) as [Said];
    return said;
  }

  /** Signs by the command. A code is good once; the next one is half a minute away, which this does not wait for. */
  async sign(id: string, user: string): Promise<Said> {
    await this.opened.services.database.write((manager) => manager.query('UPDATE factor SET last_used = 0'));
    return await this.lotgraph('sign', id, '--user', user, '--demo');
  }

  /** Writes a mapping of the ERP that differs, and gives its file. */
  draft(name: string, change: (text: string) => string): string {
    const text = change(ERP_MAPPING);
    if (text === ERP_MAPPING) throw new Error(`${name} changes nothing`);
    const file = path.join(this.folder, name);
    writeFileSync(file, text);
    return file;
  }

  erp(sql: string): void {
    const erp = new SqliteFile(path.join(this.folder, 'erp.sqlite'));
    erp.exec(sql);
    erp.close();
  }

  async rows<T>(sql: string): Promise<T[]> {
    return await this.opened.services.database.reader.query<T[]>(sql);
  }

  async readAll(): Promise<void> {
    const { services, sync } = this.opened;
    await services.published.refresh();
    for (const system of services.systems) await sync.run(system, { signal: this.#stop.signal });
  }

  /** Until it holds; whoever waits in vain is ended by the time of the test. */
  async until(holds: () => Promise<boolean>): Promise<void> {
    while (!(await holds())) await sleep(TURN_MS);
  }

  async #work(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await assessNext({ ...this.opened.services, signal }).catch(() => false);
      if (this.working) await this.readAll().catch(() => undefined);
      await sleep(TURN_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#terminal?.kill('SIGKILL');
    await Promise.all(this.#jobs);
    for (const step of this.closing) await step();
  }
}
