/** `lotgraph map fixture`: records rows of the live source, with what the mapping makes of them, as a fixture. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CompiledStream } from '../../connectors/mapping/compile-stream';
import { FIXTURES_FOLDER } from '../../connectors/workbench/fixture-file';
import { fixtureText, recordFixture } from '../../connectors/workbench/record-fixture';
import { loadDictionary } from '../../platform/dictionary/dictionary';
import { InvalidInputError } from '../../platform/errors';
import { recordTypeDefinition } from '../../schema/records/record-types';
import { commandSignal, openOptions, readMapping, wholeNumber } from './open-mapping';

export interface FixtureCommandOptions {
  readonly stream: string;
  readonly rows: string;
  readonly pseudonymise?: boolean | string;
  readonly out?: string;
  readonly force?: boolean;
}

const MOST_ROWS = 200;

/** Resolves to the exit code: 0. Throws InvalidInputError rather than overwrite a fixture unasked. */
export async function fixtureCommand(
  root: string,
  given: string,
  options: FixtureCommandOptions,
): Promise<number> {
  const mapping = readMapping(root, given);
  const compiled = mapping.streams.find(({ name }) => name === options.stream);
  if (compiled === undefined) throw new InvalidInputError(`there is no stream "${options.stream}"`);
  const file =
    options.out ?? path.join(path.dirname(mapping.file), FIXTURES_FOLDER, `${options.stream}.yaml`);
  if (existsSync(file) && options.force !== true)
    throw new InvalidInputError(`${file} is there already; --force replaces it`);
  const fixture = await recordFixture(mapping, {
    ...openOptions(root),
    stream: options.stream,
    rows: wholeNumber('--rows', options.rows, MOST_ROWS),
    ...personal(root, compiled, options.pseudonymise),
    signal: commandSignal(),
  });
  if (fixture.cases.length === 0) {
    console.error(`${options.stream} has no rows now: nothing was recorded`);
    return 1;
  }
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, fixtureText(fixture));
  console.log(`${fixture.cases.length} rows recorded in ${file}`);
  return 0;
}

/** What is replaced when it is asked for: fields for persons, restricted ones, and the columns that are listed. */
function personal(
  root: string,
  { recordType, spec }: CompiledStream,
  asked: boolean | string | undefined,
): { personalFields: string[]; personalColumns: string[] } {
  if (asked === undefined || asked === false) return { personalFields: [], personalColumns: [] };
  const definitions = Object.entries(recordTypeDefinition(recordType).fields);
  const persons = definitions.filter(([, field]) => field.personal === true).map(([name]) => name);
  const declared = (spec.personal ?? []).flatMap(({ column, subject }) => [column, subject ?? column]);
  const listed = typeof asked === 'string' ? asked.split(',').map((name) => name.trim()) : [];
  return {
    personalFields: [...persons, ...restrictedFields(root, recordType)],
    personalColumns: [...declared, ...listed],
  };
}

/** Fields of a record type whose terms are restricted: names of people among them. */
function restrictedFields(root: string, recordType: string): string[] {
  const dictionary = loadDictionary(path.join(root, 'schema/dictionary/terms'));
  return dictionary
    .list()
    .filter(({ id, classification }) => classification === 'restricted' && id.startsWith(`${recordType}.`))
    .map(({ id }) => id.slice(recordType.length + 1));
}
