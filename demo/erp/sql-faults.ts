// Faults on the ERP's SQL side, which is where its readers are: hang, nonsense, down.
import {
  existsSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
  closeSync,
  readFileSync,
} from 'node:fs';
import Database from 'libsql';
import type { Fault } from '../faults';
import { HttpError } from '../http';
import type { ErpDb, MysqlErp, SqliteErp, Turnstile } from './db';
import { connectErp } from './mysql';
import { ERP_TABLES } from './tables';

/** What puts a fault right again. */
export type Undo = () => Promise<void>;

export interface SqlFaults {
  hang(): Promise<Undo>;
  down(): Promise<Undo>;
}

const HEADER = 100;

/** Blanks or writes back the first bytes of a file in place, so that even those who hold it open notice. */
function patchHeader(path: string, bytes: Buffer): void {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, HEADER, 0);
  closeSync(file);
}

/** Puts the file back that a killed process left away. */
export function restoreFile(path: string): void {
  if (!existsSync(`${path}.away`)) return;
  patchHeader(`${path}.away`, readFileSync(`${path}.header`));
  renameSync(`${path}.away`, path);
  rmSync(`${path}.header`);
}

export class SqliteFaults implements SqlFaults {
  constructor(private readonly db: SqliteErp) {}

  hang(): Promise<Undo> {
    const holder = new Database(this.db.path);
    holder.exec('PRAGMA busy_timeout = 5000; BEGIN EXCLUSIVE');
    return Promise.resolve(() => {
      holder.exec('ROLLBACK');
      holder.close();
      return Promise.resolve();
    });
  }

  async down(): Promise<Undo> {
    const { path } = this.db;
    await this.db.close();
    const header = Buffer.alloc(HEADER);
    const file = openSync(path, 'r');
    readSync(file, header, 0, HEADER, 0);
    closeSync(file);
    writeFileSync(`${path}.header`, header);
    renameSync(path, `${path}.away`);
    patchHeader(`${path}.away`, Buffer.alloc(HEADER));
    return () => {
      restoreFile(path);
      this.db.reopen();
      return Promise.resolve();
    };
  }
}

export class MysqlFaults implements SqlFaults {
  constructor(private readonly db: MysqlErp) {}

  async hang(): Promise<Undo> {
    const holder = await connectErp(this.db.url);
    await holder.query(`LOCK TABLES ${ERP_TABLES.map(({ name }) => `\`${name}\` WRITE`).join(', ')}`);
    return async () => {
      await holder.query('UNLOCK TABLES');
      await holder.end();
    };
  }

  async down(): Promise<Undo> {
    const rename = (from: (name: string) => string, to: (name: string) => string): Promise<void> =>
      this.db.run(
        `RENAME TABLE ${ERP_TABLES.map(({ name }) => `\`${from(name)}\` TO \`${to(name)}\``).join(', ')}`,
      );
    const away = (name: string): string => `away ${name}`;
    const here = (name: string): string => name;
    await rename(here, away);
    return () => rename(away, here);
  }
}

/** Keeps the SQL faults that are in force, and the turn of whoever must wait for them. */
export class SqlFaultDesk {
  private undos: Undo[] = [];
  private release: (() => void) | null = null;

  constructor(
    private readonly db: ErpDb,
    private readonly faults: SqlFaults,
    private readonly turnstile: Turnstile,
  ) {}

  async apply(fault: Fault): Promise<void> {
    await this.clear();
    if (fault.mode === 'nonsense') {
      this.undos.push(await this.turnstile.pass(() => this.nonsense(fault)));
      return;
    }
    const undo = await this.turnstile.pass(() =>
      fault.mode === 'hang' ? this.faults.hang() : this.faults.down(),
    );
    this.undos.push(undo);
    // nobody passes until the fault is lifted: the ERP's own requests hang with the rest
    const lifted = new Promise<void>((resolve) => (this.release = resolve));
    void this.turnstile.pass(() => lifted);
  }

  async clear(): Promise<void> {
    const undos = this.undos.splice(0).reverse();
    const release = this.release;
    this.release = null;
    for (const undo of undos) await undo();
    release?.();
  }

  private async nonsense(fault: Fault): Promise<Undo> {
    const { table, column } = fault.options;
    const known = ERP_TABLES.find(({ name }) => name === (table ?? 'tabBatch'));
    const old = known?.columns.find(({ name }) => name === (column ?? 'expiry_date'))?.name;
    if (!known || old === undefined) throw new HttpError(400, { error: 'no such column' });
    const rename = (from: string, to: string): Promise<void> =>
      this.db.run(`ALTER TABLE \`${known.name}\` RENAME COLUMN \`${from}\` TO \`${to}\``);
    await rename(old, `${old}_v2`);
    return () => this.turnstile.pass(() => rename(`${old}_v2`, old));
  }
}
