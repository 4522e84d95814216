/** `lotgraph map fixture`: records rows of the live source, with what the mapping makes of them, as a fixture. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FIXTURES_FOLDER } from '../../connectors/workbench/fixture-file';
import { fixtureText, recordFixture } from '../../connectors/workbench/record-fixture';
import { loadDictionary } from '../../platform/dictionary/dictionary';
import { InvalidInputError } from '../../platform/errors';
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
  const { pseudonymise } = options;
  const fixture = await recordFixture(mapping, {
    ...openOptions(root),
    stream: options.stream,
    rows: wholeNumber('--rows', options.rows, MOST_ROWS),
    personalFields:
      pseudonymise === undefined || pseudonymise === false ? [] : restrictedFields(root, compiled.recordType),
    personalColumns:
      typeof pseudonymise === 'string' ? pseudonymise.split(',').map((name) => name.trim()) : [],
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

/** Fields of a record type whose terms are restricted: names of people among them. */
function restrictedFields(root: string, recordType: string): string[] {
  const dictionary = loadDictionary(path.join(root, 'schema/dictionary/terms'));
  return dictionary
    .list()
    .filter(({ id, classification }) => classification === 'restricted' && id.startsWith(`${recordType}.`))
    .map(({ id }) => id.slice(recordType.length + 1));
}
