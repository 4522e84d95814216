// Posting to the stock ledger in both of ERPNext's shapes: batch on the row, and through a bundle.
import type { Alloc, Item } from '../story/model';
import type { Sink } from '../sql';
import type { HashNames } from './ids';
import { childOf, date, flag, head, q, time } from './rows';
import { T } from './tables';
import { COMPANY } from '../story/sites';

export interface Voucher {
  readonly type: string;
  readonly no: string;
  readonly at: number;
  readonly cancelled: boolean;
}

export interface Posting {
  readonly item: Item;
  readonly warehouse: string;
  readonly allocs: readonly Alloc[];
  readonly sign: 1 | -1;
  readonly detail: string;
}

export class Ledger {
  /** Running balance per item and warehouse, in thousandths. */
  readonly balances = new Map<Item, Map<string, number>>();
  private bundles = 0;

  constructor(
    private readonly sink: Sink,
    private readonly names: HashNames,
    /** Documents from this instant on use bundles. */
    private readonly upgradeAt: number,
  ) {}

  usesBundles(at: number): boolean {
    return at >= this.upgradeAt;
  }

  /** Writes the ledger rows of one document row; returns the bundle's name when there is one. */
  post(voucher: Voucher, posting: Posting): string | null {
    if (!this.usesBundles(voucher.at)) {
      for (const alloc of posting.allocs) this.row(voucher, posting, alloc.qty, alloc, null);
      return null;
    }
    const bundle = `SABB-${String((this.bundles += 1)).padStart(8, '0')}`;
    this.bundle(bundle, voucher, posting);
    this.row(voucher, posting, sum(posting.allocs), null, bundle);
    return bundle;
  }

  private row(
    voucher: Voucher,
    posting: Posting,
    qty: number,
    alloc: Alloc | null,
    bundle: string | null,
  ): void {
    const { item, warehouse, sign } = posting;
    const signed = sign * qty;
    const after = this.move(item, warehouse, voucher.cancelled ? 0 : signed);
    const row = {
      item_code: item.code,
      warehouse,
      posting_date: date(voucher.at),
      posting_time: time(voucher.at),
      posting_datetime: `${date(voucher.at)} ${time(voucher.at)}`,
      voucher_type: voucher.type,
      voucher_no: voucher.no,
      voucher_detail_no: posting.detail,
      batch_no: alloc?.lot.erpName ?? null,
      serial_no: alloc && alloc.serials.length > 0 ? alloc.serials.join('\n') : null,
      serial_and_batch_bundle: bundle,
      is_cancelled: flag(voucher.cancelled),
      has_batch_no: bundle === null ? 0 : 1,
      has_serial_no: flag(bundle !== null && item.serial),
      stock_uom: item.uom,
      company: COMPANY,
      qty_after_transaction: q(after),
    };
    const name = this.names.next();
    this.sink.insert(T.ledger, {
      ...head(name, voucher.at, voucher.at + 3000),
      ...row,
      actual_qty: q(signed),
    });
    if (!voucher.cancelled) return;
    // a cancelled voucher leaves its row and the row that takes it back, both marked
    const reverse = head(this.names.next(), voucher.at + 3_600_000, voucher.at + 3_600_000);
    this.sink.insert(T.ledger, { ...reverse, ...row, actual_qty: q(-signed) });
  }

  private move(item: Item, warehouse: string, delta: number): number {
    let byWarehouse = this.balances.get(item);
    if (!byWarehouse) this.balances.set(item, (byWarehouse = new Map<string, number>()));
    const after = (byWarehouse.get(warehouse) ?? 0) + delta;
    byWarehouse.set(warehouse, after);
    return after;
  }

  private bundle(name: string, voucher: Voucher, { item, warehouse, allocs, sign, detail }: Posting): void {
    const stamp = head(name, voucher.at, voucher.at + 2000);
    this.sink.insert(T.bundle, {
      ...stamp,
      item_code: item.code,
      item_name: item.nameEn,
      warehouse,
      type_of_transaction: sign > 0 ? 'Inward' : 'Outward',
      voucher_type: voucher.type,
      voucher_no: voucher.no,
      voucher_detail_no: detail,
      posting_date: date(voucher.at),
      posting_time: time(voucher.at),
      total_qty: q(sign * sum(allocs)),
      has_batch_no: 1,
      has_serial_no: flag(item.serial),
      is_cancelled: flag(voucher.cancelled),
      is_rejected: 0,
      company: COMPANY,
    });
    let idx = 0;
    const entry = (alloc: Alloc, qty: number, serial: string | null): void => {
      idx += 1;
      this.sink.insert(T.bundleEntry, {
        ...stamp,
        ...childOf(name, 'Serial and Batch Bundle', 'entries', idx),
        name: this.names.next(),
        batch_no: alloc.lot.erpName,
        serial_no: serial,
        qty: q(sign * qty),
        warehouse,
        is_outward: flag(sign < 0),
        delivered_qty: 0,
      });
    };
    for (const alloc of allocs) {
      if (alloc.serials.length === 0) entry(alloc, alloc.qty, null);
      else for (const serial of alloc.serials) entry(alloc, 1000, serial);
    }
  }
}

export const sum = (allocs: readonly Alloc[]): number =>
  allocs.reduce((total, alloc) => total + alloc.qty, 0);
