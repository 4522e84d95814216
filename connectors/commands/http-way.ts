/** Commands over HTTP, and records that are read over it. */
import { BrokenCircuitError, BulkheadRejectedError } from 'cockatiel';
import type { Said, SendAnswer } from '../../controls/outbox/command-sender';
import type { Clock } from '../../platform/clock';
import { GatewayError, LegacyUnavailableError } from '../../platform/errors';
import { millisecondsOf, type HttpCommandConnector } from '../mapping/document';
import { Deadline } from '../resilience/deadline';
import { requireReference, type Environment } from '../resilience/references';
import { ADDRESS_REFUSED, sourceHosts } from '../resilience/source-hosts';
import { HttpClient, type CommandRequest } from '../rest/http-client';
import { signInFor } from '../rest/sign-in';
import { textOf } from '../transforms/transform';
import type { CompiledCommand } from './compile-commands';
import type { Judgement } from './confirm';
import { OMITTED, type TemplateValues } from './template';
import type { CommandCaller, RecordReader } from './ways';

const REQUEST_MS = 15_000;

export interface HttpWayOptions {
  readonly system: string;
  readonly connector: HttpCommandConnector;
  readonly idempotencyHeader: string | undefined;
  readonly env: Environment;
  readonly clock: Clock;
}

/** Opens nothing yet. Throws ConfigError for a bad address or a missing credential. */
export class HttpWay implements CommandCaller, RecordReader {
  readonly honoursIdempotencyKey: boolean;
  readonly #client: HttpClient;
  readonly #requestMs: number;

  constructor(private readonly options: HttpWayOptions) {
    const { system, connector, env, clock } = options;
    this.honoursIdempotencyKey = options.idempotencyHeader !== undefined;
    const hosts = sourceHosts(env);
    const signIn = signInFor(system, connector.login, { env, clock, hosts });
    const address = requireReference(connector.connection, env);
    // commands wait for themselves alone: neither a sync nor a query can fill this pool or open this breaker
    this.#client = new HttpClient(system, address, connector, signIn, hosts);
    this.#requestMs = millisecondsOf(connector.deadlines?.request, REQUEST_MS);
  }

  check(command: CompiledCommand, values: TemplateValues): void {
    this.#request(command, values);
  }

  async send(command: CompiledCommand, values: TemplateValues, signal: AbortSignal): Promise<SendAnswer> {
    const { idempotencyHeader } = this.options;
    const headers =
      idempotencyHeader === undefined ? {} : { [idempotencyHeader]: textOf(values['key'] ?? null) ?? '' };
    let request: Omit<CommandRequest, 'headers'>;
    try {
      request = this.#request(command, values);
    } catch (error) {
      return { said: 'NOT_TAKEN', code: codeOf(error) };
    }
    try {
      const answer = await this.#client.command({ ...request, headers }, this.#deadline(signal));
      // what the mapping calls an error is a refusal, as a status of 4xx is; any other leaves it open
      const failure = this.#client.failureIn(answer);
      if (failure !== null) return { said: SAID_BY_FAILURE[failure.means], code: 'FAILURE' };
      return { said: saidBy(answer.status), code: String(answer.status) };
    } catch (error) {
      return { said: neverReached(error) ? 'NOT_TAKEN' : 'NOTHING', code: codeOf(error) };
    }
  }

  async read({ confirm }: CompiledCommand, values: TemplateValues, signal: AbortSignal): Promise<Judgement> {
    if (confirm.over !== 'http')
      throw new GatewayError('MAPPING_INVALID', 'the record is not read over HTTP');
    const request = { method: 'GET' as const, path: confirm.path(values), query: confirm.params(values) };
    return await this.#client.ask(request, this.#deadline(signal), (answer) => {
      try {
        return confirm.judge(answer, values);
      } catch (error) {
        throw this.#client.nonsense('the record cannot be read', error);
      }
    });
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  #request({ request }: CompiledCommand, values: TemplateValues): Omit<CommandRequest, 'headers'> {
    if (request === null) throw new GatewayError('MAPPING_INVALID', 'the command is no request');
    const body = request.body?.(values);
    return {
      ...{ method: request.method, path: request.path(values), query: request.params(values) },
      ...(body === undefined || body === OMITTED ? {} : { body }),
    };
  }

  #deadline(signal: AbortSignal): Deadline {
    return new Deadline(this.options.system, this.#requestMs, signal);
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

/** Code of our own for an error; its text may hold an address. */
export function codeOf(error: unknown): string {
  return error instanceof GatewayError ? error.code : 'INTERNAL';
}
