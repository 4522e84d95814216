/** Connects to a database that a mapping describes, and reads its streams. */
import type { Clock } from '../../platform/clock';
import { LegacyUnavailableError } from '../../platform/errors';
import type { ReadOptions, SourceBatch } from '../contract';
import type { CompiledMapping } from '../mapping/compile-mapping';
import type { CompiledStream } from '../mapping/compile-stream';
import { millisecondsOf, type SourcePart, type SqlConnector, type SqlSource } from '../mapping/document';
import { Deadline } from '../resilience/deadline';
import type { PartReader, SystemConnection } from '../system';
import { BASE } from '../mapping/references';
import { decodersOf } from './decode';
import { withoutFanOut } from './fan-out';
import { openSession, type SqlDrivers } from './open-session';
import { NotInDatabaseError, type SqlSession } from './session';
import { readSql } from './sql-reader';
import { Statements } from './statements';
import { checkTables, misfit, typesOf } from './table-check';

const CONNECT_MS = 5_000;
const STATEMENT_MS = 60_000;
const RUN_MS = 3_600_000;
const PING_MS = 5_000;

/** Opens nothing yet: the first question connects. Throws ConfigError for an address of another kind. */
export function connectSql(
  mapping: CompiledMapping,
  address: string,
  { clock, drivers }: { readonly clock: Clock; readonly drivers: SqlDrivers },
): SystemConnection {
  const connector = mapping.document.connector as SqlConnector;
  const { id, timeZone } = mapping.document.system;
  const session = sessionFor(id, address, connector, drivers);
  const runMs = millisecondsOf(connector.deadlines?.run, RUN_MS);

  const reader = (stream: CompiledStream, partName: string, part: SourcePart): PartReader => ({
    read: (options) => readPart(stream, partName, part as SqlSource & SourcePart, options),
  });

  async function* readPart(
    stream: CompiledStream,
    partName: string,
    source: SqlSource & SourcePart,
    { since, batchSize, signal }: ReadOptions,
  ): AsyncGenerator<SourceBatch> {
    const deadline = new Deadline(id, runMs, signal);
    const watermark = stream.spec.watermark;
    const tables = await checkTables(session, mapping, stream.name, partName, source, deadline);
    const unique = source.unique ?? primaryKey(mapping, stream, source, tables.columns.get(BASE) ?? []);
    const statements = new Statements(source, tables, session.dialect, watermark, unique);
    const context = {
      system: id,
      session,
      statements,
      watermark,
      zone: timeZone,
      clock,
      set: source.set ?? {},
      pivots: source.pivot ?? [],
      decoders: decodersOf(source.encoding),
      deadline,
    };
    try {
      const size = Math.min(batchSize, connector.batchSize ?? batchSize);
      // what a split makes of a row comes later, and may be what the key names
      const mayFanOut = (source.joins ?? []).length > 0 && source.each === undefined;
      for await (const batch of readSql(context, since, size))
        yield mayFanOut ? { ...batch, rows: withoutFanOut(batch.rows, unique, stream.keyOf) } : batch;
    } catch (error) {
      if (!(error instanceof NotInDatabaseError)) throw error;
      // the tables were there a moment ago: someone is changing the schema
      throw new LegacyUnavailableError(id, `${id}: the schema changed while it was read`, {
        retryable: true,
        nonsense: true,
        cause: error,
      });
    }
  }

  return {
    reader,
    live: null,
    types: async (stream, partName, part, signal) => {
      const deadline = new Deadline(id, runMs, signal);
      const source = part as SqlSource & SourcePart;
      return typesOf(await checkTables(session, mapping, stream.name, partName, source, deadline));
    },
    ping: async (signal) => {
      await session.query(session.dialect.ping, [], new Deadline(id, PING_MS, signal));
    },
    close: () => session.close(),
  };
}

/** Throws ConfigError for an address that no driver takes. */
export function sessionFor(
  system: string,
  address: string,
  connector: Pick<SqlConnector, 'deadlines'>,
  drivers: SqlDrivers = new Map(),
): SqlSession {
  const limits = {
    connectMs: millisecondsOf(connector.deadlines?.connect, CONNECT_MS),
    statementMs: millisecondsOf(connector.deadlines?.request, STATEMENT_MS),
  };
  return openSession(system, address, limits, drivers);
}

function primaryKey(
  mapping: CompiledMapping,
  stream: CompiledStream,
  source: SqlSource,
  columns: readonly { name: string; keyPart: number }[],
): string[] {
  const key = columns
    .filter(({ keyPart }) => keyPart > 0)
    .sort((a, b) => a.keyPart - b.keyPart)
    .map(({ name }) => name);
  if (key.length > 0) return key;
  const message = `"${source.table}" has no primary key`;
  throw misfit(mapping, [
    mapping.problemAt(['streams', stream.name, 'source'], message, 'name the columns under unique:'),
  ]);
}
