/**
 * Commands one system, as its mapping says: over HTTP, or by stored procedures. It sends once and reads back; what either
 * of them means for the command is decided by the outbox.
 */
import type { CommandKind } from '../../controls/outbox/command';
import type { OutgoingCommand, ReadBack, SendAnswer } from '../../controls/outbox/command-sender';
import type { Clock } from '../../platform/clock';
import { GatewayError, type MappingProblem } from '../../platform/errors';
import type { Logger } from '../../platform/log';
import type { CommandChannel, NativeRecord, PreparedCommand, RawRow, RawValue } from '../contract';
import type { CompiledMapping } from '../mapping/compile-mapping';
import { procedureConnector, type CommandsSpec, type HttpCommandConnector } from '../mapping/document';
import { Deadline } from '../resilience/deadline';
import type { Environment } from '../resilience/references';
import type { SqlDrivers } from '../sql/open-session';
import { Failure } from '../transforms/transform';
import type { CompiledCommand } from './compile-commands';
import type { Judgement } from './confirm';
import { codeOf, HttpWay } from './http-way';
import { openProcedures } from './procedure-way';
import { TableReader } from './table-reader';
import type { TemplateValues } from './template';
import type { CommandCaller, RecordReader } from './ways';

const CHECK_MS = 15_000;

export interface CommandChannelOptions {
  readonly mapping: CompiledMapping;
  readonly env: Environment;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly drivers: SqlDrivers;
}

/**
 * Opens nothing yet. Throws ConfigError for a bad address or a missing credential, and MappingError where the
 * connection leads to what has no procedures.
 */
export function openCommandChannel(
  options: CommandChannelOptions,
): CommandChannel & { lacks(signal: AbortSignal): Promise<readonly MappingProblem[]> } {
  const { document } = options.mapping;
  const { commands: spec } = document;
  if (spec === undefined)
    throw new GatewayError('MAPPING_INVALID', `${document.system.id} takes no commands`);
  const http = openHttp(spec, options);
  const caller = procedureConnector(spec) === null ? http : openProcedures(spec, options);
  if (caller === null)
    throw new GatewayError('MAPPING_INVALID', `${document.system.id}: no connector for commands`);
  const table = document.connector.type === 'sql' ? new TableReader(document.connector, options) : null;
  return new MappedChannel(options, caller, { http, table });
}

/** The API that takes commands, or that only shows what became of them; null where there is none. */
function openHttp(spec: CommandsSpec, { mapping, env, clock }: CommandChannelOptions): HttpWay | null {
  const { connector: reading, system } = mapping.document;
  const own: HttpCommandConnector | null =
    procedureConnector(spec) === null ? ((spec.connector ?? null) as HttpCommandConnector | null) : null;
  const connector = own ?? (reading.type === 'rest' ? reading : null);
  if (connector === null) return null;
  const { idempotencyHeader } = spec;
  return new HttpWay({ system: system.id, connector, idempotencyHeader, env, clock });
}

class MappedChannel implements CommandChannel {
  constructor(
    private readonly options: CommandChannelOptions,
    private readonly caller: CommandCaller,
    private readonly readers: { readonly http: RecordReader | null; readonly table: RecordReader | null },
  ) {}

  get honoursIdempotencyKey(): boolean {
    return this.caller.honoursIdempotencyKey;
  }

  targetOf(kind: CommandKind): { readonly stream: string; readonly place: string | null } | null {
    const command = this.options.mapping.commands.get(kind);
    return command === undefined ? null : { stream: command.spec.target, place: command.spec.place ?? null };
  }

  prepare(
    kind: CommandKind,
    target: NativeRecord,
    place: NativeRecord | null,
    asked: Readonly<Record<string, RawValue>>,
    into: NativeRecord | null = null,
  ): PreparedCommand {
    const command = this.#command(kind);
    const row: RawRow = {
      native: { ...target.raw },
      place: place === null ? null : { ...place.raw },
      into: into === null ? null : { ...into.raw },
      asked: { ...asked },
    };
    const values = command.values(row);
    if (values instanceof Failure) return { problem: values.message };
    const payload = {
      ...{ ...values, native: target.key },
      ...(place === null ? {} : { place: place.key }),
      ...(into === null ? {} : { into: into.key }),
    };
    try {
      // what cannot be put into the templates is found out now, before anybody signs
      this.caller.check(command, { ...payload, key: 'probe', at: 'probe' });
      return { payload };
    } catch (error) {
      return { problem: error instanceof Error ? error.message : 'a value does not fit' };
    }
  }

  async send(outgoing: OutgoingCommand, signal: AbortSignal): Promise<SendAnswer> {
    try {
      return await this.caller.send(this.#command(outgoing.kind), this.#valuesOf(outgoing), signal);
    } catch (error) {
      // a caller does not throw once something has left; this is a command that the mapping no longer has
      return { said: 'NOT_TAKEN', code: codeOf(error) };
    }
  }

  async readBack(outgoing: OutgoingCommand, signal: AbortSignal): Promise<ReadBack> {
    try {
      const judged = await this.#read(this.#command(outgoing.kind), this.#valuesOf(outgoing), signal);
      return { found: judged.asAsked ? 'AS_ASKED' : 'OTHERWISE', values: judged.values };
    } catch (error) {
      return { found: 'NOT_READABLE', values: { code: codeOf(error) } };
    }
  }

  /** What the system lacks of what its commands need, by file and line. Throws LegacyUnavailableError. */
  async lacks(signal: AbortSignal): Promise<readonly MappingProblem[]> {
    const problems: MappingProblem[] = [];
    for (const command of this.options.mapping.commands.values()) {
      const deadline = new Deadline(this.options.mapping.document.system.id, CHECK_MS, signal);
      for (const one of [this.caller, this.readers[command.confirm.over]])
        problems.push(...((await one?.lacks?.(command, deadline)) ?? []));
    }
    return problems;
  }

  async close(): Promise<void> {
    const { http, table } = this.readers;
    await Promise.allSettled([this.caller.close(), http?.close(), table?.close()]);
  }

  async #read(command: CompiledCommand, values: TemplateValues, signal: AbortSignal): Promise<Judgement> {
    const reader = this.readers[command.confirm.over];
    if (reader === null) throw new GatewayError('MAPPING_INVALID', 'nothing reads the record');
    return await reader.read(command, values, signal);
  }

  #command(kind: CommandKind): CompiledCommand {
    const { document, commands } = this.options.mapping;
    const command = commands.get(kind);
    if (command === undefined)
      throw new GatewayError('MAPPING_INVALID', `${document.system.id} takes no command ${kind}`);
    return command;
  }

  #valuesOf({ payload, idempotencyKey, createdAt }: OutgoingCommand): TemplateValues {
    const at = localTime(createdAt, this.options.mapping.document.system.timeZone);
    return { ...(payload as TemplateValues), key: idempotencyKey, at };
  }
}

/** An instant as a clock on the wall of the system shows it: `2026-06-30 12:00:00`. */
function localTime(instant: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(
    instant,
  );
}
