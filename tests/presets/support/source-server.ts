/**
 * The database of a simulated system, on the server that the real one runs on, and the account that LotGraph is given
 * there: one that may SELECT and nothing else.
 */
import { createConnection } from 'mysql2/promise';
import { DataSource } from 'typeorm';
import { MYSQL_URL, POSTGRES_URL, openSourceDatabase } from '../../../connectors/sql/test-databases';

export type ServerDialect = 'MariaDB' | 'PostgreSQL';

/** Whether this run can simulate a system on that server; suites are skipped where it cannot. */
export const hasServer = (dialect: ServerDialect): boolean =>
  (dialect === 'MariaDB' ? MYSQL_URL : POSTGRES_URL) !== undefined;

type Cell = string | number | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

export interface SimulatedSource {
  /** Address with the account that may only read. */
  readonly url: string;
  /** Statements of the system's own; names are quoted as "name". */
  run(sql: string): Promise<void>;
  /** Puts rows into a table; a column that a row does not name is left to its default. */
  fill(table: string, rows: readonly Row[]): Promise<void>;
  /** What the system itself says. */
  ask(sql: string): Promise<Record<string, unknown>[]>;
  /** Every row of every table, to compare with another time. */
  content(): Promise<string>;
  /** Runs a statement under the account that LotGraph is given. */
  asReader(sql: string): Promise<void>;
  close(): Promise<void>;
}

const literal = (cell: Cell): string =>
  typeof cell === 'string' ? `'${cell.replaceAll("'", "''").replaceAll('\\', '\\\\')}'` : String(cell);

const insertSql = (table: string, row: Row): string =>
  `INSERT INTO "${table}" (${Object.keys(row)
    .map((name) => `"${name}"`)
    .join(', ')}) VALUES (${Object.values(row).map(literal).join(', ')});`;

export async function openSimulated(dialect: ServerDialect): Promise<SimulatedSource> {
  const owner = await openSourceDatabase(dialect);
  const name = new URL(owner.url).pathname.slice(1);
  const account = `${name}_ro`;
  const server =
    dialect === 'MariaDB' ? mariaDb(owner.url, name, account) : postgres(owner.url, name, account);
  try {
    await server.grant();
  } catch (error) {
    await owner.close();
    throw error;
  }
  return {
    url: server.readerUrl,
    run: (sql) => owner.run(sql),
    fill: async (table, rows) => {
      if (rows.length > 0) await owner.run(rows.map((row) => insertSql(table, row)).join('\n'));
    },
    ask: (sql) => server.ask(sql),
    content: async () => {
      const tables = await server.tables();
      const contents: string[] = [];
      for (const table of tables)
        contents.push(table, JSON.stringify(await server.ask(`SELECT * FROM ${table}`)));
      return contents.join('\n');
    },
    asReader: (sql) => server.asReader(sql),
    close: async () => {
      await server.revoke();
      await owner.close();
    },
  };
}

interface Server {
  readonly readerUrl: string;
  grant(): Promise<void>;
  revoke(): Promise<void>;
  ask(sql: string): Promise<Record<string, unknown>[]>;
  tables(): Promise<string[]>;
  asReader(sql: string): Promise<void>;
}

function withAccount(url: string, account: string): string {
  const reader = new URL(url);
  reader.username = account;
  reader.password = '';
  return reader.href;
}

function mariaDb(url: string, name: string, account: string): Server {
  const readerUrl = withAccount(url, account);
  const once = async (address: string, sql: string): Promise<Record<string, unknown>[]> => {
    const connection = await createConnection({ uri: address, multipleStatements: true, dateStrings: true });
    try {
      await connection.query("SET SESSION sql_mode = 'ANSI_QUOTES'");
      const [rows] = await connection.query(sql);
      return rows as Record<string, unknown>[];
    } finally {
      await connection.end();
    }
  };
  return {
    readerUrl,
    grant: async () => {
      await once(url, `CREATE USER '${account}'@'%'; GRANT SELECT ON "${name}".* TO '${account}'@'%'`);
    },
    revoke: async () => {
      await once(url, `DROP USER '${account}'@'%'`);
    },
    ask: (sql) => once(url, sql),
    tables: async () => {
      const rows = await once(url, "SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'");
      return rows.map((row) => `"${String(Object.values(row)[0])}"`);
    },
    asReader: async (sql) => {
      await once(readerUrl, sql);
    },
  };
}

function postgres(url: string, name: string, account: string): Server {
  const readerUrl = withAccount(url, account);
  const once = async (address: string, sql: string): Promise<Record<string, unknown>[]> => {
    const source = await new DataSource({ type: 'postgres', url: address }).initialize();
    try {
      return await source.query<Record<string, unknown>[]>(sql);
    } finally {
      await source.destroy();
    }
  };
  return {
    readerUrl,
    grant: async () => {
      await once(
        url,
        `CREATE ROLE "${account}" LOGIN; GRANT CONNECT ON DATABASE "${name}" TO "${account}";
         GRANT USAGE ON SCHEMA public TO "${account}"; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "${account}"`,
      );
    },
    revoke: async () => {
      await once(url, `DROP OWNED BY "${account}"; DROP ROLE "${account}"`);
    },
    ask: (sql) => once(url, sql),
    tables: async () => {
      const rows = await once(
        url,
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
      );
      return rows.map((row) => `"${String(row['name'])}"`).sort();
    },
    asReader: async (sql) => {
      await once(readerUrl, sql);
    },
  };
}
