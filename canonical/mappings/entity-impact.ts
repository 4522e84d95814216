/**
 * How the golden values of entities would change: all records that describe one, of all systems, as they are and with
 * this system's as the draft maps them, through the same precedence that derives golden rows.
 */
import type { EntityManager } from 'typeorm';
import type { CanonicalRecord } from '../../connectors/contract';
import { canonicalJson } from '../../platform/canonical-json';
import { groupBy } from '../../platform/collections';
import { selectIn } from '../../platform/database/select-in';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { type Contribution, winner } from '../merge';
import type { EntityRecordType } from '../sync/entity-specs';
import type { ImpactChange } from './impact';
import { type DraftStream, type StoredRow, afterOf, fieldsOf, textOf } from './remapped-rows';

interface LoadedRow extends StoredRow {
  readonly entity_pk: number;
  readonly system: string;
  readonly stream: string;
}

interface Described {
  readonly row: LoadedRow;
  readonly before: CanonicalRecord | null;
  readonly after: CanonicalRecord | null;
}

/** What names an entity: a record that says otherwise describes another one. */
const IDENTITY: Readonly<Record<EntityRecordType, readonly string[]>> = {
  item: ['code'],
  site: ['code'],
  party: ['code'],
  location: ['site', 'code'],
  lot: ['item', 'manufacturer', 'lotNumber'],
};

/** Kept for each record, not merged: clearing one system's hold clears no other's. */
const OF_EACH_RECORD: ReadonlySet<string> = new Set(['hold', 'holdReason', 'blocked']);

type Change = Omit<ImpactChange, 'regulated'>;

export class EntityImpact {
  constructor(
    private readonly reader: EntityManager,
    private readonly dictionary: Dictionary,
    private readonly system: string,
    private readonly streams: ReadonlyMap<string, DraftStream>,
  ) {}

  /** Changes of the entities that the touched records describe; each entity is told once, at its first record. */
  async changes(
    type: EntityRecordType,
    stream: string,
    touched: readonly StoredRow[],
  ): Promise<ImpactChange[]> {
    const pks = [...new Set(touched.flatMap(({ entity_pk: pk }) => (pk === null ? [] : [pk])))];
    const first = new Set(touched.map(({ pk }) => pk));
    const byEntity = groupBy(await this.#load(pks), (row) => row.entity_pk);
    return [...byEntity].flatMap(([pk, rows]) => {
      const described = rows.map((row) => this.#described(row, type));
      const changed = described.filter((one) => textOfRecord(one.before) !== textOfRecord(one.after));
      const [lead] = changed;
      if (lead === undefined || !first.has(lead.row.pk)) return [];
      const found = [...this.#own(type, pk, changed), ...this.#golden(type, pk, lead.row, described)];
      return found.map((change) => ({ ...change, stream, regulated: false }));
    });
  }

  #described(row: LoadedRow, type: EntityRecordType): Described {
    const before = row.void_reason === null ? (JSON.parse(row.canonical) as CanonicalRecord) : null;
    if (row.system !== this.system) return { row, before, after: before };
    const after = afterOf(this.streams.get(row.stream) ?? null, row);
    if (after === 'WAITING' || after.recordType !== type)
      return { row, before, after: after === 'WAITING' ? before : null };
    return { row, before, after: after.record };
  }

  /** What changes of single records: that they describe another thing, and what each of them holds against a lot. */
  #own(type: EntityRecordType, entityPk: number, changed: readonly Described[]): Change[] {
    return changed.flatMap(({ row, before, after }) => {
      const of = (kind: Change['kind'], field: string, old: string | null, now: string | null): Change => ({
        ...{ kind, recordType: type, stream: row.stream, key: row.native_key, entityPk, field },
        ...{ before: old, after: now },
      });
      if (before !== null && after !== null && moves(type, before, after))
        return IDENTITY[type]
          .filter((field) => textOf(before[field]) !== textOf(after[field]))
          .map((field) => of('MOVES', field, textOf(before[field]), textOf(after[field])));
      if (type !== 'lot') return [];
      return [...OF_EACH_RECORD].flatMap((field) => {
        const [old, now] = [textOf(before?.[field]), textOf(after?.[field])];
        return old === now ? [] : [of('VALUE', field, old, now)];
      });
    });
  }

  #golden(
    type: EntityRecordType,
    entityPk: number,
    row: LoadedRow,
    described: readonly Described[],
  ): Change[] {
    const side = (of: (one: Described) => CanonicalRecord | null): Contribution[] =>
      described.flatMap((one) => {
        const record = of(one);
        return record === null ? [] : [{ recordPk: one.row.pk, system: one.row.system, record }];
      });
    const before = side((one) => one.before);
    const after = side((one) =>
      one.before !== null && one.after !== null && moves(type, one.before, one.after) ? null : one.after,
    );
    return fieldsOf(type, this.dictionary)
      .filter((field) => !OF_EACH_RECORD.has(field) && !IDENTITY[type].includes(field))
      .flatMap((field): Change[] => {
        const order = this.dictionary.precedence(type, field);
        const old = textOf(winner(before, order, field)?.record[field]);
        const now = textOf(winner(after, order, field)?.record[field]);
        if (old === now) return [];
        return [
          {
            ...{ kind: 'VALUE', recordType: type, stream: row.stream, key: row.native_key, entityPk },
            ...{ field, before: old, after: now },
          },
        ];
      });
  }

  async #load(entityPks: readonly number[]): Promise<LoadedRow[]> {
    const rows = await selectIn<LoadedRow>(
      this.reader,
      `SELECT r.pk, r.native_key, r.entity_pk, r.void_reason, s.system, s.name AS stream, v.raw, v.canonical
         FROM source_record r
         LEFT JOIN source_stream s ON s.pk = r.stream_pk
         LEFT JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version
        WHERE r.entity_pk IN (?)`,
      entityPks,
    );
    return [...rows].sort((a, b) => a.pk - b.pk);
  }
}

const moves = (type: EntityRecordType, before: CanonicalRecord, after: CanonicalRecord): boolean =>
  IDENTITY[type].some((field) => textOf(before[field]) !== textOf(after[field]));

const textOfRecord = (record: CanonicalRecord | null): string =>
  record === null ? '' : canonicalJson(record);
