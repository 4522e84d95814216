/** Reads and maps the next batches while the one before them is written. */
import type { RawRow, SourceBatch, Stream, Watermark } from '../../connectors/contract';
import { type MappedBatch, mapBatch } from './batch-mapper';

export interface PreparedBatch {
  readonly rows: readonly RawRow[];
  readonly mapped: MappedBatch;
  readonly watermark: Watermark | null;
  readonly whole: boolean;
}

/** Batches that are read ahead: with one alone, mapping would often be done before the server is. */
const AHEAD = 2;

/** Mapped batches in order. Nothing is read on after whoever takes them leaves. */
export async function* prefetched(
  batches: AsyncIterable<SourceBatch>,
  stream: Stream,
): AsyncGenerator<PreparedBatch> {
  const reader = batches[Symbol.asyncIterator]();
  const ahead: Promise<PreparedBatch | null>[] = [];
  try {
    for (;;) {
      // one more than is kept ahead: the one that is waited for
      while (ahead.length <= AHEAD) ahead.push(next(reader, stream));
      const batch = await ahead.shift();
      if (batch === null || batch === undefined) return;
      yield batch;
    }
  } finally {
    await reader.return?.().catch(() => undefined);
  }
}

/** Asks for the next batch and maps it, null at the end; a failure waits until somebody awaits it. */
function next(reader: AsyncIterator<SourceBatch>, stream: Stream): Promise<PreparedBatch | null> {
  const batch = reader.next().then(async (result): Promise<PreparedBatch | null> => {
    if (result.done === true) return null;
    const { rows, watermark, whole = false } = result.value;
    return { rows, mapped: await mapBatch(stream, rows), watermark, whole };
  });
  batch.catch(() => undefined);
  return batch;
}
