/** Connects to an HTTP API that a mapping describes, and reads its streams. */
import type { ReadOptions, SourceBatch } from '../contract';
import type { Clock } from '../../platform/clock';
import type { CompiledMapping } from '../mapping/compile-mapping';
import type { CompiledStream } from '../mapping/compile-stream';
import { pathGetter } from '../mapping/columns';
import { compileCondition, type Predicate } from '../mapping/conditions';
import {
  millisecondsOf,
  partsOf,
  type RestConnector,
  type RestSource,
  type SourcePart,
} from '../mapping/document';
import { Deadline } from '../resilience/deadline';
import type { Environment } from '../resilience/references';
import { sourceHosts } from '../resilience/source-hosts';
import type { SystemConnection } from '../system';
import { HttpClient } from './http-client';
import { liveStock } from './live-stock';
import { readList, type PagedList } from './list-reader';
import { pageReader } from './pages';
import { rowsOf } from './rest-rows';
import { signInFor } from './sign-in';

const RUN_MS = 3_600_000;
const LIVE_MS = 15_000;
const PING_MS = 5_000;

/** Opens nothing yet: the first question connects. Throws ConfigError for a bad address or a missing credential. */
export function connectRest(
  mapping: CompiledMapping,
  address: string,
  { env, clock }: { readonly env: Environment; readonly clock: Clock },
): SystemConnection {
  const connector = mapping.document.connector as RestConnector;
  const { id, timeZone } = mapping.document.system;
  const hosts = sourceHosts(env);
  const signIn = signInFor(id, connector.login, { env, clock, hosts });
  const client = new HttpClient(id, address, connector, signIn, hosts);
  const runMs = millisecondsOf(connector.deadlines?.run, RUN_MS);
  const liveMs = millisecondsOf(connector.deadlines?.request, LIVE_MS);

  const read = (stream: CompiledStream, list: PagedList, options: ReadOptions): AsyncIterable<SourceBatch> =>
    readList(
      {
        ...{ list, watermark: stream.spec.watermark, zone: timeZone, clock },
        deadline: new Deadline(id, runMs, options.signal),
      },
      options,
    );

  return {
    reader: (stream, _name, part) => {
      const list = listOf(client, part as RestSource & SourcePart, timeZone);
      return { read: (options) => read(stream, list, options) };
    },
    live:
      mapping.live === null
        ? null
        : liveStock(client, mapping.live, (signal) => new Deadline(id, liveMs, signal)),
    ping: async (signal) => {
      const first = mapping.streams[0]?.spec.source;
      const source = first === undefined ? undefined : (partsOf(first)[0]?.[1] as RestSource | undefined);
      if (source === undefined) return;
      const start = { offset: 0, next: null, since: null };
      await pageReader(client, smallest(source), timeZone)(start, new Deadline(id, PING_MS, signal));
    },
    close: () => client.close(),
  };
}

function listOf(client: HttpClient, source: RestSource & SourcePart, timeZone: string): PagedList {
  const belongs = whereOf(source, timeZone);
  return {
    order: source.order ?? 'any',
    // a link or cursor names the rest of one list, and no offset among equal times could be said beside it
    asksSince:
      source.since !== undefined && !['next-link', 'cursor'].includes(source.paging?.style ?? 'none'),
    page: pageReader(client, source, timeZone),
    rows: (items, deadline) => rowsOf(client, source, items, belongs, deadline),
  };
}

/** The same list, one item a page. */
function smallest(source: RestSource): RestSource {
  return source.paging === undefined ? source : { ...source, paging: { ...source.paging, size: 1 } };
}

function whereOf({ where = [] }: SourcePart, timeZone: string): Predicate {
  const context = { timeZone, codeTable: () => null, column: pathGetter, problem: () => undefined };
  const conditions = where.map((condition) => compileCondition(condition, context));
  return (row) => conditions.every((holds) => holds(row));
}
