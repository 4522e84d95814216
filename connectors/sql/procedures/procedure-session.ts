/**
 * Calls stored procedures, each over a connection of its own that ends with the call: what a procedure leaves open is
 * rolled back, and nothing of one call is left for the next. A call is never made twice.
 */
import type { QueryRunner } from 'typeorm';
import type { Deadline } from '../../resilience/deadline';
import { dataSourceOf, driverUrl, overConnection, schemeOf } from '../server-connection';
import { codesOf } from '../server-session';
import type { SqlLimits, SqlRow, SqlValue } from '../session';
import { mysqlProcedures } from './mysql-procedures';
import { oracleProcedures } from './oracle-procedures';
import { postgresProcedures } from './postgres-procedures';
import type { BoundValues, Procedure, ProcedureKind } from './procedure';
import { sqlServerProcedures } from './sqlserver-procedures';

const KINDS: ReadonlyMap<string, ProcedureKind> = new Map([
  ['mysql', mysqlProcedures],
  ['mariadb', mysqlProcedures],
  ['postgres', postgresProcedures],
  ['postgresql', postgresProcedures],
  ['mssql', sqlServerProcedures],
  ['oracle', oracleProcedures],
]);

export const PROCEDURE_SCHEMES: readonly string[] = [...KINDS.keys()];

const CLOSE_MS = 1_000;

/** What a catalogue tells of a procedure that is looked for. */
export interface Found {
  readonly procedures: readonly Procedure[];
  /** Names of all that there are; asked for only where none was found. */
  readonly names: readonly string[];
}

export interface Called {
  readonly procedure: Procedure;
  readonly values: BoundValues;
}

/** How a call ended. `sent` says whether anything may have reached the procedure. */
export type CallEnd =
  | { readonly sent: true; readonly row: SqlRow | null }
  | { readonly sent: boolean; readonly error: unknown; readonly codes: readonly string[] };

export class ProcedureSession {
  readonly #kind: ProcedureKind;
  readonly #url: string;

  /** Null where the address leads to what has no procedures. */
  static open(system: string, address: string, limits: SqlLimits): ProcedureSession | null {
    const kind = KINDS.get(schemeOf(address));
    return kind === undefined ? null : new ProcedureSession(system, kind, address, limits);
  }

  private constructor(
    private readonly system: string,
    kind: ProcedureKind,
    address: string,
    private readonly limits: SqlLimits,
  ) {
    this.#kind = kind;
    this.#url = driverUrl(address);
  }

  /** What the catalogue says. Throws what the driver throws, or LegacyUnavailableError at the deadline. */
  async find(name: string, deadline: Deadline): Promise<Found> {
    return await this.#connected(deadline, (runner) => this.#find(runner, name, deadline));
  }

  /** Calls once; `choose` picks the procedure and binds its values, and throws where they do not fit. Never throws. */
  async call(name: string, choose: (found: Found) => Called, deadline: Deadline): Promise<CallEnd> {
    let sent = false;
    try {
      const row = await this.#connected(deadline, async (runner, connection) => {
        const { procedure, values } = choose(await this.#find(runner, name, deadline));
        deadline.check();
        sent = true;
        // the server ends the call first, where it knows a limit; this ends a server that does not even do that
        return await deadline.race(
          this.#kind.call(runner, connection, procedure, values),
          this.limits.statementMs + 1_000,
          () => this.#kind.server.cut(connection),
        );
      });
      return { sent: true, row };
    } catch (error) {
      return { sent, error, codes: codesOf(error) };
    }
  }

  async #connected<T>(
    deadline: Deadline,
    work: (runner: QueryRunner, connection: unknown) => Promise<T>,
  ): Promise<T> {
    const opening = dataSourceOf(this.#kind.server, this.system, this.#url, this.limits).initialize();
    try {
      return await overConnection(opening, this.limits, deadline, async (runner, connection) => {
        for (const statement of await this.#kind.settings(runner, this.limits))
          await deadline.race(runner.query(statement), this.limits.statementMs, () =>
            this.#kind.server.cut(connection),
          );
        return await work(runner, connection);
      });
    } finally {
      // a connection that is slow to open MUST NOT stay open behind its caller's back
      await within(
        CLOSE_MS,
        opening.then((source) => source.destroy()),
      );
    }
  }

  async #find(runner: QueryRunner, name: string, deadline: Deadline): Promise<Found> {
    const { bind } = this.#kind.server;
    const ask = async (sql: string, values: readonly SqlValue[]) =>
      (await deadline.race(
        runner.query(bind(sql), [...values]),
        this.limits.statementMs,
        () => undefined,
      )) as SqlRow[];
    const procedures = await this.#kind.find(ask, name);
    return { procedures, names: procedures.length > 0 ? [] : await this.#kind.names(ask) };
  }
}

/** Waits for work whose outcome nobody needs, but not long. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work.then(undefined, () => undefined), late]);
  clearTimeout(timer);
}
