/**
 * Rows of a sheet of a workbook. Numbers are the digits that the file holds; dates are calendar dates or times on the
 * wall, since a workbook knows no zone.
 */
import { readSheet } from 'read-excel-file/node';
import type { RawRow, RawValue } from '../contract';
import { textOf } from '../transforms/transform';
import { FormatError, placeOf, type FileToRead } from './rows';

const DAY_MS = 86_400_000;
/** Workbooks keep times as fractions of a day, which miss the second by less than this. */
const CLOSE_MS = 10;
/** Times of day are kept as fractions of day zero, which is in 1899 or 1904. */
const FIRST_DAY = Date.UTC(1904, 0, 2);

type Cell = string | number | boolean | Date | null;

export async function readXlsx(file: FileToRead): Promise<RawRow[]> {
  const { source, bytes } = file;
  const cells = await sheetOf(bytes, source.sheet);
  const lines = cells
    .map((record, i) => ({ record, line: i + 1 }))
    .filter(({ record, line }) => record.some((cell) => !isBlank(cell)) && line >= (source.headerLine ?? 1));
  const columns = source.header ?? lines[0]?.record.map((cell) => textOfCell(cell)?.trim() ?? '') ?? [];
  const rows = source.header === undefined ? lines.slice(1) : lines;
  file.check(file.file, columns);
  return rows.map(({ record, line }) => {
    const row: Record<string, RawValue> = {};
    for (const [i, column] of columns.entries()) if (column !== '') row[column] = valueOf(record[i] ?? null);
    return { ...row, ...placeOf(file, line) };
  });
}

/** Cells of a sheet by its name, or of the first. Numbers stay as they are written. */
async function sheetOf(bytes: Buffer, sheet: string | undefined): Promise<readonly (readonly Cell[])[]> {
  try {
    return (await readSheet(bytes, sheet ?? 1, {
      parseNumber: (text: string) => text,
      trim: false,
    })) as Cell[][];
  } catch (error) {
    if ((error as Error).name === 'SheetNotFoundError')
      throw new FormatError(`it has no sheet "${sheet ?? ''}"`);
    throw error;
  }
}

const isBlank = (cell: Cell) => cell === null || (typeof cell === 'string' && cell.trim() === '');

function valueOf(cell: Cell): RawValue {
  return cell instanceof Date ? textOfDate(cell) : typeof cell === 'number' ? String(cell) : cell;
}

const textOfCell = (cell: Cell): string | null => textOf(valueOf(cell));

function textOfDate(date: Date): string {
  const exact = date.getTime();
  const second = Math.round(exact / 1000) * 1000;
  const ms = Math.abs(exact - second) <= CLOSE_MS ? second : exact;
  const iso = new Date(ms).toISOString().replace(/(?:\.000)?Z$/u, '');
  if (ms < FIRST_DAY) return iso.slice(11);
  return ms % DAY_MS === 0 ? iso.slice(0, 10) : iso;
}
