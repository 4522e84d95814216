// Small helpers to write ERPNext rows: the standard columns, money-free document heads, batch fields.
import { erpStamp } from '../story/calendar';
import type { Item, Line } from '../story/model';
import type { Row } from '../sql';

/** Thousandths to the number the database holds. */
export const q = (thousandths: number): number => thousandths / 1000;

export const flag = (value: boolean): number => (value ? 1 : 0);

export const head = (name: string, createdAt: number, touchedAt: number, docstatus = 1): Row => ({
  name,
  creation: erpStamp(createdAt),
  modified: erpStamp(touchedAt),
  modified_by: 'stock.user',
  owner: 'stock.user',
  docstatus,
  idx: 0,
});

export const childOf = (parent: string, parenttype: string, parentfield: string, idx: number): Row => ({
  parent,
  parenttype,
  parentfield,
  idx,
});

export const date = (instant: number): string => erpStamp(instant).slice(0, 10);
export const time = (instant: number): string => erpStamp(instant).slice(11);

export const lineQty = (line: Line): number => line.allocs.reduce((sum, alloc) => sum + alloc.qty, 0);

/** Quantity columns of a purchase or sales row, in boxes when the document is in boxes. */
export function amounts(item: Item, qty: number, inBoxes: boolean): Row {
  const boxed = inBoxes && item.boxSize > 1 && qty % (item.boxSize * 1000) === 0;
  const factor = boxed ? item.boxSize : 1;
  return {
    qty: q(qty) / factor,
    uom: boxed ? 'Box' : item.uom,
    stock_uom: item.uom,
    conversion_factor: factor,
    stock_qty: q(qty),
  };
}
