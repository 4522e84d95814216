// Writes one cell of the story into the ERP's tables.
import { DAY } from '../story/calendar';
import type { Cell, Doc, Lot } from '../story/model';
import { inErpBooks } from '../story/naming';
import type { Series } from '../story/naming';
import type { Sink } from '../sql';
import { Documents } from './documents';
import { HashNames } from './ids';
import type { ReadingOverride } from './inspections';
import { writeInspection } from './inspections';
import { Ledger } from './ledger';
import type { SerialState } from './masters';
import { writeBatches, writeBins, writeItems, writePartners, writeSerials, writeWarehouses } from './masters';

/** The ERP was upgraded fourteen months before the demo date; documents since then use bundles. */
const UPGRADE_AGE = 425 * DAY;

export interface ErpExtras {
  readonly readings: ReadingOverride;
}

export class ErpWriter {
  private readonly names = new HashNames();
  private readonly ledger: Ledger;

  constructor(
    private readonly sink: Sink,
    private readonly series: Series,
    private readonly end: number,
  ) {
    this.ledger = new Ledger(sink, this.names, end - UPGRADE_AGE);
    writeWarehouses(sink, end - 1100 * DAY);
  }

  write(cell: Cell, extras: ErpExtras): void {
    const founded = this.end - 1098 * DAY;
    writeItems(this.sink, this.names, cell.items, founded);
    writePartners(this.sink, cell.suppliers, cell.customers, founded);
    this.ledger.balances.clear();
    const documents = new Documents(this.sink, this.names, this.ledger);
    const remaining = new Map<Lot, number>();
    const serials = new Map<string, SerialState>();
    for (const doc of cell.docs) {
      if (!inErpBooks(doc)) continue;
      documents.write(doc);
      if (doc.inspected) writeInspection(this.sink, this.names, this.series, doc, this.end, extras.readings);
      if (!doc.state) settle(doc, remaining, serials);
    }
    writeBatches(this.sink, cell.lots, remaining);
    writeSerials(this.sink, serials);
    writeBins(this.sink, this.names, cell, this.ledger, this.end - DAY);
  }
}

/** Follows what is left of each lot, and where each serial number went. */
function settle(doc: Doc, remaining: Map<Lot, number>, serials: Map<string, SerialState>): void {
  for (const { from, to, allocs } of doc.lines) {
    const sign = (to ? 1 : 0) - (from ? 1 : 0);
    for (const { lot, qty, serials: moved } of allocs) {
      remaining.set(lot, (remaining.get(lot) ?? 0) + sign * qty);
      const gone =
        doc.kind === 'delivery' ? 'Delivered' : doc.kind === 'manufacture' ? 'Consumed' : 'Inactive';
      for (const serial of moved) {
        serials.set(serial, {
          lot,
          warehouse: to?.warehouse ?? null,
          status: to ? 'Active' : gone,
          customer: !to && doc.kind === 'delivery' ? (doc.partner?.id ?? null) : null,
          touchedAt: doc.at + 5000,
        });
      }
    }
  }
}
