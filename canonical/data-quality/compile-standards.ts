/**
 * Compiles `standards.yaml`. A standard that could never be measured, or that nobody would answer for, is a problem with
 * file, line and column, not a silence.
 */
import Ajv from 'ajv';
import { durationMs } from '../../controls/alarms/rules/durations';
import { attributeFieldsOf } from '../../platform/dictionary/attributes';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { once } from '../../platform/once';
import type { YamlFile, YamlPath } from '../../platform/yaml-file';
import schema from '../../schema/dictionary/quality/standards.schema.json';
import { RECORD_TYPES, type RecordType, recordTypeDefinition } from '../../schema/records/record-types';
import { type FeedExpectation, type QualityStandard, type QualityStandards, ppmOf } from './standard';
import type { FeedInFile, StandardInFile, StandardsDocument } from './standard-file';

const validate = once(() =>
  new Ajv({ allErrors: true, allowUnionTypes: true }).compile<StandardsDocument>(schema),
);

/** Fewer rows raise nothing where a standard does not say. */
export const LEAST_ROWS = 20;
const WEEKS = 4;

export interface CompileOptions {
  readonly dictionary: Dictionary;
  /** Ids of those who can answer for findings; null: not looked at. */
  readonly owners: ReadonlySet<string> | null;
}

/** Null when the file has problems; they are noted in it. */
export function compileStandards(
  file: YamlFile,
  options: CompileOptions,
): Omit<QualityStandards, 'version'> | null {
  const document = file.read(validate());
  if (document === null) return null;
  checkIds(file, document);
  const known = knownTerms(options.dictionary);
  const standards = document.standards.map((one, index) => {
    const at = ['standards', index];
    checkOwner(file, at, one.owner, options.owners);
    return standardOf(file, at, one, options.dictionary, known);
  });
  const feeds = document.feeds.map((one, index) => {
    checkOwner(file, ['feeds', index], one.owner, options.owners);
    return feedOf(one);
  });
  checkReached(file, document.feeds);
  const [keepHoursMs, keepDaysMs] = [durationMs(document.keep.hours), durationMs(document.keep.days)];
  if (keepDaysMs < keepHoursMs) file.report(['keep', 'days'], 'is shorter than "hours"');
  return file.problems.length > 0 ? null : { keepHoursMs, keepDaysMs, standards, feeds };
}

function checkIds(file: YamlFile, { standards, feeds }: StandardsDocument): void {
  const seen = new Set<string>();
  for (const [list, ids] of [
    ['feeds', feeds.map(({ id }) => id)],
    ['standards', standards.map(({ id }) => id)],
  ] as const)
    for (const [index, id] of ids.entries()) {
      if (seen.has(id)) file.report([list, index, 'id'], `there is another "${id}"`);
      seen.add(id);
    }
}

function checkOwner(
  file: YamlFile,
  at: YamlPath,
  owner: string | undefined,
  owners: ReadonlySet<string> | null,
): void {
  if (owner !== undefined && owners?.has(owner) === false)
    file.report([...at, 'owner'], `"${owner}" is not one of the owners in consistency.yaml`);
}

/** The first that fits holds: what stands after one that names no system holds for none. */
function checkReached(file: YamlFile, feeds: readonly FeedInFile[]): void {
  const all = feeds.findIndex(({ systems }) => systems === undefined);
  if (all >= 0 && all < feeds.length - 1)
    file.report(['feeds', all + 1], 'is never reached: the one before names no systems and holds for all');
}

/** Terms of fields that records carry. */
function knownTerms(dictionary: Dictionary): string[] {
  const attributes = attributeFieldsOf(dictionary);
  return (Object.keys(RECORD_TYPES) as RecordType[]).flatMap((type) =>
    Object.keys({ ...recordTypeDefinition(type).fields, ...attributes(type) }).map(
      (field) => `${type}.${field}`,
    ),
  );
}

function standardOf(
  file: YamlFile,
  at: YamlPath,
  one: StandardInFile,
  dictionary: Dictionary,
  known: readonly string[],
): QualityStandard {
  const { id, name, dimension, severity } = one;
  const check = (list: readonly string[], key: string): void => {
    for (const [index, term] of list.entries())
      if (!known.includes(term)) file.report([...at, key, index], `"${term}" is no field of a record`);
  };
  if (one.terms === undefined && dimension === 'COMPLETENESS')
    file.report([...at, 'dimension'], 'COMPLETENESS needs "terms"');
  if (one.terms !== undefined && dimension === 'TIMELINESS')
    file.report([...at, 'terms'], 'rows are late, not terms');
  if (one.except !== undefined && one.terms !== 'regulated')
    file.report([...at, 'except'], '"except" takes terms from "regulated"');
  check(one.except ?? [], 'except');
  if (one.terms !== undefined && one.terms !== 'regulated') check(one.terms, 'terms');
  const regulated = (): string[] =>
    known.filter((term) => dictionary.find(term)?.regulated === true && !(one.except ?? []).includes(term));
  return {
    ...{ id, name, dimension, severity, systems: one.systems ?? null, owner: one.owner ?? null },
    terms: one.terms === 'regulated' ? regulated() : (one.terms ?? null),
    leastPpm: ppmOf(one.least),
    leastRows: one.leastRows ?? LEAST_ROWS,
  };
}

function feedOf(one: FeedInFile): FeedExpectation {
  const { id, name, severity, silence, volume } = one;
  return {
    ...{ id, name, severity, systems: one.systems ?? null, owner: one.owner ?? null },
    readWithinMs: durationMs(one.readWithin),
    arriveWithinMs: durationMs(one.arriveWithin),
    weeks: one.weeks ?? WEEKS,
    silence: silence === undefined ? null : { times: silence.times, atLeastMs: durationMs(silence.atLeast) },
    volume:
      volume === undefined
        ? null
        : { jump: volume.jump, fall: volume.fall, leastRows: volume.leastRows ?? LEAST_ROWS },
  };
}
