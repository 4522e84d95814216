/** Commands by stored procedures: what they are bound to, and what their ends say. */
import type { SendAnswer } from '../../controls/outbox/command-sender';
import { LegacyUnavailableError, MappingError, type MappingProblem } from '../../platform/errors';
import type { Logger } from '../../platform/log';
import type { RawRow, RawValue } from '../contract';
import type { CompiledMapping } from '../mapping/compile-mapping';
import { millisecondsOf, procedureConnector, type CommandsSpec } from '../mapping/document';
import { hintFrom } from '../mapping/schema-check';
import { Deadline } from '../resilience/deadline';
import { requireReference, type Environment } from '../resilience/references';
import { isGiven, isReturned, type Procedure } from '../sql/procedures/procedure';
import {
  PROCEDURE_SCHEMES,
  ProcedureSession,
  type Called,
  type Found,
} from '../sql/procedures/procedure-session';
import { toRawValue } from '../sql/row-values';
import type { SqlValue } from '../sql/session';
import { misfit } from '../sql/table-check';
import type { CompiledCall } from './compile-call';
import type { CompiledCommand } from './compile-commands';
import { codeOf } from './http-way';
import { OMITTED, TemplateError, type TemplateValues } from './template';
import type { CommandCaller } from './ways';

const CONNECT_MS = 5_000;
const CALL_MS = 15_000;

export interface ProcedureWayOptions {
  readonly mapping: CompiledMapping;
  readonly env: Environment;
  readonly logger: Logger;
}

/** Opens nothing yet. Throws MappingError where the connection has no procedures, or is the one that reads. */
export function openProcedures(spec: CommandsSpec, options: ProcedureWayOptions): CommandCaller {
  const { mapping, env } = options;
  const { system, connector: reading } = mapping.document;
  const connector = procedureConnector(spec);
  if (connector === null) throw new MappingError([]);
  const at = (message: string, hint: string) =>
    new MappingError([mapping.problemAt(['commands', 'connector', 'connection'], message, hint)]);
  const address = requireReference(connector.connection, env);
  if (isSameAccount(address, requireReference(reading.connection, env)))
    throw at(
      'it is the connection that the system is read by, which stays read-only',
      'give it an account of its own, that may only execute the procedures',
    );
  const limits = {
    connectMs: millisecondsOf(connector.deadlines?.connect, CONNECT_MS),
    statementMs: millisecondsOf(connector.deadlines?.request, CALL_MS),
  };
  const session = ProcedureSession.open(system.id, address, limits);
  if (session === null)
    throw at(
      address.startsWith('sqlite:')
        ? 'SQLite has no stored procedures'
        : 'what it leads to has no stored procedures that are known here',
      `name an address of ${PROCEDURE_SCHEMES.join(', ')}, or command the system over HTTP by request:`,
    );
  return new ProcedureWay(options, session, limits, spec.idempotencyParameter !== undefined);
}

/** Whether two addresses lead to one account of one server, whatever else they say. */
function isSameAccount(one: string, other: string): boolean {
  if (one === other) return true;
  if (!URL.canParse(one) || !URL.canParse(other)) return false;
  const [a, b] = [new URL(one), new URL(other)];
  return a.host === b.host && a.username === b.username && a.host !== '';
}

class ProcedureWay implements CommandCaller {
  constructor(
    private readonly options: ProcedureWayOptions,
    private readonly session: ProcedureSession,
    private readonly limits: { readonly connectMs: number; readonly statementMs: number },
    readonly honoursIdempotencyKey: boolean,
  ) {}

  check({ call }: CompiledCommand, values: TemplateValues): void {
    for (const fill of call?.parameters.values() ?? []) fill(values);
  }

  async send(command: CompiledCommand, values: TemplateValues, signal: AbortSignal): Promise<SendAnswer> {
    const { call } = command;
    if (call === null) return { said: 'NOT_TAKEN', code: 'MAPPING_INVALID' };
    const choose = (found: Found) => this.#choose(command, call, found, values);
    const end = await this.session.call(call.procedure, choose, this.#deadline(signal));
    if (!('error' in end)) return call.ended(end.row === null ? null : rawRow(end.row));
    const { sent, error, codes } = end;
    const answer = sent ? call.failed(codes) : { said: 'NOT_TAKEN' as const, code: notTaken(error) };
    // the text of the error may name hosts, tables and values: it goes to the log of the operators alone
    this.options.logger.warn(
      { err: error, system: this.#system, kind: command.kind, sent, said: answer.said },
      'a procedure was not ended well',
    );
    return answer;
  }

  async lacks(command: CompiledCommand, deadline: Deadline): Promise<readonly MappingProblem[]> {
    const { call } = command;
    if (call === null) return [];
    try {
      const found = await this.session.find(call.procedure, deadline);
      return this.#problems(command, call, found).problems;
    } catch (error) {
      if (error instanceof LegacyUnavailableError) throw error;
      const message = `${this.#system}: the database of the commands cannot be reached`;
      throw new LegacyUnavailableError(this.#system, message, { retryable: true, cause: error });
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  get #system(): string {
    return this.options.mapping.document.system.id;
  }

  /** Throws LegacyUnavailableError (nonsense) where the catalogue has no such procedure, or other parameters. */
  #choose(command: CompiledCommand, call: CompiledCall, found: Found, values: TemplateValues): Called {
    const { procedure, problems } = this.#problems(command, call, found);
    if (procedure === null || problems.length > 0) throw misfit(this.options.mapping, problems);
    return { procedure, values: bind(call, values) };
  }

  #problems(
    { kind }: CompiledCommand,
    { procedure: name, parameters, from }: CompiledCall,
    { procedures, names }: Found,
  ): { readonly procedure: Procedure | null; readonly problems: readonly MappingProblem[] } {
    const at = (where: readonly string[], message: string, hint?: string) =>
      this.options.mapping.problemAt(['commands', 'kinds', kind, 'call', ...where], message, hint);
    const given = [...parameters.keys()];
    const fitting = procedures.filter((one) => misfits(one, given).length === 0);
    if (fitting.length > 1)
      return {
        procedure: null,
        problems: [at(['procedure'], `several procedures "${name}" take these parameters`)],
      };
    const procedure = fitting[0] ?? procedures[0] ?? null;
    if (procedure === null) {
      const message = `there is no procedure "${name}" that this account may execute`;
      return { procedure, problems: [at(['procedure'], message, hintFrom(name, names))] };
    }
    const problems = misfits(procedure, given).map(({ parameter, message }) =>
      at(
        given.includes(parameter) ? ['parameters', parameter] : ['procedure'],
        message,
        hintFrom(
          parameter,
          procedure.parameters.flatMap((one) => one.name ?? []),
        ),
      ),
    );
    const returned = procedure.parameters.filter(isReturned);
    // a code in a column of a result is found out when it comes; an IN parameter never comes back
    if (from !== null && procedure.parameters.some((one) => one.name === from && !returned.includes(one)))
      problems.push(at(['outcome', 'from'], `"${from}" is a parameter that gives nothing back`));
    return { procedure, problems };
  }

  #deadline(signal: AbortSignal): Deadline {
    return new Deadline(this.#system, this.limits.connectMs * 2 + this.limits.statementMs + 2_000, signal);
  }
}

/** What keeps a procedure from being called with these parameters. */
function misfits(
  { parameters }: Procedure,
  given: readonly string[],
): { readonly parameter: string; readonly message: string }[] {
  const known = new Map(parameters.map((one) => [one.name, one]));
  const strange = given.flatMap((parameter) => {
    const one = known.get(parameter);
    if (one === undefined) return [{ parameter, message: `there is no parameter "${parameter}"` }];
    return isGiven(one)
      ? []
      : [{ parameter, message: `"${parameter}" is an OUT parameter: it takes nothing` }];
  });
  const missing = parameters
    .filter((one) => one.mode === 'in' && !one.optional && !given.includes(one.name ?? ''))
    .map(({ name }) => ({
      parameter: name ?? '',
      message: `nothing is given to the parameter "${name ?? '?'}"`,
    }));
  return [...strange, ...missing];
}

function bind({ parameters }: CompiledCall, values: TemplateValues): Map<string, SqlValue> {
  return new Map([...parameters].map(([name, fill]) => [name, sqlValue(fill(values))]));
}

/** What may be absent is NULL; a list or object goes as JSON. */
function sqlValue(value: RawValue | typeof OMITTED): SqlValue {
  if (value === OMITTED || value === null) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'object' ? JSON.stringify(value) : value;
}

const notTaken = (error: unknown): string =>
  error instanceof TemplateError ? 'INVALID_INPUT' : codeOf(error);

const rawRow = (row: Readonly<Record<string, unknown>>): RawRow =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toRawValue(value)]));
