/**
 * Notes which operations clients run. Requests only count in memory; what was counted is written in the background, and
 * is bounded: a client that never sends the same text twice fills neither memory nor database.
 */
import type { DocumentNode } from 'graphql';
import { Kind } from 'graphql';
import type { RecordedOperation, UsageStore } from '../../controls/usage/usage-store';
import { digestOf } from '../../controls/integrity/digest';
import type { Clock } from '../../platform/clock';
import type { Logger } from '../../platform/log';
import type { Caller } from '../../platform/request';
import type { RegisteredDocument } from '../documents/document-file';
import type { GuardedOperation, OperationGuard } from '../operation-guard';
import type { GatewayRequest } from '../request';
import { type UsedCoordinates, usedByVariables, usedCoordinates, withoutLiterals } from './used-coordinates';

const FLUSH_MS = 10_000;
const DAY_MS = 86_400_000;
/** Different uses that are kept until the next flush. */
const MOST_WAITING = 500;
/** Longest text that is kept. */
const MOST_TEXT = 64_000;

interface SeenOperation {
  readonly operation: RecordedOperation;
  readonly used: UsedCoordinates;
}

interface Waiting extends SeenOperation {
  readonly client: string;
  readonly day: string;
  readonly coordinates: Set<string>;
  times: number;
}

export interface UsageRecorderOptions {
  readonly store: UsageStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly documents: readonly RegisteredDocument[];
}

export class UsageRecorder implements OperationGuard {
  readonly #seen = new WeakMap<DocumentNode, SeenOperation | null>();
  readonly #byId: ReadonlyMap<string, RegisteredDocument>;
  #waiting = new Map<string, Waiting>();
  #dropped = 0;
  #forgotAt = 0;
  #flushing: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  constructor(private readonly options: UsageRecorderOptions) {
    this.#byId = new Map(options.documents.map((document) => [document.id, document]));
    this.#timer = setInterval(() => void this.flush(), FLUSH_MS).unref();
  }

  /** Has it written down which documents are registered: what they use is known before anybody runs them. */
  register(schema: GuardedOperation['schema']): void {
    const documents = this.options.documents.map((document) => ({
      operation: registered(document),
      coordinates: usedCoordinates(document.document, schema).coordinates,
    }));
    const { store, clock, log } = this.options;
    this.#flushing = this.#flushing.then(() =>
      store.register(documents, clock.now()).catch((error: unknown) => {
        log.warn({ err: error }, 'the registered documents could not be recorded');
      }),
    );
  }

  /** Counts the operation; never throws, and never waits for the database. */
  after(operation: GuardedOperation, _data: unknown, request: GatewayRequest): void {
    const seen = this.#describe(operation);
    if (seen === null) return;
    const client = clientOf(request.caller);
    const day = new Date(this.options.clock.now()).toISOString().slice(0, 10);
    const key = `${seen.operation.id} ${day} ${client}`;
    let waiting = this.#waiting.get(key);
    if (waiting === undefined) {
      if (this.#waiting.size >= MOST_WAITING) {
        this.#dropped += 1;
        return;
      }
      waiting = { ...seen, client, day, coordinates: new Set(seen.used.coordinates), times: 0 };
      this.#waiting.set(key, waiting);
    }
    waiting.times += 1;
    for (const one of usedByVariables(seen.used.inputs, operation.variables)) waiting.coordinates.add(one);
  }

  /** Writes what was counted. What cannot be written now is tried again with the next flush. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#write());
    return this.#flushing;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #write(): Promise<void> {
    const { store, clock, log } = this.options;
    const uses = this.#waiting;
    this.#waiting = new Map();
    if (this.#dropped > 0) {
      log.warn({ dropped: this.#dropped }, 'too many different operations: uses were not recorded');
      this.#dropped = 0;
    }
    try {
      const now = clock.now();
      await store.record([...uses.values()], now);
      if (now - this.#forgotAt >= DAY_MS) {
        await store.forgetOld(now);
        this.#forgotAt = now;
      }
    } catch (error) {
      log.warn({ err: error }, 'the use of operations could not be recorded');
      for (const [key, use] of uses) {
        const newer = this.#waiting.get(key);
        if (newer !== undefined) newer.times += use.times;
        else if (this.#waiting.size < MOST_WAITING) this.#waiting.set(key, use);
      }
    }
  }

  #describe({ document, source, schema, operationName }: GuardedOperation): SeenOperation | null {
    const known = this.#seen.get(document);
    if (known !== undefined) return known;
    const own = this.#byId.get(digestOf(source));
    const text = own === undefined ? withoutLiterals(document) : own.text;
    const operation: RecordedOperation =
      own === undefined
        ? { id: digestOf(text), name: nameIn(document, operationName), app: null, registered: false, text }
        : registered(own);
    const seen = text.length > MOST_TEXT ? null : { operation, used: usedCoordinates(document, schema) };
    this.#seen.set(document, seen);
    return seen;
  }
}

function registered({ id, app, name, text }: RegisteredDocument): RecordedOperation {
  return { id, app, name, text, registered: true };
}

function nameIn(document: DocumentNode, asked: string | undefined): string | null {
  const named = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  const name = asked ?? (named?.kind === Kind.OPERATION_DEFINITION ? named.name?.value : undefined);
  return name?.slice(0, 140) ?? null;
}

/** Programs by their id; people and services that name none are no more than that. */
function clientOf({ client, kind }: Caller): string {
  return (client ?? (kind === 'person' ? 'people' : 'services')).slice(0, 128);
}
