/** `lotgraph map preview`: rows of the live source before and after the mapping; writes nothing. */
import { previewMapping, type PreviewField, type PreviewRow } from '../../connectors/workbench/preview';
import { InvalidInputError } from '../../platform/errors';
import { textTable } from '../table';
import { commandSignal, openOptions, readMapping, wholeNumber } from './open-mapping';

export interface PreviewCommandOptions {
  readonly stream?: string;
  readonly rows: string;
  readonly rejected?: boolean;
  readonly json?: boolean;
}

const MOST_ROWS = 1_000;
/** Rows read at most in search of rejected ones. */
const REJECTED_OF = 20_000;

/** Resolves to the exit code: 0, also where rows are rejected. */
export async function previewCommand(
  root: string,
  given: string,
  options: PreviewCommandOptions,
): Promise<number> {
  const mapping = readMapping(root, given);
  const names = mapping.streams.map(({ name }) => name);
  if (options.stream !== undefined && !names.includes(options.stream)) {
    throw new InvalidInputError(`there is no stream "${options.stream}"; streams: ${names.join(', ')}`);
  }
  const streams = await previewMapping(mapping, {
    ...openOptions(root),
    ...(options.stream === undefined ? {} : { stream: options.stream }),
    ...(options.rejected === true ? { rejectedOf: REJECTED_OF } : {}),
    rows: wholeNumber('--rows', options.rows, MOST_ROWS),
    signal: commandSignal(),
  });
  if (options.json === true) {
    console.log(JSON.stringify(streams, null, 2));
    return 0;
  }
  for (const { stream, part, recordType, read, rows } of streams) {
    console.log(
      `\n${stream}${part === null ? '' : ` (${part})`} → ${recordType}: ${rows.length} of ${read} rows read`,
    );
    for (const row of rows) console.log(rowText(row));
  }
  return 0;
}

const OUTCOMES = { RECORD: 'record', VOID: 'void', REJECTED: 'REJECTED' } as const;

function rowText(row: PreviewRow): string {
  const where = row.field === null ? '' : ` at ${row.field}`;
  const why = row.reason === null ? '' : `: ${row.code === null ? '' : `${row.code}${where}, `}${row.reason}`;
  const head = `\n  ${OUTCOMES[row.outcome]} ${row.key ?? '(no key)'}${why}`;
  const table = textTable(row.fields.map(fieldCells), '    ');
  const notes = row.notes.map(({ rule, field, raw }) => `    note ${rule} ${field}: ${JSON.stringify(raw)}`);
  return [head, table, ...notes].join('\n');
}

function fieldCells({ name, raw, steps, value, problem }: PreviewField): string[] {
  const shown = steps.map(({ step, value: after, problem: failed }) => {
    return `${step} → ${failed === null ? JSON.stringify(after) : `✗ ${failed}`}`;
  });
  const result = problem === null ? JSON.stringify(value) : `✗ ${problem.code}: ${problem.message}`;
  return [name, raw === null ? '-' : JSON.stringify(raw), result, shown.join(' | ')];
}
