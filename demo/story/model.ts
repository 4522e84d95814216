// What happened, told once: items, lots, documents and samples. The writers print it as each system would.
// Quantities are whole thousandths (1.250 kg = 1250, 3 pieces = 3000), so that sums stay exact.
export type Site = 'SZ' | 'CD' | 'SH' | 'GZ' | 'RTM';
export type Level = 1 | 2 | 3 | 4 | 5 | 6;

export interface Item {
  readonly code: string;
  readonly level: Level;
  readonly kind: 'RES' | 'ADD' | 'CMP' | 'PKG' | 'MLD' | 'SUB' | 'DEV' | 'PKU' | 'KIT';
  readonly nameEn: string;
  readonly nameZh: string;
  readonly uom: 'Kg' | 'Nos';
  readonly gtin: string;
  readonly shelfDays: number | null;
  readonly serial: boolean;
  readonly site: Site;
  readonly boxSize: number;
  readonly registrationNo: string | null;
  readonly bom: readonly BomLine[];
  lotSize: number;
  disabled: boolean;
  wmsCode: string;
}

export interface BomLine {
  readonly item: Item;
  /** Thousandths of the input per whole piece of the output. */
  readonly per: number;
}

export interface Partner {
  readonly id: string;
  readonly nameEn: string;
  readonly nameZh: string;
  readonly group: string;
  readonly country: string;
}

export type QualityStatus = 'Released' | 'Quarantine' | 'On Hold' | 'Rejected';

export interface Lot {
  number: string;
  /** Key in the ERP: the number, but for the second item of a shared number. */
  erpName: string;
  readonly item: Item;
  readonly qty: number;
  readonly site: Site;
  readonly madeAt: number;
  readonly mfgDay: number;
  expiryDay: number | null;
  readonly supplier: Partner | null;
  readonly supplierLot: string | null;
  readonly inputs: Map<Lot, number>;
  serials: string[];
  load: string | null;
  status: QualityStatus;
  disabled: boolean;
  touchedAt: number;
  /** Overrides for what single systems print; absent = the plain truth. */
  erpExpiry?: string | null;
  erpSupplierExpiry?: string;
  erpStatus?: string;
  /** As written in the WMS; empty = the default lot without a number. */
  wmsNumber?: string;
  wmsExpiry?: string | null;
  wmsStatus?: string | null;
  inErp: boolean;
  inWms: boolean;
  comment?: string;
  source: { doctype: string; name: string } | null;
  workOrder: string | null;
}

export interface Place {
  readonly site: Site;
  readonly warehouse: string;
  readonly bin: string;
}

export interface Alloc {
  readonly lot: Lot;
  readonly qty: number;
  readonly serials: readonly string[];
}

export interface Line {
  readonly item: Item;
  readonly allocs: readonly Alloc[];
  readonly from: Place | null;
  readonly to: Place | null;
  readonly finished?: boolean;
}

export type DocKind =
  | 'receipt'
  | 'manufacture'
  | 'transfer'
  | 'putaway'
  | 'delivery'
  | 'return'
  | 'count'
  | 'productCount'
  | 'adjust';

export interface Doc {
  readonly kind: DocKind;
  readonly at: number;
  /** When goods leave (transfers between sites); `at` is when they arrive and are posted. */
  readonly leftAt?: number;
  readonly lines: readonly Line[];
  readonly partner?: Partner;
  readonly only?: 'erp' | 'wms';
  /** Order in the other system's books comes first (purchase or sales order). */
  readonly orderedAt?: number;
  state?: 'draft' | 'cancelled';
  splitConsumption?: boolean;
  inspected?: QualityStatus;
  inBoxes?: boolean;
  /** Counts: what the shelf held beyond (or below) the books. */
  difference?: number;
  returnOf?: Doc;
  /** Names given by the ERP writer, for those who refer to the document. */
  erpName?: string;
  erpOrder?: string;
  erpConsumption?: string;
  typeOverride?: string;
  remark?: string;
}

export interface Analysis {
  readonly keyword: string;
  readonly title: string;
  result: string;
  readonly unit: string;
  readonly min: string;
  readonly max: string;
  state: string;
  retestOf?: number;
  remark?: string;
}

export interface Sample {
  readonly lot: Lot | null;
  readonly load: string | null;
  readonly type: string;
  readonly at: number;
  readonly doneAt: number;
  clientReference: string;
  clientSampleId: string;
  state: string;
  analyses: Analysis[];
  retestOfSample?: boolean;
  remark?: string;
}

export interface Planted {
  readonly id: string;
  readonly kind: string;
  readonly description: string;
  readonly systems: readonly string[];
  readonly keys: Readonly<Record<string, unknown>>;
  readonly expect: Readonly<Record<string, unknown>>;
}

export interface Cell {
  readonly index: number;
  readonly items: readonly Item[];
  readonly customers: readonly Partner[];
  readonly suppliers: readonly Partner[];
  readonly lots: Lot[];
  readonly docs: Doc[];
  readonly samples: Sample[];
  readonly example: Lot | null;
  readonly planted: Planted[];
  readonly recalls: Recall[];
}

export interface Recall {
  readonly number: string;
  readonly titleZh: string;
  readonly titleEn: string;
  readonly class: '一级' | '二级' | '三级';
  readonly state: 'open' | 'closed';
  readonly opened: string;
  readonly closed: string;
  readonly reason: string;
  readonly lots: readonly { item: string; lot: string; quantity: string; unit: string }[];
}
