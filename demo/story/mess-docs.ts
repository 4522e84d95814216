// Mess in documents: drafts, cancelled ones, returns, counts, strangers, and movements that one system missed.
import { DAY, dayOf } from './calendar';
import type { Doc, Line, Lot } from './model';
import { keysOf, strangeLot } from './mess-kit';
import type { Planter } from './mess-kit';
import { at as nth } from './rng';
import { place } from './sites';

/** Notes that need the names of documents are written when the documents have been named. */
export type Later = () => void;

export function plantDocs(planter: Planter): Later {
  const later = [plantUnposted(planter), noteExisting(planter), plantStrangers(planter), plantSplit(planter)];
  plantCounts(planter);
  plantMissed(planter);
  return () => later.forEach((note) => note());
}

function outOf(planter: Planter, lot: Lot, qty: number): Line | null {
  const shelf = planter.shelf(lot);
  if (!shelf) return null;
  return { item: lot.item, allocs: [{ lot, qty, serials: [] }], from: shelf.place, to: null };
}

function plantUnposted(planter: Planter): Later {
  const { cell, end } = planter;
  const planted: [Doc, Lot][] = [];
  planter.stocked(5).forEach((lot, index) => {
    const line = outOf(planter, lot, 4000);
    if (!line) return;
    const at = end - (20 + index * 31) * DAY + 10 * 3_600_000;
    const doc: Doc = {
      ...{
        kind: 'delivery',
        at,
        orderedAt: at - 3 * DAY,
        partner: nth(cell.customers, 3 + index * 11),
        lines: [line],
      },
      state: index < 3 ? 'cancelled' : 'draft',
    };
    cell.docs.push(doc);
    planted.push([doc, lot]);
  });
  return () => {
    for (const [doc, lot] of planted) {
      const keys = { ...keysOf(lot), deliveryNote: doc.erpName, quantity: '4' };
      const cancelled = doc.state === 'cancelled';
      const text = cancelled
        ? 'a cancelled delivery: docstatus 2, both ledger rows is_cancelled 1'
        : 'a draft delivery: docstatus 0, nothing posted';
      const expect = { kind: 'value', counts: false, shippedToCustomer: false };
      planter.note(cancelled ? 'cancelled-delivery' : 'draft-delivery', ['erp'], text, keys, expect);
    }
  };
}

function noteExisting(planter: Planter): Later {
  const { docs } = planter.cell;
  const returned = docs.filter((doc) => doc.kind === 'return').slice(0, 3);
  const boxed = docs.filter((doc) => doc.inBoxes === true && doc.lines.length > 0);
  return () => {
    for (const doc of returned) {
      const alloc = doc.lines[0]?.allocs[0];
      if (!alloc) continue;
      const keys = { ...keysOf(alloc.lot), deliveryNote: doc.erpName, against: doc.returnOf?.erpName };
      const expect = { kind: 'value', quantityBack: String(alloc.qty / 1000), direction: 'in' };
      planter.note(
        'return',
        ['erp', 'wms'],
        'goods came back: a return delivery note with negative quantity',
        keys,
        expect,
      );
    }
    for (const kind of ['receipt', 'delivery']) {
      for (const doc of boxed.filter((candidate) => candidate.kind === kind).slice(-2)) {
        const [line] = doc.lines;
        const alloc = line?.allocs[0];
        if (!line || !alloc) continue;
        const keys = { ...keysOf(alloc.lot), document: doc.erpName, factor: line.item.boxSize };
        const expect = {
          kind: 'value',
          pieces: String(alloc.qty / 1000),
          boxes: String(alloc.qty / 1000 / line.item.boxSize),
        };
        planter.note(
          'box-unit',
          ['erp', 'wms'],
          `a ${kind} in boxes; ledger and WMS are in pieces`,
          keys,
          expect,
        );
      }
    }
  };
}

function plantStrangers(planter: Planter): Later {
  const { cell, end } = planter;
  const finished = cell.items.filter((item) => item.level === 5);
  const at = end - 90 * DAY + 9 * 3_600_000;
  const day = dayOf(at);
  for (const n of [0, 1]) {
    const item = nth(finished, 4 + n);
    const lot = strangeLot(item, `LT99000${n + 1}-01`, at, day, {});
    const line: Line = {
      item,
      allocs: [{ lot, qty: 50_000, serials: [] }],
      from: null,
      to: place('SZ', 'finished', 3),
    };
    cell.docs.push({
      kind: 'receipt',
      at: at + n * DAY,
      only: 'erp',
      partner: nth(cell.suppliers, 3),
      lines: [line],
    });
    const expect = { kind: 'finding', finding: 'ledger row without a batch master' };
    planter.note(
      'missing-batch',
      ['erp'],
      'a ledger row whose batch is not in tabBatch',
      keysOf(lot),
      expect,
    );
  }
  for (const n of [0, 1, 2]) {
    const item = nth(finished, 7 + n);
    const nameless = n === 2;
    const number = nameless ? '' : `LT98000${n + 1}-01`;
    const lot = strangeLot(item, number, at, day, { inWms: true, wmsNumber: number });
    const line: Line = {
      item,
      allocs: [{ lot, qty: 30_000, serials: [] }],
      from: null,
      to: place('GZ', 'main', 5),
    };
    cell.lots.push(lot);
    cell.docs.push({
      kind: 'receipt',
      at: at + n * DAY,
      only: 'wms',
      partner: nth(cell.suppliers, 3),
      lines: [line],
      typeOverride: '3',
    });
    if (nameless) {
      const expect = { kind: 'rejected', reason: 'a row without a lot number', quantity: '30' };
      planter.note(
        'no-lot-number',
        ['wms'],
        "the WMS's default lot: lotNumber is null",
        { itemCode: item.code },
        expect,
      );
    } else {
      const expect = { kind: 'finding', finding: 'lot unknown to the ERP', onHand: '30' };
      planter.note(
        'unknown-lot',
        ['wms'],
        'a lot in the WMS that the ERP does not know',
        keysOf(lot),
        expect,
      );
    }
  }
  return () => undefined;
}

/** Some work orders were backflushed by a separate entry: inputs and output share only the work order. */
function plantSplit(planter: Planter): Later {
  const { example } = planter.cell;
  const made = planter.cell.docs.filter(
    (doc) =>
      doc.kind === 'manufacture' &&
      doc.lines.at(-1)?.item.level === 5 &&
      !doc.lines.some((line) => line.item.serial),
  );
  const split = [0.3, 0.6, 0.9].map((share) => nth(made, Math.floor(share * made.length)));
  for (const doc of split) if (doc.lines.at(-1)?.allocs[0]?.lot !== example) doc.splitConsumption = true;
  return () => {
    for (const doc of split) {
      const lot = doc.lines.at(-1)?.allocs[0]?.lot;
      if (!lot) continue;
      const keys = {
        ...keysOf(lot),
        workOrder: doc.erpOrder,
        consumption: doc.erpConsumption,
        manufacture: doc.erpName,
      };
      const inputs = [...lot.inputs.keys()].map((input) => input.number).sort();
      const text = 'consumed in a Material Consumption for Manufacture entry; joined by work order only';
      planter.note('split-consumption', ['erp'], text, keys, { kind: 'value', inputs });
    }
  };
}

function plantCounts(planter: Planter): void {
  const { cell, end } = planter;
  planter.stocked(3).forEach((lot, index) => {
    const line = outOf(planter, lot, 0);
    if (!line) return;
    const difference = [-2000, 3000, -5000][index] ?? 0;
    cell.docs.push({
      kind: 'count',
      at: end - (40 + index) * DAY + 36_000_000,
      lines: [line],
      only: 'wms',
      difference,
    });
    const expect = { kind: 'finding', finding: 'stock differs', wmsMinusErp: String(difference / 1000) };
    planter.note(
      'count-difference',
      ['wms', 'erp'],
      'a count set another level; the ERP was not corrected',
      keysOf(lot),
      expect,
    );
  });
  for (const lot of planter.stocked(2)) {
    const line = outOf(planter, lot, 0);
    if (!line?.from) continue;
    cell.docs.push({
      kind: 'productCount',
      at: end - 30 * DAY + 36_000_000,
      lines: [line],
      only: 'wms',
      difference: 0,
    });
    const keys = { ...keysOf(lot), site: line.from.site };
    const expect = { kind: 'value', level: 'set by the count; equal to the ERP' };
    planter.note(
      'product-count',
      ['wms'],
      'a PRODUCT_INVENTORY count sets all lots of the product at the depot',
      keys,
      expect,
    );
  }
  const plain = cell.docs.filter((doc) => doc.kind === 'count' && doc.difference === 0).slice(0, 3);
  for (const doc of plain) {
    const lot = doc.lines[0]?.allocs[0]?.lot;
    if (!lot) continue;
    const expect = { kind: 'value', level: 'set by the count; equal to the ERP' };
    planter.note(
      'count-in-between',
      ['wms'],
      'an INVENTORY count in the middle of deltas',
      keysOf(lot),
      expect,
    );
  }
}

function plantMissed(planter: Planter): void {
  const { cell, end } = planter;
  planter.stocked(4).forEach((lot, index) => {
    const line = outOf(planter, lot, 2000);
    if (!line) return;
    const only = index < 2 ? 'erp' : 'wms';
    cell.docs.push({
      kind: 'adjust',
      at: end - (10 + index) * DAY + 36_000_000,
      lines: [line],
      only,
      typeOverride: '5',
    });
    const expect = { kind: 'finding', finding: 'stock differs', wmsMinusErp: only === 'erp' ? '2' : '-2' };
    const text = `an issue of 2 pieces that only the ${only.toUpperCase()} booked`;
    planter.note('missed-movement', ['erp', 'wms'], text, { ...keysOf(lot), site: line.from?.site }, expect);
  });
}
