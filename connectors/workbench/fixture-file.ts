/** Fixture files: `fixtures/*.yaml` or `*.json` beside a mapping, one stream each, raw rows in and records out. */
import Ajv2020 from 'ajv/dist/2020';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { MappingError } from '../../platform/errors';
import { once } from '../../platform/once';
import { YamlFile } from '../../platform/yaml-file';
import schema from '../../schema/mappings/fixture.schema.json';
import type { CanonicalRecord, RawRow, RowNote } from '../contract';

export const FIXTURES_FOLDER = 'fixtures';

export interface FixtureCase {
  readonly name?: string;
  readonly row: RawRow;
  readonly key?: string | null;
  readonly record?: CanonicalRecord;
  readonly void?: string | null;
  readonly changedAt?: string | null;
  readonly notes?: readonly RowNote[];
  readonly reject?: { readonly code: string; readonly field: string; readonly message?: string };
}

export interface Fixture {
  readonly stream: string;
  readonly cases: readonly FixtureCase[];
}

export interface FixtureFile extends Fixture {
  readonly file: string;
  /** Line of a path of the file, from 1. */
  readonly lineOf: (path: readonly (string | number)[]) => number;
}

const validate = once(() => new Ajv2020({ allErrors: true, strictTypes: false }).compile<Fixture>(schema));

/** Every fixture of a folder, in the order of names; none when there is no such folder. Throws MappingError. */
export function readFixtures(folder: string): FixtureFile[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /\.(?:ya?ml|json)$/u.test(name))
    .sort()
    .map((name) => readFixture(path.join(folder, name)));
}

function readFixture(file: string): FixtureFile {
  const name = path.relative(process.cwd(), file).split(path.sep).join('/');
  // JSON is YAML too, so both have lines
  const yaml = new YamlFile(name, readFileSync(file, 'utf8'));
  const fixture = yaml.read(validate());
  if (fixture !== null) {
    for (const [i, one] of fixture.cases.entries()) {
      if ((one.record === undefined) === (one.reject === undefined))
        yaml.report(['cases', i], 'a case expects either a record or a reject');
    }
  }
  if (fixture === null || yaml.problems.length > 0) throw new MappingError(yaml.problems);
  return { ...fixture, file: name, lineOf: (at) => yaml.position(at).line };
}
