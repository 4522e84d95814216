// Document numbers, given in the order of the documents as a naming series of the ERP would.
import { DAY, isoDay, dayOf } from './calendar';
import type { Doc, Lot } from './model';

const PREFIX = {
  order: 'PUR-ORD',
  receipt: 'MAT-PRE',
  entry: 'MAT-STE',
  work: 'MFG-WO',
  sales: 'SAL-ORD',
  delivery: 'MAT-DN',
  inspection: 'MAT-QA',
} as const;

export class Series {
  private readonly counters = new Map<string, number>();

  next(kind: keyof typeof PREFIX, instant: number): string {
    const key = `${PREFIX[kind]}-${isoDay(dayOf(instant)).slice(0, 4)}`;
    const value = (this.counters.get(key) ?? 0) + 1;
    this.counters.set(key, value);
    return `${key}-${String(value).padStart(5, '0')}`;
  }
}

/** True when a document moves goods between warehouses of the ERP (bin moves and counts do not). */
export const inErpBooks = (doc: Doc): boolean =>
  doc.only !== 'wms' && doc.lines.some((line) => line.from?.warehouse !== line.to?.warehouse);

const setSource = (lot: Lot | undefined, doctype: string, name: string): void => {
  if (lot) lot.source = { doctype, name };
};

/** Names every document of a cell that the ERP knows, and tells lots where they came from. */
export function nameDocs(docs: readonly Doc[], series: Series): void {
  for (const doc of docs) {
    if (!inErpBooks(doc)) continue;
    const ordered = doc.orderedAt ?? doc.at;
    switch (doc.kind) {
      case 'receipt': {
        doc.erpOrder = series.next('order', ordered);
        doc.erpName = series.next('receipt', doc.at);
        setSource(doc.lines[0]?.allocs[0]?.lot, 'Purchase Receipt', doc.erpName);
        break;
      }
      case 'manufacture': {
        doc.erpOrder = series.next('work', doc.at - 2 * DAY);
        if (doc.splitConsumption) doc.erpConsumption = series.next('entry', doc.at);
        doc.erpName = series.next('entry', doc.at);
        const lot = doc.lines.find((line) => line.finished)?.allocs[0]?.lot;
        setSource(lot, 'Stock Entry', doc.erpName);
        if (lot) lot.workOrder = doc.erpOrder;
        break;
      }
      case 'delivery':
        doc.erpOrder = series.next('sales', ordered);
        doc.erpName = series.next('delivery', doc.at);
        break;
      case 'return':
        doc.erpName = series.next('delivery', doc.at);
        break;
      default:
        doc.erpName = series.next('entry', doc.at);
    }
  }
}
