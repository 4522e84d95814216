/** Rows of a mapping's streams from its live source, bounded, read by the connector that the sync reads with. */
import type { LegacySystem, RawRow, Stream } from '../contract';
import type { CompiledMapping } from '../mapping/compile-mapping';
import type { CompiledStream } from '../mapping/compile-stream';
import { partsOf } from '../mapping/document';
import { openSystem, type OpenOptions } from '../open-system';

/** One part of a union, or a stream that is none: what is sampled on its own. */
export interface StreamPart {
  readonly compiled: CompiledStream;
  /** Name of the part; empty where the stream is no union. */
  readonly part: string;
  readonly stream: Stream;
}

export interface OpenedMapping {
  readonly system: LegacySystem;
  readonly parts: readonly StreamPart[];
  close(): Promise<void>;
}

/**
 * Opens the system of a mapping with each part of a union as a stream of its own, so that a long first part does
 * not hide the others. Throws ConfigError when a reference of the mapping has no value.
 */
export function openMapping(mapping: CompiledMapping, options: OpenOptions): OpenedMapping {
  const single = mapping.streams.flatMap((compiled) =>
    partsOf(compiled.spec.source).map(([part, source]) => ({
      part,
      compiled:
        part === ''
          ? compiled
          : { ...compiled, spec: { ...compiled.spec, source: { union: { [part]: source } } } },
    })),
  );
  const system = openSystem({ ...mapping, streams: single.map(({ compiled }) => compiled) }, options);
  const parts = single.flatMap(({ compiled, part }, i): StreamPart[] => {
    const stream = system.streams[i];
    return stream === undefined ? [] : [{ compiled, part, stream }];
  });
  return { system, parts, close: () => system.close() };
}

/**
 * The first rows of a part, in the order of its reading. Throws LegacyUnavailableError; ends reading as soon as
 * there are enough.
 */
export async function* firstRows(
  { stream }: StreamPart,
  rows: number,
  signal: AbortSignal,
): AsyncGenerator<RawRow> {
  let left = rows;
  for await (const batch of stream.read({ since: null, batchSize: Math.min(rows, 1000), signal })) {
    for (const row of batch.rows) {
      if (left === 0) return;
      left -= 1;
      yield row;
    }
    if (left === 0) return;
  }
}
