/** How a source record's row becomes the answer to "where does this come from". */
import type { LegacySystem, RawRow } from '../connectors/contract';
import type { SourceRef } from './reads';

/** What a record states only through other rows, by the mapping of its stream. */
export type ViaOf = (system: string, stream: string) => ((raw: RawRow) => readonly string[]) | null;

export function viaReader(systems: readonly LegacySystem[]): ViaOf {
  const streams = new Map(
    systems.flatMap((system) => system.streams.map((stream) => [`${system.id}/${stream.name}`, stream])),
  );
  return (system, name) => {
    const stream = streams.get(`${system}/${name}`);
    return stream?.via === undefined ? null : (raw) => stream.via?.(raw) ?? [];
  };
}

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

export function toSourceRef(row: SourceRefRow, via: readonly string[]): SourceRef {
  return {
    system: row.system,
    stream: row.stream,
    nativeKey: row.native_key,
    version: row.version,
    readAt: row.read_at,
    changedAt: row.changed_at,
    mappingVersion: row.mapping_version,
    via,
  };
}
