/**
 * A legacy system made of lists, for tests of the stitched copy: rows are canonical already, so a test says just
 * what a source would state. `fail` makes the next read break off after so many rows.
 */
import type {
  CanonicalRecord,
  LegacySystem,
  RawRow,
  ReadOptions,
  RowNote,
  SourceBatch,
  Stream,
} from '../../connectors/contract';
import { LegacyUnavailableError } from '../../platform/errors';
import type { RecordType } from '../../schema/records/record-types';

export interface ListedRow {
  readonly key: string;
  readonly record: CanonicalRecord;
  readonly voidReason?: string;
  /** When the source says that it changed the row; absent: it does not say. */
  readonly changedAt?: number;
  /** Makes the row a reject with this reason. */
  readonly reject?: string;
  readonly notes?: {
    rule: RowNote['rule'];
    field: string;
    raw: string;
  }[];
}

export class ListSystem implements LegacySystem {
  readonly name = { en: 'list', zh: '列表' };
  readonly kind = 'OTHER' as const;
  readonly timeZone = 'UTC';
  readonly live = null;
  readonly commandKinds = [];
  readonly commands = null;
  readonly streams: readonly Stream[];
  mappingVersion = 'v1';
  /** Rows of each stream, in the order in which they are read; tests edit them. */
  readonly rows: Record<string, ListedRow[]> = {};
  failAfterRows: number | null = null;
  /** Every row that was handed out. */
  rowsRead = 0;

  constructor(
    readonly id: string,
    streams: Readonly<Record<string, RecordType>>,
    { showsKeysOnce = false }: { readonly showsKeysOnce?: boolean } = {},
  ) {
    this.streams = Object.entries(streams).map(([name, recordType]) => {
      this.rows[name] = [];
      return {
        name,
        recordType,
        showsKeysOnce,
        read: (options) => this.#read(name, options),
        map: (row) => mapListed(row),
        rawText: (field, row) => {
          const value = (row['record'] as Record<string, unknown> | undefined)?.[field];
          return typeof value === 'string' ? value : null;
        },
      } satisfies Stream;
    });
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Reads in batches; the watermark is the number of rows read, so appended rows are what is new. */
  async *#read(name: string, options: ReadOptions): AsyncGenerator<SourceBatch> {
    const all = this.rows[name] ?? [];
    const from = Number(options.since?.['row'] ?? 0);
    if (from >= all.length) yield { rows: [], watermark: { row: all.length } };
    for (let start = from; start < all.length; start += options.batchSize) {
      const rows = all.slice(start, start + options.batchSize);
      if (this.failAfterRows !== null && this.rowsRead + rows.length > this.failAfterRows) {
        throw new LegacyUnavailableError(this.id, 'the list broke off', { retryable: true });
      }
      this.rowsRead += rows.length;
      await Promise.resolve();
      yield { rows: rows as unknown as RawRow[], watermark: { row: start + rows.length } };
    }
  }
}

function mapListed(row: RawRow): ReturnType<Stream['map']> {
  const listed = row as unknown as ListedRow;
  if (listed.reject !== undefined) {
    return { kind: 'reject', key: listed.key, code: 'MISSING_VALUE', field: 'item', message: listed.reject };
  }
  return {
    kind: 'record',
    key: listed.key,
    record: listed.record,
    changedAt: listed.changedAt ?? null,
    voidReason: listed.voidReason ?? null,
    notes: listed.notes ?? [],
  };
}
