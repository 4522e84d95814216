/** Explains golden values: which record each field came from, what the other systems say, and whether they agree. */
import type { LegacySystem, RawRow } from '../connectors/contract';
import { groupBy } from '../platform/collections';
import { selectIn } from '../platform/database/select-in';
import type { Database } from '../platform/database/database';
import { attributeFieldsOf } from '../platform/dictionary/attributes';
import type { Dictionary } from '../platform/dictionary/dictionary';
import { recordTypeDefinition } from '../schema/records/record-types';
import { type Contribution, byPrecedence, disagrees, hasValue } from './merge';
import type { FieldCandidate, FieldProvenance, SourceRef } from './reads';
import { toSourceRef, type ViaOf, viaReader } from './source-ref';
import { dateOf, textOf } from './sync/values';

interface SourcedContribution extends Contribution {
  readonly source: SourceRef;
  readonly raw: RawRow;
}

interface ContributionRow {
  pk: number;
  entity_pk: number;
  system: string;
  stream: string;
  native_key: string;
  version: number;
  canonical: string;
  raw: string;
  read_at: number;
  changed_at: number | null;
  mapping_version: string;
}

/** Provenance of every field of the given golden entities. */
export async function loadProvenance(
  database: Database,
  dictionary: Dictionary,
  systems: readonly LegacySystem[],
  type: 'lot' | 'item',
  pks: readonly number[],
): Promise<Map<number, FieldProvenance[]>> {
  const rows = await selectIn<ContributionRow>(
    database.reader,
    `SELECT r.pk, r.entity_pk, s.system, s.name AS stream, r.native_key, r.version, v.canonical, v.raw, v.read_at, v.changed_at, v.mapping_version
       FROM source_record r
       LEFT JOIN source_stream s ON s.pk = r.stream_pk
       LEFT JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version
      WHERE r.void_reason IS NULL AND r.entity_pk IN (?)`,
    pks,
  );
  const byEntity = groupBy(rows, (row) => row.entity_pk);
  const viaOf = viaReader(systems);
  return new Map(
    pks.map((pk) => [
      pk,
      explain(
        dictionary,
        rawReader(systems),
        type,
        (byEntity.get(pk) ?? []).map((row) => toContribution(row, viaOf)),
      ),
    ]),
  );
}

function toContribution(row: ContributionRow, viaOf: ViaOf): SourcedContribution {
  const raw = JSON.parse(row.raw) as RawRow;
  return {
    recordPk: row.pk,
    system: row.system,
    record: JSON.parse(row.canonical) as SourcedContribution['record'],
    raw,
    source: toSourceRef(row, viaOf(row.system, row.stream)?.(raw) ?? []),
  };
}

type RawReader = (source: SourceRef, field: string, raw: RawRow) => string | null;

function rawReader(systems: readonly LegacySystem[]): RawReader {
  const streams = new Map(
    systems.flatMap((system) => system.streams.map((stream) => [`${system.id}/${stream.name}`, stream])),
  );
  return (source, field, raw) =>
    streams.get(`${source.system}/${source.stream}`)?.rawText(field, raw) ?? null;
}

function explain(
  dictionary: Dictionary,
  rawText: RawReader,
  type: 'lot' | 'item',
  contributions: readonly SourcedContribution[],
): FieldProvenance[] {
  const fields = { ...recordTypeDefinition(type).fields, ...attributeFieldsOf(dictionary)(type) };
  return Object.entries(fields).map(([field, definition]) => {
    const isDate = definition.kind === 'date';
    const golden = (one: SourcedContribution): string | null =>
      isDate ? (dateOf(one.record, field)?.date ?? null) : textOf(one.record, field);
    const ordered = byPrecedence(contributions, dictionary.precedence(type, field));
    const won = ordered.find((one) => hasValue(one.record, field)) ?? null;
    return {
      term: `${type}.${field}`,
      value: won === null ? null : golden(won),
      source: won?.source ?? null,
      candidates: ordered.map((one): FieldCandidate => ({
        source: one.source,
        value: golden(one),
        raw: rawText(one.source, field, one.raw),
      })),
      conflict: disagrees(
        contributions,
        field,
        isDate ? (value) => dateOf({ [field]: value }, field)?.date ?? value : undefined,
      ),
    };
  });
}
