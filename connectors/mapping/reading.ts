/** What the rows of a stream follow from, as hashes: whether another mapping reads and means the same. Pure. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../platform/canonical-json';
import type { StreamReading } from '../contract';
import { READER_COLUMNS } from './check-source';
import type { CompiledMapping } from './compile-mapping';
import type { CompiledStream } from './compile-stream';
import { columnOf } from './references';

const hashOf = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex');

/** The reading of one stream. Where the connection stands is no part of it: a system may move. */
export function readingOf(
  { document, references }: CompiledMapping,
  { name, spec }: CompiledStream,
): StreamReading {
  const { connector, system, codes, normalise } = document;
  const flat = connector.type === 'sql';
  const named = [...new Set([...(references.get(name)?.keys() ?? [])].map(columnOf))].filter(
    (one) => !READER_COLUMNS.includes(one),
  );
  const { source, watermark, personal, ...meaning } = spec;
  return {
    rows: hashOf({
      ...{ type: connector.type, source, watermark: watermark ?? null, zone: system.timeZone },
      // rows that were kept in clear have to be read anew
      ...(personal === undefined ? {} : { personal }),
    }),
    meaning: hashOf({
      spec: meaning,
      watermark: watermark ?? null,
      codes: codes ?? null,
      normalise: normalise ?? null,
      zone: system.timeZone,
    }),
    columns: flat ? named.sort() : null,
  };
}
