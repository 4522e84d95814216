/** `lotgraph map test`: holds every mapping of a folder against the fixtures beside it. Needs no source. */
import { loadMappings } from '../../connectors/load-mappings';
import { runFixtures, type FixtureMismatch } from '../../connectors/workbench/run-fixtures';
import { attributesOf, mappingsFolder } from './open-mapping';

export interface TestCommandOptions {
  readonly json?: boolean;
}

/** Resolves to the exit code: 1 when a row became something else than its fixture says. */
export function testCommand(root: string, folder: string | undefined, options: TestCommandOptions): number {
  const reports = loadMappings(folder ?? mappingsFolder(root), attributesOf(root)).map(runFixtures);
  const mismatches = reports.flatMap((report) => report.mismatches);
  if (options.json === true) console.log(JSON.stringify(reports, null, 2));
  else {
    for (const mismatch of mismatches) console.log(mismatchText(mismatch));
    for (const { system, cases, mismatches: wrong, untested } of reports) {
      const rest = untested.length === 0 ? '' : `; without a fixture: ${untested.join(', ')}`;
      console.log(`${system}: ${cases} cases, ${wrong.length} differences${rest}`);
    }
  }
  return mismatches.length === 0 ? 0 : 1;
}

function mismatchText({ file, line, stream, case: name, what, expected, found }: FixtureMismatch): string {
  const text = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value));
  return `${file}:${line} ${stream}, ${name}: ${what} should be ${text(expected)}, is ${text(found)}`;
}
