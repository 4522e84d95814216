// Where the ERP's tables are written: a SQLite file, or a database of a MariaDB server.
import { join } from 'node:path';
import { createSql, finishBulk, indexSql, MysqlSink, openBulk, SqliteSink } from '../sql';
import type { Sink } from '../sql';
import { connectErp } from './mysql';
import { ERP_TABLES } from './tables';

export interface ErpTarget {
  readonly sink: Sink;
  /** Adds indexes and makes everything durable. */
  finish(): Promise<void>;
}

export async function openErpTarget(dir: string, url: string | undefined): Promise<ErpTarget> {
  return url === undefined ? openFile(dir) : openServer(url);
}

function openFile(dir: string): ErpTarget {
  const db = openBulk(join(dir, 'erp.sqlite'), ERP_TABLES);
  const sink = new SqliteSink(db);
  return {
    sink,
    finish: async () => {
      await sink.flush();
      finishBulk(db, ERP_TABLES);
    },
  };
}

async function openServer(url: string): Promise<ErpTarget> {
  const connection = await connectErp(url, true);
  for (const table of ERP_TABLES) {
    await connection.query(`DROP TABLE IF EXISTS \`${table.name}\``);
    await connection.query(createSql(table));
  }
  await connection.query('SET unique_checks = 0, foreign_key_checks = 0');
  const sink = new MysqlSink(connection);
  return {
    sink,
    finish: async () => {
      await sink.flush();
      for (const table of ERP_TABLES) for (const sql of indexSql(table)) await connection.query(sql);
      await connection.end();
    },
  };
}
