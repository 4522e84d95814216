import type { Lot } from './model';

/** Lots of one cell; the running numbers of the next cell begin after them. */
export const LOTS_PER_CELL = 2000;
const FIRST = 240_001;

/** Code and number of the example kit, the same for every date and seed. */
export const EXAMPLE = { itemCode: 'KIT-1001', lotNumber: 'LT240117-01', running: 240_117 } as const;

const written = (running: number): string => `LT${running}-01`;

/** Numbers the lots of a cell in the order of their making; the example kit gets its well-known number. */
export function numberLots(lots: readonly Lot[], cell: number, example: Lot | null): void {
  const ordered = [...lots].sort((a, b) => a.madeAt - b.madeAt);
  const known = EXAMPLE.running - FIRST;
  if (example) {
    const mine = ordered.indexOf(example);
    const other = ordered[known];
    if (other) {
      ordered[mine] = other;
      ordered[known] = example;
    }
  }
  ordered.forEach((lot, index) => {
    lot.number = written(FIRST + cell * LOTS_PER_CELL + index);
    lot.erpName = lot.number;
  });
}
