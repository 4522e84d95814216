import type { Connection } from 'mysql2/promise';

/** Connects to the ERP's database, creating it on request. Zero dates are allowed, as in old installations. */
export async function connectErp(url: string, create = false): Promise<Connection> {
  const { createConnection } = await import('mysql2/promise');
  const target = new URL(url);
  const database = decodeURIComponent(target.pathname.slice(1));
  const base = {
    host: target.hostname,
    port: Number(target.port || 3306),
    user: decodeURIComponent(target.username),
    password: decodeURIComponent(target.password),
    dateStrings: true,
    charset: 'utf8mb4',
  };
  if (create) {
    const server = await createConnection(base);
    await server.query(
      `CREATE DATABASE IF NOT EXISTS \`${database}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
    );
    await server.end();
  }
  const connection = await createConnection({ ...base, database });
  await connection.query("SET SESSION sql_mode = ''");
  return connection;
}
