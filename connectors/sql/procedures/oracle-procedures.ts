/** Procedures of Oracle. The statements are tested, not yet the calling of a real server (docs/guides/sql-sources.md). */
import { oracleDialect, oracleKind } from '../oracle-session';
import type { SqlValue } from '../session';
import { isReturned, modeOf, splitName, type Procedure, type ProcedureKind } from './procedure';

/** `BIND_OUT`, `BIND_INOUT` and `DB_TYPE_VARCHAR` of the driver, which is not there where nobody needs it. */
const BIND = { out: 3003, inout: 3002, text: 2001 } as const;

const OWNED = "OWNER = COALESCE(?, SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA')) AND OBJECT_NAME = ?";

export const oracleProcedures: ProcedureKind = {
  server: oracleKind,
  settings: () => Promise.resolve([]),
  find: async (ask, asked) => {
    const [schema, name] = splitName(asked);
    const found = await ask(
      `SELECT OBJECT_NAME AS "name" FROM ALL_PROCEDURES WHERE ${OWNED} AND OBJECT_TYPE = 'PROCEDURE'`,
      [schema, name],
    );
    if (found.length === 0) return [];
    const rows = await ask(
      'SELECT ARGUMENT_NAME AS "name", IN_OUT AS "mode", DEFAULTED AS "optional" FROM ALL_ARGUMENTS ' +
        `WHERE ${OWNED} AND PACKAGE_NAME IS NULL AND ARGUMENT_NAME IS NOT NULL AND DATA_LEVEL = 0 ORDER BY POSITION`,
      [schema, name],
    );
    const parameters = rows.map((row) => ({
      name: String(row['name']),
      mode: modeOf(row['mode']),
      optional: row['optional'] === 'Y',
    }));
    return [{ name: asked, isFunction: false, parameters }];
  },
  names: async (ask) => {
    const rows = await ask(
      "SELECT OBJECT_NAME AS \"name\" FROM ALL_PROCEDURES WHERE OWNER = SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') AND OBJECT_TYPE = 'PROCEDURE' ORDER BY OBJECT_NAME",
      [],
    );
    return rows.map(({ name }) => String(name));
  },
  call: async (runner, _, procedure, values) => {
    const { sql, binds, returned } = oracleCall(procedure, values);
    const given = (await runner.query(sql, [...binds])) as readonly unknown[] | undefined;
    if (returned.length === 0) return null;
    return Object.fromEntries(returned.map((name, place) => [name, given?.[place] ?? null]));
  },
};

/** The call as a block; what comes back is bound too, as text. */
export function oracleCall({ name, parameters }: Procedure, values: ReadonlyMap<string, SqlValue>) {
  const named = parameters.filter((one) => values.has(one.name ?? '') || isReturned(one));
  const places = named.map((one, i) => `${oracleDialect.quote(one.name ?? '')} => :${i + 1}`);
  const binds = named.map((one) => {
    const value = values.get(one.name ?? '') ?? null;
    if (one.mode === 'in') return value;
    const back = { dir: BIND[one.mode], type: BIND.text, maxSize: 4000 };
    return one.mode === 'out' ? back : { ...back, val: value === null ? null : String(value) };
  });
  return {
    sql: `BEGIN ${oracleDialect.table(name)}(${places.join(', ')}); END;`,
    binds,
    returned: named.filter(isReturned).map((one) => one.name ?? ''),
  };
}
