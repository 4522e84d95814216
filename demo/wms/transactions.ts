// The story's documents as WMS transactions: unsigned entries whose sign is in the type, and counts that set.
import type { Alloc, Doc, Line, Lot, Place, Site } from '../story/model';

export interface Entry {
  readonly lot: Lot;
  readonly qty: number;
  readonly bin: string;
}

export interface Transaction {
  readonly at: number;
  readonly type: string;
  readonly site: Site;
  readonly entries: readonly Entry[];
  readonly doc: Doc;
  readonly source: string | null;
  readonly destination: string | null;
  /** Counts are filled in when the level is known. */
  readonly count: boolean;
}

const entriesOf = (lines: readonly Line[], side: 'from' | 'to'): Entry[] =>
  lines.flatMap((line) => {
    const place = line[side];
    return place
      ? line.allocs.map((alloc: Alloc) => ({ lot: alloc.lot, qty: alloc.qty, bin: place.bin }))
      : [];
  });

const placeOf = (doc: Doc, side: 'from' | 'to'): Place => {
  for (const line of doc.lines) {
    const place = line[side];
    if (place) return place;
  }
  throw new Error(`a ${doc.kind} has no place`);
};

/** What the WMS books for a document; nothing for drafts, cancelled ones, and those of the ERP alone. */
export function transactionsOf(doc: Doc): Transaction[] {
  if (doc.only === 'erp' || doc.state) return [];
  const make = (
    type: string,
    side: 'from' | 'to',
    at: number,
    parties: Partial<Transaction> = {},
  ): Transaction => ({
    ...{ at, type, doc, site: placeOf(doc, side).site, entries: entriesOf(doc.lines, side) },
    ...{ source: null, destination: null, count: false },
    ...parties,
  });
  const partner = doc.partner?.id ?? null;
  switch (doc.kind) {
    case 'receipt':
      return [make(doc.typeOverride ?? '8', 'to', doc.at, { source: partner })];
    case 'return':
      return [make('8', 'to', doc.at, { source: partner })];
    case 'manufacture':
      return [make('2', 'from', doc.at - 1000), make('3', 'to', doc.at)];
    case 'delivery':
      return [make('9', 'from', doc.at, { destination: partner })];
    case 'adjust':
      return [make(doc.typeOverride ?? '10', 'from', doc.at)];
    case 'count':
      return [make('7', 'from', doc.at, { count: true })];
    case 'productCount':
      return [make('11', 'from', doc.at, { count: true })];
    case 'transfer':
    case 'putaway': {
      const from = placeOf(doc, 'from').site;
      const to = placeOf(doc, 'to').site;
      return [
        make('9', 'from', doc.leftAt ?? doc.at, { destination: to }),
        make('8', 'to', doc.at, { source: from }),
      ];
    }
  }
}
