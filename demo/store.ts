// A simulator's own SQLite file: opened, not created; statements are kept; acts can be taken back.
import Database from 'libsql';
import type { Row, Value } from './sql';

export type Record_ = Record<string, string | number | null>;

export class Store {
  private readonly statements = new Map<string, Database.Statement>();
  private readonly db: Database.Database;

  constructor(path: string) {
    this.db = new Database(path, { fileMustExist: true, timeout: 5000 });
    this.db.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -8000');
  }

  all(sql: string, values: readonly Value[] = []): Record_[] {
    return this.prepare(sql).all([...values]) as Record_[];
  }

  get(sql: string, values: readonly Value[] = []): Record_ | null {
    return this.all(sql, values)[0] ?? null;
  }

  run(sql: string, values: readonly Value[] = []): void {
    this.prepare(sql).run([...values]);
  }

  insert(table: string, row: Row): void {
    const names = Object.keys(row);
    const marks = names.map(() => '?').join(', ');
    const columns = names.map((name) => `\`${name}\``).join(', ');
    this.run(
      `INSERT INTO \`${table}\` (${columns}) VALUES (${marks})`,
      names.map((name) => row[name] ?? null),
    );
  }

  /** Runs `act` in one transaction; with `keep` false everything is taken back. */
  transact<T>(act: () => T, keep = true): T {
    this.begin();
    try {
      const result = act();
      this.end(keep);
      return result;
    } catch (error) {
      this.end(false);
      throw error;
    }
  }

  begin(): void {
    this.db.exec('BEGIN IMMEDIATE');
  }

  end(keep: boolean): void {
    if (this.db.inTransaction) this.db.exec(keep ? 'COMMIT' : 'ROLLBACK');
  }

  close(): void {
    this.statements.clear();
    this.db.close();
  }

  private prepare(sql: string): Database.Statement {
    let statement = this.statements.get(sql);
    if (!statement) this.statements.set(sql, (statement = this.db.prepare(sql)));
    return statement;
  }
}
