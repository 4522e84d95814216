/** Records fixtures from a live source: a few rows of a stream with what the mapping makes of them now. */
import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import type { CompiledMapping } from '../mapping/compile-mapping';
import type { CompiledStream } from '../mapping/compile-stream';
import type { MappedRow, RawRow, RawValue } from '../contract';
import type { OpenOptions } from '../open-system';
import { textOf } from '../transforms/transform';
import type { Fixture, FixtureCase } from './fixture-file';
import { firstRows, openMapping } from './sample-rows';

export interface RecordOptions extends OpenOptions {
  readonly stream: string;
  readonly rows: number;
  /** Fields whose texts name people: their words are replaced wherever the row has them. */
  readonly personalFields: readonly string[];
  /** Columns or paths to replace beside those. */
  readonly personalColumns: readonly string[];
  readonly signal: AbortSignal;
}

/** The most rows that are looked through for rows that differ. */
const LOOKED_THROUGH = 500;

/**
 * Records rows that differ in what becomes of them (records, void rows, each kind of reject), then the first others.
 * A row keeps the columns that the mapping names and no more. Throws LegacyUnavailableError.
 */
export async function recordFixture(mapping: CompiledMapping, options: RecordOptions): Promise<Fixture> {
  const opened = openMapping(mapping, options);
  const replace = pseudonyms();
  try {
    const cases: FixtureCase[] = [];
    const parts = opened.parts.filter(({ compiled }) => compiled.name === options.stream);
    for (const part of parts) {
      const wanted = Math.ceil(options.rows / parts.length);
      const seen: { row: RawRow; mapped: MappedRow }[] = [];
      const looked = Math.max(LOOKED_THROUGH, options.rows);
      for await (const row of firstRows(part, looked, options.signal))
        seen.push({ row, mapped: part.compiled.map(row) });
      for (const { row } of varied(seen, wanted)) {
        const kept = prunedRow(mapping, part.compiled, row);
        cases.push(caseOf(part.compiled, replace(part.compiled, kept, options)));
      }
    }
    return { stream: options.stream, cases };
  } finally {
    await opened.close();
  }
}

/** One row of each kind of outcome, then the first of the rest, in the order of reading. */
function varied(
  seen: readonly { row: RawRow; mapped: MappedRow }[],
  wanted: number,
): readonly { row: RawRow }[] {
  const kinds = new Set<string>();
  const first = seen.filter(({ mapped }) => {
    const kind = outcomeOf(mapped);
    return !kinds.has(kind) && kinds.add(kind);
  });
  const chosen = new Set([...new Set([...first, ...seen])].slice(0, wanted));
  return seen.filter((one) => chosen.has(one));
}

function outcomeOf(mapped: MappedRow): string {
  if (mapped.kind === 'reject') return `reject ${mapped.code} ${mapped.field}`;
  const notes = mapped.notes.map(({ rule, field }) => `${rule} ${field}`).sort();
  const codes = Object.entries(mapped.record).filter(([, value]) => /^[A-Z_]{2,}$/u.test(String(value)));
  return JSON.stringify([mapped.voidReason, notes, codes]);
}

/** What a mapping makes of a row, as a case of a fixture. */
export function caseOf(stream: CompiledStream, row: RawRow): FixtureCase {
  const mapped = stream.map(row);
  if (mapped.kind === 'reject') {
    const { key, code, field, message } = mapped;
    return { row, key, reject: { code, field, message } };
  }
  const { key, record, voidReason, notes, changedAt } = mapped;
  return {
    ...{ row, key, record },
    ...(voidReason === null ? {} : { void: voidReason }),
    ...(changedAt === null ? {} : { changedAt: new Date(changedAt).toISOString() }),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/** The columns and paths that the mapping names; the whole row where the rest turns out to matter. */
export function prunedRow(mapping: CompiledMapping, stream: CompiledStream, row: RawRow): RawRow {
  const references = [...(mapping.references.get(stream.name)?.keys() ?? [])];
  const kept: Record<string, RawValue> = {};
  for (const [name, value] of Object.entries(row)) {
    if (references.includes(name) || name.startsWith('#')) kept[name] = value;
    else {
      const deeper = references
        .filter((one) => one.startsWith(`${name}.`))
        .map((one) => one.slice(name.length + 1));
      if (deeper.length > 0) kept[name] = prunedValue(value, deeper);
    }
  }
  return isDeepStrictEqual(stream.map(kept), stream.map(row)) ? kept : row;
}

function prunedValue(value: RawValue, paths: readonly string[]): RawValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const kept: Record<string, RawValue> = {};
  for (const [name, inner] of Object.entries(value)) {
    if (paths.includes(name)) kept[name] = inner;
    else {
      const deeper = paths
        .filter((one) => one.startsWith(`${name}.`))
        .map((one) => one.slice(name.length + 1));
      if (deeper.length > 0) kept[name] = prunedValue(inner, deeper);
    }
  }
  return kept;
}

/** Replaces personal texts by `person-1`, `person-2` …: the same text by the same name all over a fixture. */
function pseudonyms() {
  const names = new Map<string, string>();
  const nameOf = (text: string) => {
    const known = names.get(text) ?? `person-${names.size + 1}`;
    names.set(text, known);
    return known;
  };
  return (
    stream: CompiledStream,
    row: RawRow,
    { personalFields, personalColumns }: Pick<RecordOptions, 'personalFields' | 'personalColumns'>,
  ): RawRow => {
    const texts = new Set<string>();
    for (const { name, raw } of stream.trace(row).fields)
      if (personalFields.includes(name) && raw !== null && raw.trim() !== '') texts.add(raw);
    for (const column of personalColumns) {
      const text = textOf(row[column] ?? null);
      if (text !== null && text.trim() !== '') texts.add(text);
    }
    return texts.size === 0 ? row : (replaced(row, texts, nameOf) as RawRow);
  };
}

function replaced(value: RawValue, texts: ReadonlySet<string>, nameOf: (text: string) => string): RawValue {
  if (Array.isArray(value)) return value.map((one) => replaced(one, texts, nameOf));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, replaced(one, texts, nameOf)]),
    );
  const text = textOf(value);
  return text !== null && texts.has(text) ? nameOf(text) : value;
}

/** The text of a fixture file. */
export function fixtureText(fixture: Fixture): string {
  const head = '# yaml-language-server: $schema=../../fixture.schema.json\n';
  return (
    head +
    stringify(fixture, { lineWidth: 110, aliasDuplicateObjects: false, singleQuote: true, version: '1.2' })
  );
}
