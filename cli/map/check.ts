/** `lotgraph map check`: the mapping against its live source; reads only. */
import { readFileSync } from 'node:fs';
import { checkMapping, type CheckReport } from '../../connectors/workbench/check/check-mapping';
import { textTable } from '../table';
import { commandSignal, openOptions, readMapping, wholeNumber } from './open-mapping';

export interface CheckCommandOptions {
  readonly stream?: string;
  readonly rows: string;
  readonly strict?: boolean;
  readonly json?: boolean;
}

const MOST_ROWS = 1_000_000;

/** Resolves to the exit code: 1 when there is an error, or with `--strict` a warning. */
export async function checkCommand(
  root: string,
  given: string,
  options: CheckCommandOptions,
): Promise<number> {
  const mapping = readMapping(root, given);
  const report = await checkMapping(mapping, {
    ...openOptions(root),
    ...(options.stream === undefined ? {} : { stream: options.stream }),
    text: readFileSync(mapping.file, 'utf8'),
    rows: wholeNumber('--rows', options.rows, MOST_ROWS),
    signal: commandSignal(),
  });
  console.log(options.json === true ? JSON.stringify(report, null, 2) : reportText(report));
  const fatal = report.findings.filter(
    ({ severity }) => severity === 'error' || (options.strict === true && severity === 'warning'),
  );
  return fatal.length === 0 ? 0 : 1;
}

function reportText({ streams, findings }: CheckReport): string {
  const lines = findings.map(
    ({ file, line, column, severity, check, path, message, hint }) =>
      `${file}:${line}:${column} ${severity} ${check} ${path}: ${message}${hint === null ? '' : ` (${hint})`}`,
  );
  const table = textTable([
    ['stream', 'read', 'records', 'void', 'rejected', ''],
    ...streams.map(({ name, read, records, voids, rejects, complete }) => [
      ...[name, String(read), String(records), String(voids), String(rejects)],
      complete ? 'all rows' : 'the first rows',
    ]),
  ]);
  const count = (wanted: string) => findings.filter(({ severity }) => severity === wanted).length;
  return [...lines, '', table, '', `${count('error')} errors, ${count('warning')} warnings`].join('\n');
}
