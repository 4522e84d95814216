/** A file of an export, and what an export is made of. */
import type { Dictionary } from '../../platform/dictionary/dictionary';
import type { Coordinates } from '../../platform/graphql/term-coordinates';
import type { LineageIndex } from './lineage-index';

export interface ExportedFile {
  readonly name: string;
  readonly mediaType: string;
  readonly content: Buffer;
  /** Terms, fields or events that it holds. */
  readonly rows: number;
}

export interface ExportParts {
  readonly dictionary: Dictionary;
  readonly coordinates: Coordinates;
  readonly lineage: LineageIndex;
  /** SDL of each subgraph, by its name. */
  readonly subgraphs: ReadonlyMap<string, string>;
  /** Instant of the export, ms since the epoch. */
  readonly now: number;
  /** Version of the product that made it. */
  readonly version: string;
}
