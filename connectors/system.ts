/** What every kind of connection offers, and how the parts of a stream become one reading. */
import type { LiveReader, ReadOptions, SourceBatch, Stream, Watermark } from './contract';
import type { CompiledStream } from './mapping/compile-stream';
import { millisecondsOf, partsOf, type SourcePart, type StreamSpec } from './mapping/document';
import { splitBatch, splitOf } from './split-rows';

export interface PartReader {
  read(options: ReadOptions): AsyncIterable<SourceBatch>;
}

export interface SystemConnection {
  reader(stream: CompiledStream, partName: string, part: SourcePart): PartReader;
  readonly live: LiveReader | null;
  /** Types of the columns that a part of a stream names, by name; absent where the source declares none. */
  types?(
    stream: CompiledStream,
    partName: string,
    part: SourcePart,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>>;
  ping(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** A stream that reads its parts one after the other; the watermark of several parts holds one for each. */
export function streamOf(compiled: CompiledStream, connection: SystemConnection): Stream {
  const parts = partsOf(compiled.spec.source).map(([name, part]) => ({
    name,
    reader: splitting(connection.reader(compiled, name, withPartName(name, part)), part),
  }));
  const only = parts.length === 1 ? parts[0] : undefined;
  return {
    name: compiled.name,
    recordType: compiled.recordType,
    map: compiled.map,
    rawText: compiled.rawText,
    ...(compiled.via === undefined ? {} : { via: compiled.via }),
    personal: compiled.personal,
    ...comparing(compiled.spec),
    showsKeysOnce: partsOf(compiled.spec.source).every(([, part]) => !isDelta(part)),
    read: (options) =>
      only === undefined || only.name !== '' ? readParts(parts, options) : only.reader.read(options),
  };
}

/** Rows that are gone are looked for where the mapping says how often, or where files say that they are complete. */
function comparing({ fullCompare, source }: StreamSpec): Pick<Stream, 'compare'> {
  if (fullCompare !== undefined) return { compare: { everyMs: millisecondsOf(fullCompare, 0) } };
  const says =
    partsOf(source).length === 1 &&
    partsOf(source).every(([, part]) => 'mode' in part && part.mode === 'complete');
  return says ? { compare: { everyMs: null } } : {};
}

/** Files that tell changes one after another bring a key as often as it changed. */
const isDelta = (part: SourcePart): boolean => 'files' in part && part.mode !== 'complete';

function splitting(reader: PartReader, part: SourcePart): PartReader {
  const split = splitOf(part);
  if (split === null) return reader;
  return {
    async *read(options) {
      for await (const batch of reader.read(options)) yield splitBatch(batch, split);
    },
  };
}

const withPartName = (name: string, part: SourcePart): SourcePart =>
  name === '' ? part : { ...part, set: { ...part.set, '#part': name } };

async function* readParts(
  parts: readonly { name: string; reader: PartReader }[],
  options: ReadOptions,
): AsyncGenerator<SourceBatch> {
  let marks: Watermark = options.since ?? {};
  for (const { name, reader } of parts) {
    const since = (marks[name] ?? null) as Watermark | null;
    for await (const batch of reader.read({ ...options, since })) {
      if (batch.watermark !== null) marks = { ...marks, [name]: batch.watermark };
      yield { rows: batch.rows, watermark: batch.watermark === null ? null : marks };
    }
  }
}
