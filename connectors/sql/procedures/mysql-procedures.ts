/** Procedures of MySQL and MariaDB. Values are bound on the server, by prepared statements, and never written into text. */
import { mysqlDialect, mysqlKind } from '../mysql-session';
import type { SqlRow, SqlValue } from '../session';
import { isGiven, isReturned, modeOf, type Procedure, type ProcedureKind } from './procedure';

interface Connection {
  execute(sql: string, values: readonly SqlValue[], done: (error: Error | null, rows: unknown) => void): void;
}

const execute = (connection: unknown, sql: string, values: readonly SqlValue[]): Promise<unknown> =>
  new Promise((resolve, reject) => {
    (connection as Connection).execute(sql, values, (error, rows) => {
      if (error === null) resolve(rows);
      else reject(error);
    });
  });

/** The variable that takes an OUT parameter; it is called by place, so that no name of the source stands in it. */
const variable = (place: number): string => `@lotgraph_${place}`;

/** Rows of the first result: a call gives the list of its results, and at last what it did. */
function firstRow(answer: unknown): SqlRow | null {
  if (!Array.isArray(answer)) return null;
  const first: unknown = answer[0];
  const row: unknown = Array.isArray(first) ? first[0] : undefined;
  return typeof row === 'object' && row !== null ? (row as SqlRow) : null;
}

export const mysqlProcedures: ProcedureKind = {
  server: mysqlKind,
  settings: async (runner, { statementMs }) => {
    const rows = (await runner.query('SELECT VERSION() AS version')) as { version: string }[];
    const isMariaDb = rows[0]?.version.includes('MariaDB') === true;
    return [
      ...(isMariaDb ? [`SET SESSION max_statement_time = ${statementMs / 1000}`] : []),
      'SET SESSION autocommit = 1',
      // a value that is too long is refused, not cut off
      "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')",
    ];
  },
  find: async (ask, name) => {
    const found = await ask(
      'SELECT ROUTINE_NAME AS name FROM information_schema.ROUTINES ' +
        "WHERE ROUTINE_SCHEMA = DATABASE() AND ROUTINE_TYPE = 'PROCEDURE' AND ROUTINE_NAME = ?",
      [name],
    );
    if (found.length === 0) return [];
    const rows = await ask(
      'SELECT PARAMETER_NAME AS name, PARAMETER_MODE AS mode FROM information_schema.PARAMETERS ' +
        "WHERE SPECIFIC_SCHEMA = DATABASE() AND ROUTINE_TYPE = 'PROCEDURE' AND SPECIFIC_NAME = ? ORDER BY ORDINAL_POSITION",
      [name],
    );
    const parameters = rows.map((row) => ({
      ...{ name: String(row['name']), mode: modeOf(row['mode']), optional: false },
    }));
    return [{ name: String(found[0]?.['name']), isFunction: false, parameters }];
  },
  names: async (ask) => {
    const rows = await ask(
      'SELECT ROUTINE_NAME AS name FROM information_schema.ROUTINES ' +
        "WHERE ROUTINE_SCHEMA = DATABASE() AND ROUTINE_TYPE = 'PROCEDURE' ORDER BY ROUTINE_NAME",
      [],
    );
    return rows.map(({ name }) => String(name));
  },
  call: async (_, connection, procedure, values) => {
    const { parameters } = procedure;
    for (const [place, parameter] of parameters.entries())
      if (parameter.mode === 'inout')
        await execute(connection, `SET ${variable(place)} = ?`, [valueFor(parameter.name, values)]);
    const places = parameters.map((parameter, place) => (isReturned(parameter) ? variable(place) : '?'));
    const given = parameters.filter((parameter) => isGiven(parameter) && !isReturned(parameter));
    const sql = `CALL ${mysqlDialect.quote(procedure.name)}(${places.join(', ')})`;
    const row = firstRow(
      await execute(
        connection,
        sql,
        given.map(({ name }) => valueFor(name, values)),
      ),
    );
    const returned = await outValues(connection, procedure);
    return row === null && returned === null ? null : { ...row, ...returned };
  },
};

const valueFor = (name: string | null, values: ReadonlyMap<string, SqlValue>): SqlValue =>
  values.get(name ?? '') ?? null;

async function outValues(connection: unknown, { parameters }: Procedure): Promise<SqlRow | null> {
  const columns = parameters.flatMap((parameter, place) =>
    isReturned(parameter) ? [`${variable(place)} AS ${mysqlDialect.quote(parameter.name ?? '')}`] : [],
  );
  if (columns.length === 0) return null;
  const rows = await execute(connection, `SELECT ${columns.join(', ')}`, []);
  return Array.isArray(rows) ? ((rows[0] ?? null) as SqlRow | null) : null;
}
