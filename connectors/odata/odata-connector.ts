/** Connects to an OData service that a mapping describes, and reads its entity sets. */
import type { Clock } from '../../platform/clock';
import type { ReadOptions, SourceBatch } from '../contract';
import type { CompiledMapping } from '../mapping/compile-mapping';
import type { CompiledStream } from '../mapping/compile-stream';
import { pathGetter } from '../mapping/columns';
import { compileCondition, type Predicate } from '../mapping/conditions';
import {
  millisecondsOf,
  partsOf,
  type ODataConnector,
  type ODataSource,
  type SourcePart,
} from '../mapping/document';
import { Deadline } from '../resilience/deadline';
import type { Environment } from '../resilience/references';
import { sourceHosts } from '../resilience/source-hosts';
import { HttpClient } from '../rest/http-client';
import { readList, type PagedList } from '../rest/list-reader';
import { rowsOfItems } from '../rest/rest-rows';
import { signInFor } from '../rest/sign-in';
import type { SystemConnection } from '../system';
import { checkEntity } from './entity-check';
import { withJoins } from './entity-joins';
import { EntityPages, type EntityQuery } from './entity-pages';
import { MetadataReader } from './metadata-reader';

const RUN_MS = 3_600_000;
const PING_MS = 5_000;

/** Opens nothing yet: the first question connects. Throws ConfigError for a bad address or a missing credential. */
export function connectOData(
  mapping: CompiledMapping,
  address: string,
  { env, clock }: { readonly env: Environment; readonly clock: Clock },
): SystemConnection {
  const connector = mapping.document.connector as ODataConnector;
  const { id, timeZone } = mapping.document.system;
  const hosts = sourceHosts(env);
  const signIn = signInFor(id, connector.login, { env, clock, hosts });
  const client = new HttpClient(id, address, connector, signIn, hosts);
  const metadata = new MetadataReader(client);
  const runMs = millisecondsOf(connector.deadlines?.run, RUN_MS);

  async function* read(
    stream: CompiledStream,
    partName: string,
    source: ODataSource & SourcePart,
    options: ReadOptions,
  ): AsyncGenerator<SourceBatch> {
    const deadline = new Deadline(id, runMs, options.signal);
    const model = await metadata.read(source.params, deadline, source.service);
    const entity = checkEntity(mapping, stream.name, partName, source, model);
    const { watermark } = stream.spec;
    const zone = watermark?.zone ?? timeZone;
    const query = {
      ...{ client, source, model, entity, zone },
      version: connector.version,
      counts: connector.counts ?? true,
    };
    const belongs = whereOf(source, timeZone);
    const listOf = (only: EntityQuery['only'], order: PagedList['order']): PagedList => {
      const pages = new EntityPages({ ...query, ...(only === undefined ? {} : { only }) });
      return {
        ...{ order, asksSince: entity.marks.length > 0 && only !== 'unmarked' },
        page: (start, within) => pages.page(start, within),
        rows: (items, within) => withJoins(rowsOfItems(items, source, belongs), entity.joins, query, within),
      };
    };
    const mark = entity.marks[0];
    const isOrdered = entity.marks.length === 1 && mark?.sortable === true;
    const context = { ...{ watermark, clock, deadline }, zone: timeZone };
    if (!isOrdered) {
      yield* readList({ ...context, list: listOf(undefined, 'any') }, options);
      return;
    }
    // in the order of change those without a time have no place; they are read first, in every run
    if (mark.nullable) yield* unmarked(readList({ ...context, list: listOf('unmarked', 'any') }, options));
    yield* readList(
      { ...context, list: listOf(mark.nullable ? 'marked' : undefined, 'oldest-first') },
      options,
    );
  }

  return {
    reader: (stream, name, part) => ({
      read: (options) => read(stream, name, part as ODataSource & SourcePart, options),
    }),
    live: null,
    ping: async (signal) => {
      await metadata.ping(new Deadline(id, PING_MS, signal), serviceOf(mapping));
    },
    close: () => client.close(),
  };
}

/** The service that answers for the system: that of its first stream. */
function serviceOf({ streams }: CompiledMapping): string | undefined {
  const first = streams[0]?.spec.source;
  return first === undefined ? undefined : (partsOf(first)[0]?.[1] as ODataSource | undefined)?.service;
}

/** Batches after which reading cannot be resumed; an empty one says nothing. */
async function* unmarked(batches: AsyncIterable<SourceBatch>): AsyncGenerator<SourceBatch> {
  for await (const { rows } of batches) if (rows.length > 0) yield { rows, watermark: null };
}

function whereOf({ where = [] }: SourcePart, timeZone: string): Predicate {
  const context = { timeZone, codeTable: () => null, column: pathGetter, problem: () => undefined };
  const conditions = where.map((condition) => compileCondition(condition, context));
  return (row) => conditions.every((holds) => holds(row));
}
