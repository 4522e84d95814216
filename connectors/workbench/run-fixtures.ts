/** Holds mappings against their fixtures: each raw row must become exactly the record, or reject, that is written. */
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { MappedRow } from '../contract';
import type { CompiledMapping } from '../mapping/compile-mapping';
import { FIXTURES_FOLDER, readFixtures, type FixtureCase, type FixtureFile } from './fixture-file';

/** One thing that a mapping did not do as its fixture says. */
export interface FixtureMismatch {
  readonly file: string;
  readonly line: number;
  readonly stream: string;
  readonly case: string;
  /** Field, or `key`, `void`, `notes`, `reject`. */
  readonly what: string;
  readonly expected: unknown;
  readonly found: unknown;
}

export interface FixtureReport {
  readonly system: string;
  readonly cases: number;
  readonly mismatches: readonly FixtureMismatch[];
  /** Streams that no fixture speaks of: what they do is not shown. */
  readonly untested: readonly string[];
}

/** Runs the fixtures beside a mapping. Throws MappingError when a fixture file itself is not valid. */
export function runFixtures(mapping: CompiledMapping): FixtureReport {
  const fixtures = readFixtures(path.join(path.dirname(mapping.file), FIXTURES_FOLDER));
  const tested = new Set(fixtures.map(({ stream }) => stream));
  return {
    system: mapping.document.system.id,
    cases: fixtures.reduce((sum, { cases }) => sum + cases.length, 0),
    mismatches: fixtures.flatMap((fixture) => runFixture(mapping, fixture)),
    untested: mapping.streams.map(({ name }) => name).filter((name) => !tested.has(name)),
  };
}

/** Runs one fixture file. */
function runFixture(mapping: CompiledMapping, fixture: FixtureFile): FixtureMismatch[] {
  const stream = mapping.streams.find(({ name }) => name === fixture.stream);
  const { file, lineOf } = fixture;
  if (stream === undefined) {
    const found = mapping.streams.map(({ name }) => name);
    const line = lineOf(['stream']);
    return [
      { file, line, stream: fixture.stream, case: '', what: 'stream', expected: fixture.stream, found },
    ];
  }
  return fixture.cases.flatMap((one, i) =>
    differences(one, stream.map(one.row)).map(({ at, ...difference }) => ({
      ...{ file, line: lineOf(['cases', i, ...at]), stream: fixture.stream },
      ...{ case: one.name ?? `case ${i + 1}`, ...difference },
    })),
  );
}

interface Difference {
  readonly at: readonly string[];
  readonly what: string;
  readonly expected: unknown;
  readonly found: unknown;
}

function differences(one: FixtureCase, mapped: MappedRow): Difference[] {
  const same = (at: readonly string[], expected: unknown, found: unknown): Difference[] =>
    isDeepStrictEqual(expected, found) ? [] : [{ at, what: at.at(-1) ?? '', expected, found }];
  const key = one.key === undefined ? [] : same(['key'], one.key, mapped.key);
  if (one.reject !== undefined) {
    if (mapped.kind === 'record') return [...key, ...same(['reject'], one.reject, mapped.record)];
    const { code, field, message } = mapped;
    const found = { code, field, ...(one.reject.message === undefined ? {} : { message }) };
    return [...key, ...same(['reject'], { ...one.reject }, found)];
  }
  if (mapped.kind === 'reject') {
    const { code, field, message } = mapped;
    return [
      ...key,
      { at: ['record'], what: 'record', expected: one.record, found: { code, field, message } },
    ];
  }
  const record = one.record ?? {};
  const fields = [...new Set([...Object.keys(record), ...Object.keys(mapped.record)])];
  const changedAt = mapped.changedAt === null ? null : new Date(mapped.changedAt).toISOString();
  return [
    ...key,
    ...fields.flatMap((field) => same(['record', field], record[field], mapped.record[field])),
    ...same(['void'], one.void ?? null, mapped.voidReason),
    ...same(['notes'], one.notes ?? [], [...mapped.notes]),
    ...(one.changedAt === undefined ? [] : same(['changedAt'], one.changedAt, changedAt)),
  ];
}
