/** Compiles what a mapping says about commanding its system: values, request, and how its record confirms. */
import type { CommandKind } from '../../controls/outbox/command';
import type { RawRow, RawValue } from '../contract';
import { compileValue } from '../mapping/compile-field';
import {
  procedureConnector,
  type CommandRequestSpec,
  type CommandSpec,
  type CommandsSpec,
  type MappingDocument,
} from '../mapping/document';
import { hintFrom } from '../mapping/schema-check';
import { below, Failure, type CompileContext, type RowContext } from '../transforms/transform';
import { compileCall, type CompiledCall } from './compile-call';
import { compileConfirm, type Confirm } from './confirm';
import { compileParams, type FillParams } from './params';
import { compilePath, compileTemplate, type FillJson, type FillText, type TemplateValues } from './template';

export interface CompiledRequest {
  readonly method: CommandRequestSpec['method'];
  readonly path: FillText;
  readonly params: FillParams;
  readonly body: FillJson | null;
}

export interface CompiledCommand {
  readonly kind: CommandKind;
  readonly spec: CommandSpec;
  /** Values for the templates, or the first reason why one cannot be had. */
  readonly values: (row: RawRow) => TemplateValues | Failure;
  /** Null where a procedure is called. */
  readonly request: CompiledRequest | null;
  /** Null where a request is sent. */
  readonly call: CompiledCall | null;
  readonly confirm: Confirm;
}

export type CompiledCommands = ReadonlyMap<CommandKind, CompiledCommand>;

/** Names that every template may use beside the command's own values. */
const BUILT_IN = ['key', 'native', 'place', 'into', 'at'];
const PARTS = ['native', 'place', 'into', 'asked'];

export function compileCommands(
  spec: CommandsSpec,
  document: MappingDocument,
  context: CompileContext,
): CompiledCommands {
  checkConnector(spec, document, context);
  const kinds = Object.entries(spec.kinds) as [CommandKind, CommandSpec][];
  return new Map(
    kinds.map(([kind, command]) => [
      kind,
      compileCommand(kind, command, document, below(context, 'kinds', kind)),
    ]),
  );
}

function checkConnector(spec: CommandsSpec, document: MappingDocument, context: CompileContext): void {
  const { connector, idempotencyHeader, idempotencyParameter } = spec;
  if (connector === undefined && document.connector.type !== 'rest') {
    context.problem(
      'this system is not read over HTTP, so it needs a connector for commands',
      'add connector:',
    );
  }
  const procedures = procedureConnector(spec);
  if (procedures !== null && procedures.connection === document.connector.connection) {
    context.problem(
      'procedures need an account of their own: what reads the system stays read-only',
      'name another connection, of an account that may only execute the procedures',
      ['connector', 'connection'],
    );
  }
  if (procedures !== null && idempotencyHeader !== undefined)
    context.problem('a procedure takes no header', 'write idempotencyParameter:', ['idempotencyHeader']);
  if (procedures === null && idempotencyParameter !== undefined)
    context.problem('a request takes no parameter of a procedure', 'write idempotencyHeader:', [
      'idempotencyParameter',
    ]);
}

function compileCommand(
  kind: CommandKind,
  spec: CommandSpec,
  document: MappingDocument,
  context: CompileContext,
): CompiledCommand {
  checkStream(spec.target, ['lot', 'inspection'], document, below(context, 'target'));
  if (spec.place !== undefined) checkStream(spec.place, ['location'], document, below(context, 'place'));
  checkWay(spec, document, context);
  const fields = Object.entries(spec.values ?? {}).map(([name, value]) => {
    if (BUILT_IN.includes(name))
      context.problem(`"${name}" is given to every command`, 'choose another name', ['values', name]);
    return [name, compileValue(value, below(inParts(context), 'values', name))] as const;
  });
  const known = new Set([
    ...BUILT_IN.filter((name) =>
      name === 'place' ? spec.place !== undefined : name !== 'into' || kind === 'mergeLots',
    ),
    ...fields.map(([name]) => name),
  ]);
  return {
    kind,
    spec,
    values: (row) => {
      const values: Record<string, RawValue> = {};
      for (const [name, { read }] of fields) {
        const run: RowContext = { row, field: name, notes: [] };
        const value = read(row, run);
        if (value instanceof Failure) return new Failure(value.code, `${name}: ${value.message}`);
        // a code that a table does not know is kept where rows are read; a command MUST NOT carry it
        if (run.notes.some(({ rule }) => rule === 'UNKNOWN_CODE'))
          return new Failure('UNKNOWN_CODE', `${name}: unknown code`);
        values[name] = value;
      }
      return values;
    },
    request:
      spec.request === undefined ? null : compileRequest(spec.request, known, below(context, 'request')),
    call:
      spec.call === undefined
        ? null
        : compileCall(spec.call, document.commands?.idempotencyParameter, known, below(context, 'call')),
    confirm: compileConfirm(spec.confirm, known, below(context, 'confirm')),
  };
}

/** A command goes out in the way of its connector, and is read back in a way that the system has. */
function checkWay(
  spec: CommandSpec,
  { commands, connector }: MappingDocument,
  context: CompileContext,
): void {
  const overHttp = commands === undefined || procedureConnector(commands) === null;
  if (overHttp && spec.call !== undefined) {
    const hint = 'give commands a connector of type: sql, or write request:';
    context.problem('a procedure is called over a connection to a database', hint, ['call']);
  } else if (!overHttp && spec.request !== undefined)
    context.problem('the connector calls procedures', 'write call:', ['request']);
  else if (spec.call === undefined && spec.request === undefined)
    context.problem('nothing is asked of the system', overHttp ? 'add request:' : 'add call:');
  if ('table' in spec.confirm) {
    if (connector.type !== 'sql')
      context.problem('this system is not read from a database', 'confirm by path:', ['confirm', 'table']);
  } else if (!overHttp && connector.type !== 'rest') {
    const hint = 'confirm by table:, over the connection that the system is read by';
    context.problem('there is no HTTP API to read the record from', hint, ['confirm', 'path']);
  }
}

function compileRequest(
  { method, path, params, body }: CommandRequestSpec,
  known: ReadonlySet<string>,
  at: CompileContext,
): CompiledRequest {
  return {
    method,
    path: compilePath(path, known, (message) => at.problem(message, undefined, ['path'])),
    params: compileParams(params, known, at),
    body:
      body === undefined
        ? null
        : compileTemplate(body, known, (m, where) => at.problem(m, undefined, ['body', ...where])),
  };
}

function checkStream(
  name: string,
  types: readonly string[],
  document: MappingDocument,
  context: CompileContext,
): void {
  const stream = document.streams[name];
  if (stream === undefined)
    context.problem(`"${name}" is not a stream`, hintFrom(name, Object.keys(document.streams)));
  else if (!types.includes(stream.recordType))
    context.problem(`"${name}" is a stream of ${stream.recordType}, not of ${types.join(' or ')}`);
}

/** Values are read from three parts: the target's row, the place's row, and what is asked. */
function inParts(context: CompileContext): CompileContext {
  return {
    ...context,
    column: (reference, at) => {
      const dot = reference.indexOf('.');
      const [part, rest] = [reference.slice(0, dot), reference.slice(dot + 1)];
      if (!PARTS.includes(part))
        context.problem(`"${reference}" is none of native.…, place.…, into.… and asked.…`, undefined, at);
      return (row) => columnOf(row[part] ?? null, rest);
    },
  };
}

/** A column by its whole name, dots and all, or else a path into JSON. */
function columnOf(row: RawValue, reference: string): RawValue {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return null;
  if (Object.hasOwn(row, reference)) return row[reference] ?? null;
  return reference.split('.').reduce<RawValue>((value, step) => {
    if (typeof value !== 'object' || value === null) return null;
    if (Array.isArray(value)) return value[Number(step)] ?? null;
    return Object.hasOwn(value, step) ? (value[step] ?? null) : null;
  }, row);
}
