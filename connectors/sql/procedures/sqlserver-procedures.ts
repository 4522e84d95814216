/** Procedures of SQL Server. The statements are tested, not yet the calling of a real server (docs/guides/sql-sources.md). */
import type { DataSourceOptions } from 'typeorm';
import { numberPlaceholders } from '../dialects';
import { sqlServerDialect, sqlServerKind } from '../sqlserver-session';
import type { SqlRow, SqlValue } from '../session';
import { isGiven, isReturned, splitName, type Procedure, type ProcedureKind } from './procedure';

const bare = (name: unknown): string => String(name).replace(/^@/u, '');

export const sqlServerProcedures: ProcedureKind = {
  server: {
    ...sqlServerKind,
    // a replica that may only be read cannot be commanded
    options: (url, limits) => {
      const given = sqlServerKind.options(url, limits) as { options?: object };
      return { ...given, options: { ...given.options, readOnlyIntent: false } } as DataSourceOptions;
    },
  },
  settings: () => Promise.resolve(['SET XACT_ABORT ON']),
  find: async (ask, asked) => {
    const found = await ask(
      "SELECT o.object_id AS id FROM sys.objects o WHERE o.object_id = OBJECT_ID(?) AND o.type IN ('P', 'PC') " +
        "AND HAS_PERMS_BY_NAME(QUOTENAME(SCHEMA_NAME(o.schema_id)) + '.' + QUOTENAME(o.name), 'OBJECT', 'EXECUTE') = 1",
      [sqlServerDialect.table(asked)],
    );
    if (found.length === 0) return [];
    const rows = await ask(
      'SELECT name, is_output AS output, has_default_value AS optional FROM sys.parameters WHERE object_id = OBJECT_ID(?) ORDER BY parameter_id',
      [sqlServerDialect.table(asked)],
    );
    const parameters = rows.map(({ name, output, optional }) => ({
      name: bare(name),
      mode: output === true || output === 1 ? ('inout' as const) : ('in' as const),
      optional: optional === true || optional === 1,
    }));
    return [{ name: asked, isFunction: false, parameters }];
  },
  names: async (ask) => {
    const rows = await ask(
      'SELECT SCHEMA_NAME(schema_id) AS owner, SCHEMA_NAME() AS own, name FROM sys.procedures ORDER BY owner, name',
      [],
    );
    return rows.map(({ owner, own, name }) =>
      owner === own ? String(name) : `${String(owner)}.${String(name)}`,
    );
  },
  call: async (runner, _, procedure, values) => {
    const { sql, parameters } = sqlServerCall(procedure, values);
    const rows = (await runner.query(sql, parameters)) as SqlRow[] | undefined;
    return rows?.[0] ?? null;
  },
};

/** The call as a batch: what comes back stands in variables, which its last statement selects. */
export function sqlServerCall(
  { name, parameters }: Procedure,
  values: ReadonlyMap<string, SqlValue>,
): { readonly sql: string; readonly parameters: SqlValue[] } {
  const bound: SqlValue[] = [];
  const place = (parameter: string | null) => {
    bound.push(values.get(parameter ?? '') ?? null);
    return '?';
  };
  const given = parameters.filter((one) => values.has(one.name ?? '') || isReturned(one));
  const returned = given.filter(isReturned);
  const variables = new Map(returned.map((one, i) => [one.name, `@lotgraph${i}`]));
  const declared = returned.map(
    (one) =>
      `DECLARE ${variables.get(one.name) ?? ''} nvarchar(4000) = ${isGiven(one) ? place(one.name) : 'NULL'}; `,
  );
  const [schema, own] = splitName(name);
  const called = schema === null ? sqlServerDialect.quote(own) : sqlServerDialect.table(name);
  const places = given.map((one) => {
    const variable = variables.get(one.name);
    return `@${one.name ?? ''} = ${variable === undefined ? place(one.name) : `${variable} OUTPUT`}`;
  });
  const selected = returned.map(
    (one) => `${variables.get(one.name) ?? ''} AS ${sqlServerDialect.quote(one.name ?? '')}`,
  );
  const sql = `${declared.join('')}EXEC ${called} ${places.join(', ')};${selected.length === 0 ? '' : ` SELECT ${selected.join(', ')};`}`;
  return { sql: numberPlaceholders(sql, (index) => `@${index - 1}`), parameters: bound };
}
