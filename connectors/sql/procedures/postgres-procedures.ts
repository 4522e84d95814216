/** Procedures of PostgreSQL, and functions, which are called by SELECT. Arguments are named and bound. */
import { numberPlaceholders } from '../dialects';
import { postgresDialect, postgresKind } from '../postgres-session';
import type { SqlRow, SqlValue } from '../session';
import { isGiven, splitName, type Procedure, type ProcedureKind, type ProcedureParameter } from './procedure';

const CALLABLE =
  "p.prokind IN ('p', 'f') AND p.prorettype <> 'trigger'::regtype AND has_schema_privilege(n.oid, 'USAGE') AND has_function_privilege(p.oid, 'EXECUTE')";

const MODES: Readonly<Record<string, ProcedureParameter['mode']>> = {
  ...{ i: 'in', v: 'in', o: 'out', b: 'inout' },
};

/** Parameters in their order; columns of a result (`t`) are none. */
function parametersOf({ names, modes, inputs, defaults }: SqlRow): ProcedureParameter[] {
  const known = (names ?? []) as readonly string[];
  const words = (modes as readonly string[] | null) ?? Array.from({ length: Number(inputs) }, () => 'i');
  const firstOptional = Number(inputs) - Number(defaults);
  let input = 0;
  return words.flatMap((word, place) => {
    const mode = MODES[word];
    if (mode === undefined) return [];
    const optional = mode !== 'out' && input >= firstOptional;
    if (mode !== 'out') input += 1;
    const name = known[place] ?? '';
    return [{ name: name === '' ? null : name, mode, optional }];
  });
}

export const postgresProcedures: ProcedureKind = {
  server: postgresKind,
  settings: (_, { statementMs }) =>
    Promise.resolve([
      `SET statement_timeout = ${Math.round(statementMs)}`,
      "SET TIME ZONE 'UTC'",
      "SET datestyle = 'ISO, YMD'",
    ]),
  find: async (ask, asked) => {
    const [schema, name] = splitName(asked);
    const rows = await ask(
      'SELECT p.prokind AS kind, to_json(p.proargnames) AS names, to_json(p.proargmodes) AS modes, ' +
        'p.pronargs AS inputs, p.pronargdefaults AS defaults FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace ' +
        `WHERE p.proname = ? AND ${schema === null ? 'pg_function_is_visible(p.oid)' : 'n.nspname = ?'} AND ${CALLABLE} ORDER BY p.oid`,
      schema === null ? [name] : [name, schema],
    );
    return rows.map((row) => ({
      ...{ name: asked, isFunction: row['kind'] === 'f', parameters: parametersOf(row) },
    }));
  },
  names: async (ask) => {
    const rows = await ask(
      'SELECT DISTINCT n.nspname AS schema, p.proname AS name, pg_function_is_visible(p.oid) AS visible FROM pg_proc p ' +
        `JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND ${CALLABLE} ORDER BY 1, 2`,
      [],
    );
    return rows.map(({ schema, name, visible }) =>
      visible === true ? String(name) : `${String(schema)}.${String(name)}`,
    );
  },
  call: async (runner, _, procedure, values) => {
    const { sql, parameters } = callOf(procedure, values);
    const bound = numberPlaceholders(sql, (index) => `$${index}`);
    const rows = (await runner.query(bound, parameters)) as SqlRow[] | undefined;
    return rows?.[0] ?? null;
  },
};

function callOf({ name, isFunction, parameters }: Procedure, values: ReadonlyMap<string, SqlValue>) {
  // a procedure wants a place for what it gives back; a function gives it back as columns
  const named = parameters.filter(
    (one) => (isGiven(one) && values.has(one.name ?? '')) || (!isFunction && one.mode === 'out'),
  );
  const places = named.map((one) => {
    const place = one.mode === 'out' ? 'NULL' : '?';
    return `${postgresDialect.quote(one.name ?? '')} => ${place}`;
  });
  const call = `${postgresDialect.table(name)}(${places.join(', ')})`;
  return {
    sql: isFunction ? `SELECT * FROM ${call}` : `CALL ${call}`,
    parameters: named.filter(isGiven).map((one) => values.get(one.name ?? '') ?? null),
  };
}
