/** Writes `schema/generated/`, or with `--check` fails when what is committed there is out of date. */
import path from 'node:path';
import { ConfigError } from '../../platform/errors';
import { generateFiles, staleFiles, writeFiles } from './generated-files';

const root = path.resolve(__dirname, '..', '..');

function main(check: boolean): readonly string[] {
  const files = generateFiles(root);
  if (!check) {
    writeFiles(root, files);
    return [];
  }
  return staleFiles(root, files).map(
    (problem) => `${problem}: run \`npm run generate\` and commit the result`,
  );
}

let problems: readonly string[];
try {
  problems = main(process.argv.includes('--check'));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  problems = error.problems;
}
if (problems.length > 0) {
  process.stderr.write(`The graph cannot be generated:\n${problems.map((one) => `  ${one}\n`).join('')}`);
  process.exitCode = 1;
}
