/** The streams as the copy knows them: registered under their mapping version, with how far each was read. */
import type { EntityManager } from 'typeorm';
import type { LegacySystem, Stream, Watermark } from '../../connectors/contract';
import { SourceStreamRow } from '../entities/source.entity';
import type { StreamState } from './batch';

export interface RegisteredStream {
  readonly state: StreamState;
  readonly watermark: Watermark | null;
  /** Whether the stream was ever read to its end under any mapping. */
  readonly everRead: boolean;
  /** When all rows were last read and compared with what is kept. */
  readonly comparedAt: number | null;
}

/** What the rows of a stream follow from, as it is stored. */
export const readingOf = ({
  reading,
}: Stream): { readingRows: string | null; readingMeaning: string | null } => ({
  readingRows: reading?.rows ?? null,
  readingMeaning: reading?.meaning ?? null,
});

/**
 * Registers a stream, or finds it. Under a new mapping version that the copy was not derived anew for, the stream is
 * read from its beginning: what it meant before may not be what it means now.
 */
export async function registerStream(
  manager: EntityManager,
  system: LegacySystem,
  stream: Stream,
  nextKey: () => number,
): Promise<RegisteredStream> {
  const streams = manager.getRepository(SourceStreamRow);
  let row = await streams.findOneBy({ system: system.id, name: stream.name });
  if (!row) {
    row = streams.create({
      pk: nextKey(),
      system: system.id,
      name: stream.name,
      recordType: stream.recordType,
      mappingVersion: system.mappingVersion,
      ...readingOf(stream),
      watermark: null,
      comparedAt: null,
      lastSuccessAt: null,
      lastAttemptAt: null,
      lastError: null,
    });
    await streams.insert(row);
  } else if (row.mappingVersion !== system.mappingVersion) {
    row.mappingVersion = system.mappingVersion;
    row.recordType = stream.recordType;
    row.watermark = null;
    await streams.update(
      { pk: row.pk },
      {
        ...{ mappingVersion: row.mappingVersion, recordType: row.recordType, watermark: null },
        ...readingOf(stream),
      },
    );
  }
  const records = await manager.query<unknown[]>('SELECT pk FROM source_record WHERE stream_pk = ? LIMIT 1', [
    row.pk,
  ]);
  const rejects = await manager.query<unknown[]>('SELECT pk FROM rejected_row WHERE stream_pk = ? LIMIT 1', [
    row.pk,
  ]);
  return {
    state: {
      pk: row.pk,
      system: system.id,
      mappingVersion: system.mappingVersion,
      hasRecords: records.length > 0,
      mayHaveRejects: rejects.length > 0,
    },
    watermark: row.watermark === null ? null : (JSON.parse(row.watermark) as Watermark),
    everRead: row.lastSuccessAt !== null,
    comparedAt: row.comparedAt,
  };
}
