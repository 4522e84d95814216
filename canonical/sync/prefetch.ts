/** Reads and maps the next batch while the one before it is written. */
import type { RawRow, SourceBatch, Stream, Watermark } from '../../connectors/contract';
import { type MappedBatch, mapBatch } from './batch-mapper';

export interface PreparedBatch {
  readonly rows: readonly RawRow[];
  readonly mapped: MappedBatch;
  readonly watermark: Watermark | null;
  readonly whole: boolean;
}

/** Asks for the next batch and maps it; a failure waits until somebody awaits it. */
export function prefetch(
  reader: AsyncIterator<SourceBatch>,
  stream: Stream,
): Promise<IteratorResult<PreparedBatch>> {
  const next = reader.next().then(async (result): Promise<IteratorResult<PreparedBatch>> => {
    if (result.done === true) return { done: true, value: undefined };
    const { rows, watermark, whole = false } = result.value;
    const mapped = await mapBatch(stream, rows);
    return { done: false, value: { rows, mapped, watermark, whole } };
  });
  next.catch(() => undefined);
  return next;
}
