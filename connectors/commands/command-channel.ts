/**
 * Commands one system over HTTP, as its mapping says. It sends once and reads back; what either of them means for the
 * command is decided by the outbox.
 */
import { BrokenCircuitError, BulkheadRejectedError } from 'cockatiel';
import type { CommandKind } from '../../controls/outbox/command';
import type { OutgoingCommand, ReadBack, Said, SendAnswer } from '../../controls/outbox/command-sender';
import type { Clock } from '../../platform/clock';
import { GatewayError, LegacyUnavailableError } from '../../platform/errors';
import type { CommandChannel, NativeRecord, PreparedCommand, RawRow, RawValue } from '../contract';
import { millisecondsOf, type CommandsSpec, type RestConnector } from '../mapping/document';
import { Deadline } from '../resilience/deadline';
import { requireReference, type Environment } from '../resilience/references';
import { ADDRESS_REFUSED, sourceHosts } from '../resilience/source-hosts';
import { HttpClient, type CommandRequest } from '../rest/http-client';
import { signInFor } from '../rest/sign-in';
import { Failure } from '../transforms/transform';
import type { CompiledCommand, CompiledCommands } from './compile-commands';
import { OMITTED, type TemplateValues } from './template';

const REQUEST_MS = 15_000;

export interface CommandChannelOptions {
  readonly system: string;
  readonly timeZone: string;
  readonly commands: CompiledCommands;
  readonly spec: CommandsSpec;
  /** How the system is read, where it is commanded the same way. */
  readonly connector: RestConnector | null;
  readonly env: Environment;
  readonly clock: Clock;
}

/** Opens nothing yet. Throws ConfigError for a bad address or a missing credential. */
export function openCommandChannel(options: CommandChannelOptions): CommandChannel {
  const { system, spec, env } = options;
  const connector = (spec.connector ?? options.connector) as RestConnector | null;
  if (connector === null) throw new GatewayError('MAPPING_INVALID', `${system}: no connector for commands`);
  const address = requireReference(connector.connection, env);
  // commands wait for themselves alone: neither a sync nor a query can fill this pool or open this breaker
  const hosts = sourceHosts(env);
  const signIn = signInFor(system, connector.login, { env, clock: options.clock, hosts });
  const client = new HttpClient(system, address, connector, signIn, hosts);
  return new HttpCommandChannel(options, client, millisecondsOf(connector.deadlines?.request, REQUEST_MS));
}

class HttpCommandChannel implements CommandChannel {
  readonly honoursIdempotencyKey: boolean;

  constructor(
    private readonly options: CommandChannelOptions,
    private readonly client: HttpClient,
    private readonly requestMs: number,
  ) {
    this.honoursIdempotencyKey = options.spec.idempotencyHeader !== undefined;
  }

  targetOf(kind: CommandKind): { readonly stream: string; readonly place: string | null } | null {
    const command = this.options.commands.get(kind);
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
      this.#request(command, { ...payload, key: 'probe', at: 'probe' });
      return { payload };
    } catch (error) {
      return { problem: error instanceof Error ? error.message : 'a value does not fit' };
    }
  }

  async send(outgoing: OutgoingCommand, signal: AbortSignal): Promise<SendAnswer> {
    const { idempotencyHeader } = this.options.spec;
    const headers = idempotencyHeader === undefined ? {} : { [idempotencyHeader]: outgoing.idempotencyKey };
    let request: Omit<CommandRequest, 'headers'>;
    try {
      const command = this.#command(outgoing.kind);
      request = this.#request(command, this.#valuesOf(outgoing));
    } catch (error) {
      return { said: 'NOT_TAKEN', code: codeOf(error) };
    }
    try {
      const answer = await this.client.command({ ...request, headers }, this.#deadline(signal));
      // what the mapping calls an error is a refusal, as a status of 4xx is; any other leaves it open
      const failure = this.client.failureIn(answer);
      if (failure !== null) return { said: SAID_BY_FAILURE[failure.means], code: 'FAILURE' };
      return { said: saidBy(answer.status), code: String(answer.status) };
    } catch (error) {
      return { said: neverReached(error) ? 'NOT_TAKEN' : 'NOTHING', code: codeOf(error) };
    }
  }

  async readBack(outgoing: OutgoingCommand, signal: AbortSignal): Promise<ReadBack> {
    try {
      const { confirm } = this.#command(outgoing.kind);
      const values = this.#valuesOf(outgoing);
      const request = { method: 'GET' as const, path: confirm.path(values), query: confirm.params(values) };
      const judged = await this.client.ask(request, this.#deadline(signal), (answer) => {
        try {
          return confirm.judge(answer, values);
        } catch (error) {
          throw this.client.nonsense('the record cannot be read', error);
        }
      });
      return { found: judged.asAsked ? 'AS_ASKED' : 'OTHERWISE', values: judged.values };
    } catch (error) {
      return { found: 'NOT_READABLE', values: { code: codeOf(error) } };
    }
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  #command(kind: CommandKind): CompiledCommand {
    const command = this.options.commands.get(kind);
    if (command === undefined)
      throw new GatewayError('MAPPING_INVALID', `${this.options.system} takes no command ${kind}`);
    return command;
  }

  #valuesOf({ payload, idempotencyKey, createdAt }: OutgoingCommand): TemplateValues {
    const at = localTime(createdAt, this.options.timeZone);
    return { ...(payload as TemplateValues), key: idempotencyKey, at };
  }

  #request(command: CompiledCommand, values: TemplateValues): Omit<CommandRequest, 'headers'> {
    const { method } = command.spec.request;
    const body = command.body?.(values);
    return {
      ...{ method, path: command.path(values), query: command.params(values) },
      ...(body === undefined || body === OMITTED ? {} : { body }),
    };
  }

  #deadline(signal: AbortSignal): Deadline {
    return new Deadline(this.options.system, this.requestMs, signal);
  }
}

const SAID_BY_FAILURE = { error: 'NO', busy: 'NOTHING', signedOut: 'NOT_TAKEN' } as const;

/** Refusals after which nothing was done, for good. What may pass, or proves nothing, is none. */
function saidBy(status: number): Said {
  if (status >= 200 && status <= 299) return 'YES';
  if ([401, 407, 429].includes(status)) return 'NOT_TAKEN';
  // a conflict may be the first sending, still under way
  if (status < 400 || status >= 500 || [408, 409, 425].includes(status)) return 'NOTHING';
  return 'NO';
}

const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  ADDRESS_REFUSED,
]);

/** Whether it is certain that the system never saw the command. When in doubt it may have. */
function neverReached(error: unknown): boolean {
  if (!(error instanceof LegacyUnavailableError)) return false;
  const { cause } = error;
  if (cause instanceof BrokenCircuitError || cause instanceof BulkheadRejectedError) return true;
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && NEVER_CONNECTED.has(code);
}

function codeOf(error: unknown): string {
  return error instanceof GatewayError ? error.code : 'INTERNAL';
}

/** An instant as a clock on the wall of the system shows it: `2026-06-30 12:00:00`. */
function localTime(instant: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(
    instant,
  );
}
