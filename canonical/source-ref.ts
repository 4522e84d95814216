/** How a source record's row becomes the answer to "where does this come from". */
import type { SourceRef } from './reads';

/** Columns of a record joined to its stream and its current version. */
export interface SourceRefRow {
  system: string;
  stream: string;
  native_key: string;
  version: number;
  read_at: number;
  changed_at: number | null;
  mapping_version: string;
}

export function toSourceRef(row: SourceRefRow): SourceRef {
  return {
    system: row.system,
    stream: row.stream,
    nativeKey: row.native_key,
    version: row.version,
    readAt: row.read_at,
    changedAt: row.changed_at,
    mappingVersion: row.mapping_version,
  };
}
