// Plants the mess of old systems into the story, and notes each piece for the tests.
import { byTime } from './cell';
import type { Cell, Lot } from './model';
import { plantDocs } from './mess-docs';
import { Planter, keysOf } from './mess-kit';
import { plantMasters } from './mess-masters';
import { plantSamples } from './mess-samples';
import { EXAMPLE } from './numbering';
import type { Rng } from './rng';

export interface Mess {
  /** Readings typed in another number format, by lot. */
  readonly readings: ReadonlyMap<Lot, { reading_1: string }>;
  /** To be called when documents are named and samples taken. */
  finish(): void;
}

/** Plants everything that needs a place of its own; only the first cell has it. */
export function plantMess(cell: Cell, { end }: { end: number }): Mess {
  const planter = new Planter(cell, end);
  plantMasters(planter);
  const noteDocs = plantDocs(planter);
  cell.docs.sort(byTime);
  const readings = new Map<Lot, { reading_1: string }>();
  for (const lot of planter.lots(2, (candidate) => candidate.item.level === 1)) {
    readings.set(lot, { reading_1: '1.234,5' });
    const keys = { ...keysOf(lot), doctype: 'Quality Inspection Reading', field: 'reading_1' };
    planter.note('locale-number', ['erp'], 'a reading in the German number format', keys, {
      kind: 'value',
      result: '1234.5',
    });
  }
  return {
    readings,
    finish: () => {
      noteDocs();
      plantSamples(planter);
      noteQa(planter);
      noteExample(planter);
    },
  };
}

function noteQa(planter: Planter): void {
  for (const file of ['qa/recalls.csv', 'qa/recall-lots.csv']) {
    const expect = { kind: 'rejected', reason: 'too few columns' };
    planter.note(
      'qa-bad-row',
      ['qa'],
      'a row with too few columns',
      { file, recallNo: 'RC-2099-XX' },
      expect,
    );
  }
}

function noteExample(planter: Planter): void {
  const { example } = planter.cell;
  if (!example) return;
  const keys = {
    itemCode: EXAMPLE.itemCode,
    lotNumber: EXAMPLE.lotNumber,
    serials: example.serials,
    load: example.load,
  };
  planter.cell.planted.push({
    id: 'exampleKit',
    kind: 'example',
    description: 'the rich sterile kit lot of the README',
    systems: ['erp', 'wms', 'lims', 'qa'],
    keys,
    expect: { kind: 'value', inputs: [...example.inputs.keys()].map((lot) => lot.number).sort() },
  });
}

/** In every cell some lots are written differently in the WMS and the LIMS. */
export function plantVariants(cell: Cell, rng: Rng): void {
  const taken = new Set(cell.planted.map(({ keys }) => keys['lotNumber']));
  let n = 0;
  for (const lot of cell.lots) {
    if (lot.wmsNumber !== undefined || taken.has(lot.number) || lot === cell.example) continue;
    const dice = rng.next();
    if (dice > 0.03) continue;
    lot.wmsNumber =
      dice < 0.01
        ? lot.number.toLowerCase()
        : dice < 0.02
          ? ` ${lot.number}  `
          : `${lot.number.toLowerCase()} `;
    n += 1;
    note(cell, `lot-written-wms-${cell.index}-${n}`, ['wms'], lot.wmsNumber, lot);
  }
  n = 0;
  for (const sample of cell.samples) {
    const { lot } = sample;
    if (!lot || lot.item.level === 1 || taken.has(lot.number) || !rng.chance(0.25)) continue;
    const bare = lot.number.replace('-', '');
    const style = lot === cell.example ? 1 : rng.int(0, 3);
    sample.clientReference =
      [
        `LOT:${lot.number}`,
        bare,
        `${lot.item.code} 批号 ${bare}`,
        `${lot.item.code} / ${lot.number.toLowerCase()}`,
      ][style] ?? bare;
    n += 1;
    note(cell, `lot-written-lims-${cell.index}-${n}`, ['lims'], sample.clientReference, lot);
  }
}

function note(cell: Cell, id: string, systems: readonly string[], written: string, lot: Lot): void {
  cell.planted.push({
    ...{ id, kind: 'lot-written', description: 'the lot number is written differently', systems },
    keys: { written, itemCode: lot.item.code },
    expect: { kind: 'value', ...keysOf(lot) },
  });
}
