/** One row for each part of a text that lists several things: serial numbers one a line, lots behind commas. */
import type { RawRow, RawValue, SourceBatch } from './contract';
import type { SourcePart, SplitSpec } from './mapping/document';
import { UNREADABLE } from './mapping/row-mapper';
import { textOf } from './transforms/transform';

/** A text that lists more than this is no list of things that one row says something of. */
const MOST_PARTS = 100_000;
const LINE_END = /\r\n|\r|\n/u;

/** The split that a part declares; null where it declares none. */
export function splitOf(part: SourcePart): SplitSpec | null {
  const each = 'each' in part ? part.each : undefined;
  return each !== undefined && 'split' in each ? each : null;
}

/** The rows of a batch, taken apart. A row whose list is empty gives none; `#index` counts the parts from 0. */
export function splitBatch(batch: SourceBatch, split: SplitSpec): SourceBatch {
  return { ...batch, rows: batch.rows.flatMap((row) => splitRow(row, split)) };
}

function splitRow(row: RawRow, { split, by, as }: SplitSpec): readonly RawRow[] {
  const value: RawValue = row[split] ?? null;
  if (value === null) return [];
  const text = textOf(value);
  const unreadable = (why: string): RawRow[] => [{ ...row, [UNREADABLE]: `${split} ${why}` }];
  if (text === null && !Array.isArray(value)) return unreadable('is no text that lists anything');
  const parts: readonly RawValue[] = Array.isArray(value)
    ? value
    : (text ?? '')
        .split(by ?? LINE_END)
        .map((part) => part.trim())
        .filter((part) => part !== '');
  if (parts.length > MOST_PARTS) return unreadable(`lists more than ${MOST_PARTS} things`);
  return parts.map((part, index) => ({ ...row, [as]: part, '#index': index }));
}
