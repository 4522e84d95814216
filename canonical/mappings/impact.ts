/**
 * What the golden copy would be under a draft of a mapping: every raw row that is kept is mapped by it, page by page,
 * and what comes out is held against what stands. Nothing is written, and memory does not grow with the rows.
 */
import type { EntityManager } from 'typeorm';
import type { CanonicalRecord, RawRow } from '../../connectors/contract';
import type { CompiledMapping } from '../../connectors/mapping/compile-mapping';
import { readingOf } from '../../connectors/mapping/reading';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import type { RecordType } from '../../schema/records/record-types';
import { SourceStreamRow } from '../entities/source.entity';
import { isEntityType } from '../sync/entity-specs';
import { EntityImpact } from './entity-impact';
import { RegulatedFields } from './regulated-fields';
import {
  type DraftStream,
  type StoredRow,
  afterOf,
  fieldsOf,
  recordsPage,
  rejectsPage,
  textOf,
} from './remapped-rows';

/** One golden value before and after. */
export interface ImpactChange {
  /**
   * `VALUE`: another value. `APPEARS`, `VANISHES`: a record that begins or ceases to count. `MOVES`: it comes to describe
   * another thing. `REJECTED`: it can be mapped no longer. `ACCEPTED`: it can be mapped at last.
   */
  readonly kind: 'VALUE' | 'APPEARS' | 'VANISHES' | 'MOVES' | 'REJECTED' | 'ACCEPTED';
  readonly recordType: RecordType;
  readonly stream: string;
  /** Native key of the record; of the first that changes where several describe one thing. */
  readonly key: string;
  /** Internal key of the entity that the value is of; null for facts. */
  readonly entityPk: number | null;
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly regulated: boolean;
}

/** Rows by what becomes of them: total = same + changed + rejected + waiting. */
export interface ImpactRows {
  total: number;
  same: number;
  changed: number;
  rejected: number;
  /** Rows that lack what the draft asks of them, or whose stream it reads otherwise: the source must be read to know. */
  waiting: number;
  /** Rejected rows so far, and those of them that would be records. */
  rejectedBefore: number;
  accepted: number;
}

export interface ImpactSummary {
  readonly rows: ImpactRows;
  /** Streams that the draft adds, takes away, or reads otherwise. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly readAnew: readonly string[];
  /** By field of a record type: how many golden values change. */
  readonly fields: readonly {
    readonly field: string;
    readonly changes: number;
    readonly regulated: boolean;
  }[];
  readonly changes: number;
  readonly regulatedChanges: number;
  /** True when a regulated golden value changes, or it cannot be told without reading the source. */
  readonly regulated: boolean;
}

export interface AssessOptions {
  readonly reader: EntityManager;
  readonly dictionary: Dictionary;
  readonly draft: CompiledMapping;
  readonly signal: AbortSignal;
  readonly onChange: (change: ImpactChange) => void | Promise<void>;
  /** Called after each page with the rows done and those there are. */
  readonly onProgress?: (done: number, total: number) => Promise<void>;
  readonly pageSize?: number;
}

const PAGE = 1_000;

/** Looks at every kept row of the draft's system once. */
export async function assessImpact(options: AssessOptions): Promise<ImpactSummary> {
  return await new Assessment(options).run();
}

class Assessment {
  readonly #rows: ImpactRows = {
    ...{ total: 0, same: 0, changed: 0, rejected: 0, waiting: 0, rejectedBefore: 0, accepted: 0 },
  };
  readonly #fields = new Map<string, { changes: number; regulated: boolean }>();
  readonly #streams: ReadonlyMap<string, DraftStream>;
  readonly #regulated: RegulatedFields;
  readonly #entities: EntityImpact;

  constructor(private readonly options: AssessOptions) {
    const { draft, dictionary, reader } = options;
    this.#streams = new Map(
      draft.streams.map((stream) => [stream.name, { ...stream, reading: readingOf(draft, stream) }]),
    );
    this.#regulated = new RegulatedFields(dictionary);
    this.#entities = new EntityImpact(reader, dictionary, draft.document.system.id, this.#streams);
  }

  async run(): Promise<ImpactSummary> {
    const { reader, draft } = this.options;
    const known = await reader.find(SourceStreamRow, {
      where: { system: draft.document.system.id },
      order: { pk: 'ASC' },
    });
    const total = await countRows(reader, draft.document.system.id);
    const readAnew: string[] = [];
    for (const row of known) {
      const stream = this.#streams.get(row.name) ?? null;
      const anew = stream !== null && row.readingRows !== stream.reading?.rows;
      if (anew) readAnew.push(row.name);
      await this.#records(row, anew ? 'WAITING' : stream, total);
      if (stream !== null && !anew) await this.#rejects(row, stream);
    }
    const names = new Set(known.map((row) => row.name));
    const added = [...this.#streams.keys()].filter((name) => !names.has(name));
    const removed = known
      .filter((row) => !this.#streams.has(row.name) && row.readingMeaning !== null)
      .map((row) => row.name);
    return this.#summary(added, removed, readAnew);
  }

  #summary(added: readonly string[], removed: readonly string[], readAnew: readonly string[]): ImpactSummary {
    const fields = [...this.#fields]
      .map(([field, counted]) => ({ field, ...counted }))
      .sort((a, b) => Number(b.regulated) - Number(a.regulated) || (a.field < b.field ? -1 : 1));
    const sum = (of: typeof fields): number => of.reduce((n, { changes }) => n + changes, 0);
    const regulatedChanges = sum(fields.filter(({ regulated }) => regulated));
    const unknown = [...added, ...readAnew].some((name) => {
      const type = this.#streams.get(name)?.recordType;
      return type !== undefined && this.#regulated.anyOf(type);
    });
    return {
      ...{ rows: this.#rows, added, removed, readAnew, fields, changes: sum(fields), regulatedChanges },
      regulated: regulatedChanges > 0 || unknown || (this.#rows.waiting > 0 && this.#waitsForRegulated),
    };
  }

  #waitsForRegulated = false;

  async #records(row: SourceStreamRow, stream: DraftStream | 'WAITING' | null, total: number): Promise<void> {
    const { reader, signal, onProgress, pageSize = PAGE } = this.options;
    const oldType = row.recordType as RecordType;
    for (let after = ''; ;) {
      signal.throwIfAborted();
      const page = await recordsPage(reader, row.pk, after, pageSize);
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.native_key;
      const touched: StoredRow[] = [];
      for (const stored of page)
        if (await this.#record(row.name, oldType, stored, stream)) touched.push(stored);
      if (isEntityType(oldType) && touched.length > 0)
        for (const change of await this.#entities.changes(oldType, row.name, touched))
          await this.#note(change);
      await onProgress?.(this.#rows.total, total);
    }
  }

  /** Counts one record, notes what is its own; true when the entity that it describes must be looked at. */
  async #record(
    name: string,
    type: RecordType,
    stored: StoredRow,
    stream: DraftStream | 'WAITING' | null,
  ): Promise<boolean> {
    this.#rows.total += 1;
    const after = stream === 'WAITING' ? 'WAITING' : afterOf(stream, stored);
    if (after === 'WAITING') {
      this.#rows.waiting += 1;
      this.#waitsForRegulated ||= this.#regulated.anyOf(type);
      return false;
    }
    const counts = stored.void_reason === null;
    const stands = counts ? (JSON.parse(stored.canonical) as CanonicalRecord) : null;
    const kind = after.rejected ? 'rejected' : after.same ? 'same' : 'changed';
    this.#rows[kind] += 1;
    if (after.rejected) await this.#own(name, type, stored, 'REJECTED', after.field, null, after.message);
    if (kind === 'same' || (stands === null && after.record === null)) return false;
    if (isEntityType(type)) return true;
    if (stands === null || after.record === null || after.recordType !== type)
      await this.#presence(name, type, stored, stands === null);
    else await this.#values(name, type, stored, stands, after.record);
    return false;
  }

  async #presence(name: string, type: RecordType, stored: StoredRow, appears: boolean): Promise<void> {
    const there = JSON.stringify(stored.native_key);
    await this.#own(
      ...([name, type, stored, appears ? 'APPEARS' : 'VANISHES', ''] as const),
      ...([appears ? null : there, appears ? there : null] as const),
    );
  }

  async #values(
    name: string,
    type: RecordType,
    stored: StoredRow,
    stands: CanonicalRecord,
    after: CanonicalRecord,
  ): Promise<void> {
    for (const field of fieldsOf(type, this.options.dictionary)) {
      const [old, now] = [textOf(stands[field]), textOf(after[field])];
      if (old !== now) await this.#own(name, type, stored, 'VALUE', field, old, now);
    }
  }

  async #own(
    stream: string,
    recordType: RecordType,
    { native_key: key }: StoredRow,
    kind: ImpactChange['kind'],
    field: string,
    before: string | null,
    after: string | null,
  ): Promise<void> {
    const regulated =
      field === '' ? this.#regulated.anyOf(recordType) : this.#regulated.has(recordType, field);
    const own = kind === 'REJECTED' ? this.#regulated.anyOf(recordType) : regulated;
    await this.#note({
      ...{ kind, recordType, stream, key, entityPk: null, field, before, after, regulated: own },
    });
  }

  async #rejects(row: SourceStreamRow, stream: DraftStream): Promise<void> {
    const { reader, signal, pageSize = PAGE } = this.options;
    for (let after = ''; ;) {
      signal.throwIfAborted();
      const page = await rejectsPage(reader, row.pk, after, pageSize);
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.row_key;
      for (const { row_key: key, raw } of page) {
        this.#rows.rejectedBefore += 1;
        const mapped = stream.map(JSON.parse(raw) as RawRow);
        if (mapped.kind === 'reject') continue;
        this.#rows.accepted += 1;
        await this.#note({
          ...{ kind: 'ACCEPTED', recordType: stream.recordType, stream: row.name, key, entityPk: null },
          ...{ field: '', before: null, after: JSON.stringify(mapped.key) },
          regulated: this.#regulated.anyOf(stream.recordType),
        });
      }
    }
  }

  async #note(change: ImpactChange): Promise<void> {
    const regulated = change.regulated || this.#regulated.has(change.recordType, change.field);
    const field = change.field === '' ? change.recordType : `${change.recordType}.${change.field}`;
    const counted = this.#fields.get(field) ?? { changes: 0, regulated };
    this.#fields.set(field, {
      changes: counted.changes + 1,
      regulated: counted.regulated || regulated,
    });
    await this.options.onChange({ ...change, regulated });
  }
}

async function countRows(reader: EntityManager, system: string): Promise<number> {
  const [row] = await reader.query<{ n: number }[]>(
    `SELECT COUNT(*) AS n FROM source_record WHERE stream_pk IN (SELECT pk FROM source_stream WHERE system = ?)`,
    [system],
  );
  return row?.n ?? 0;
}
