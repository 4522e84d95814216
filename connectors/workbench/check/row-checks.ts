/** Checks over the rows of one stream: rejects, codes, values that get lost on the way, keys and joins. */
import type { MappedRow, RawRow } from '../../contract';
import type { CompiledStream } from '../../mapping/compile-stream';
import { examples, pathOf, type CheckFinding, type Report } from './finding';
import { checkRejects } from './reject-checks';
import { isFannedOut } from '../../sql/fan-out';

export interface CheckedRow {
  readonly raw: RawRow;
  readonly mapped: MappedRow;
}

/** Rows that are needed before a field without any value is worth a word. */
const ENOUGH_ROWS = 20;

export function checkRows(
  stream: CompiledStream,
  rows: readonly CheckedRow[],
  report: Report,
): CheckFinding[] {
  return [
    ...checkRejects(stream, rows, report),
    ...notes(stream, rows, report),
    ...values(stream, rows, report),
    ...keys(stream, rows, report),
  ];
}

/** Codes that a table does not know but keeps, zero dates that become no value. */
function notes(stream: CompiledStream, rows: readonly CheckedRow[], report: Report): CheckFinding[] {
  const groups = new Map<string, { rule: string; field: string; raws: string[] }>();
  for (const { mapped } of rows) {
    if (mapped.kind !== 'record') continue;
    for (const { rule, field, raw } of mapped.notes) {
      const group = groups.get(`${rule} ${field}`) ?? { rule, field, raws: [] };
      group.raws.push(raw);
      groups.set(`${rule} ${field}`, group);
    }
  }
  return [...groups.values()].flatMap(({ rule, field, raws }) => {
    const count = raws.length;
    if (rule === 'UNKNOWN_CODE')
      return [
        report(
          'warning',
          'UNKNOWN_CODE',
          pathOf(stream, field),
          `${count} rows have codes that the table does not know: ${examples(raws)}`,
          { count, hint: 'add them to the code table' },
        ),
      ];
    if (rule === 'ABSURD_FACTOR')
      return [
        report(
          'warning',
          'ABSURD_FACTOR',
          pathOf(stream, field),
          `${count} rows are converted by a factor that can hardly be true: ${examples(raws)}`,
          { count, hint: 'look into the master data of the units' },
        ),
      ];
    if (rule === 'CLOCK_CHANGE')
      return [
        report(
          'info',
          'CLOCK_CHANGE',
          pathOf(stream, field),
          `${count} times are skipped or shown twice by clocks of the zone: ${examples(raws)}`,
          { count, hint: 'read a column that names the offset, or UTC, where there is one' },
        ),
      ];
    if (rule === 'ZERO_DATE')
      return [
        report('info', 'ZERO_DATE', pathOf(stream, field), `${count} zero dates are read as no value`, {
          count,
        }),
      ];
    return [];
  });
}

/** No silent null: what the source wrote and the record lacks, and fields that never have a value. */
function values(stream: CompiledStream, rows: readonly CheckedRow[], report: Report): CheckFinding[] {
  const records = rows.filter(({ mapped }) => mapped.kind === 'record');
  return Object.keys(stream.spec.fields).flatMap((field) => {
    const lost: string[] = [];
    let present = 0;
    for (const { raw, mapped } of records) {
      if (mapped.kind !== 'record') continue;
      if ((mapped.record[field] ?? null) !== null) present += 1;
      else {
        const text = stream.rawText(field, raw);
        const noted = mapped.notes.some((note) => note.field === field);
        if (text !== null && text.trim() !== '' && !noted) lost.push(text);
      }
    }
    const found: CheckFinding[] = [];
    if (lost.length > 0) {
      const message = `${lost.length} rows have a value that the mapping turns into none: ${examples(lost)}`;
      found.push(report('warning', 'LOST_VALUES', pathOf(stream, field), message, { count: lost.length }));
    }
    if (present === 0 && lost.length === 0 && records.length >= ENOUGH_ROWS)
      found.push(
        report('info', 'ALWAYS_EMPTY', pathOf(stream, field), `none of ${records.length} rows has a value`),
      );
    return found;
  });
}

function keys(stream: CompiledStream, rows: readonly CheckedRow[], report: Report): CheckFinding[] {
  const byKey = new Map<string, RawRow[]>();
  for (const { raw, mapped } of rows) {
    const key = mapped.key ?? (isFannedOut(raw) ? stream.keyOf(raw) : null);
    if (key !== null) byKey.set(key, [...(byKey.get(key) ?? []), raw]);
  }
  const shared = [...byKey].filter(([, raws]) => raws.length > 1);
  if (shared.length === 0) return [];
  const fanned = shared.filter(([, raws]) => joinedDifferences(raws).length > 0);
  const others = shared.filter((pair) => !fanned.includes(pair));
  const aliases = new Set(fanned.flatMap(([, raws]) => joinedDifferences(raws)));
  const at = ['streams', stream.name];
  return [
    ...(fanned.length === 0
      ? []
      : [
          report(
            'error',
            'JOIN_FAN_OUT',
            [...at, 'source', 'joins'],
            `a row joins to several rows of ${[...aliases].join(', ')}: keys ${examples(fanned.map(([key]) => key))}`,
            {
              ...{ count: fanned.length, hint: 'add a condition to the join, or a column of it to the key' },
            },
          ),
        ]),
    ...(others.length === 0
      ? []
      : [
          report(
            'error',
            'DUPLICATE_KEY',
            [...at, 'key'],
            `${others.length} keys stand for several rows: ${examples(others.map(([key]) => key))}`,
            {
              ...{ count: others.length, hint: 'name columns that tell the rows apart' },
            },
          ),
        ]),
  ];
}

/** Aliases whose columns differ among rows that are one row of their own table. */
function joinedDifferences(raws: readonly RawRow[]): string[] {
  const [first, ...rest] = raws;
  if (first === undefined) return [];
  const differing = Object.keys(first).filter((name) =>
    rest.some((row) => JSON.stringify(row[name]) !== JSON.stringify(first[name])),
  );
  const own = differing.filter((name) => !name.includes('.') && !name.startsWith('#'));
  return own.length > 0
    ? []
    : differing.filter((name) => name.includes('.')).map((name) => name.slice(0, name.indexOf('.')));
}
