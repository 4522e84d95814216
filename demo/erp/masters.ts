// Master data of the ERP: items, partners, warehouses, batches, serial numbers, bins.
import { dayOf, isoDay } from '../story/calendar';
import type { Cell, Item, Lot, Partner } from '../story/model';
import { COMPANY, SITES, WAREHOUSES } from '../story/sites';
import type { Sink } from '../sql';
import type { HashNames } from './ids';
import type { Ledger } from './ledger';
import { childOf, flag, head, q } from './rows';
import { T } from './tables';

const GROUPS: Record<Item['kind'], string> = {
  RES: 'Raw Material',
  ADD: 'Raw Material',
  CMP: 'Component',
  PKG: 'Packaging Material',
  MLD: 'Moulded Part',
  SUB: 'Sub Assembly',
  DEV: 'Device',
  PKU: 'Packaged Unit',
  KIT: 'Sterile Kit',
};

export function writeWarehouses(sink: Sink, at: number): void {
  const root = 'All Warehouses - DMD';
  let tick = 1;
  const write = (name: string, row: Record<string, string | number | null>): void =>
    sink.insert(T.warehouse, { ...head(name, at, at, 0), disabled: 0, company: COMPANY, ...row });
  const nodes: { name: string; row: Record<string, string | number | null> }[] = [];
  for (const site of SITES) {
    const group = `${site.nameEn} - DMD`;
    const lft = (tick += 1);
    for (const warehouse of WAREHOUSES.filter((candidate) => candidate.site === site.code)) {
      const row = {
        warehouse_name: warehouse.title,
        parent_warehouse: group,
        lft: (tick += 1),
        rgt: (tick += 1),
        is_group: 0,
        is_rejected_warehouse: flag(warehouse.rejected),
        city: site.city,
        custom_site: site.code,
      };
      nodes.push({ name: warehouse.name, row });
    }
    const row = {
      warehouse_name: site.nameEn,
      parent_warehouse: root,
      lft,
      rgt: (tick += 1),
      is_group: 1,
      is_rejected_warehouse: 0,
      city: site.city,
      custom_site: site.code,
    };
    nodes.push({ name: group, row });
  }
  write(root, {
    warehouse_name: 'All Warehouses',
    parent_warehouse: null,
    lft: 1,
    rgt: tick + 1,
    is_group: 1,
    is_rejected_warehouse: 0,
  });
  for (const { name, row } of nodes) write(name, row);
}

export function writeItems(sink: Sink, names: HashNames, items: readonly Item[], at: number): void {
  for (const item of items) {
    const stamp = head(item.code, at, at, 0);
    sink.insert(T.item, {
      ...stamp,
      item_code: item.code,
      item_name: item.nameEn,
      item_group: GROUPS[item.kind],
      description: item.nameEn,
      stock_uom: item.uom,
      has_batch_no: 1,
      has_expiry_date: flag(item.shelfDays !== null),
      shelf_life_in_days: item.shelfDays ?? 0,
      has_serial_no: flag(item.serial),
      is_stock_item: 1,
      disabled: flag(item.disabled),
      custom_name_zh: item.nameZh,
      custom_gtin: item.gtin,
      custom_registration_no: item.registrationNo,
      custom_sterile: flag(item.kind === 'KIT'),
    });
    const units = [[item.uom, 1] as const, ...(item.boxSize > 1 ? [['Box', item.boxSize] as const] : [])];
    units.forEach(([uom, factor], index) => {
      const row = childOf(item.code, 'Item', 'uoms', index + 1);
      sink.insert(T.uom, { ...stamp, ...row, name: names.next(), uom, conversion_factor: factor });
    });
  }
}

export function writePartners(
  sink: Sink,
  suppliers: readonly Partner[],
  customers: readonly Partner[],
  at: number,
): void {
  for (const { id, nameEn, nameZh, group, country } of suppliers) {
    const row = {
      supplier_name: nameEn,
      supplier_group: group,
      country,
      disabled: 0,
      custom_name_zh: nameZh,
    };
    sink.insert(T.supplier, { ...head(id, at, at, 0), ...row });
  }
  for (const { id, nameEn, nameZh, group, country } of customers) {
    const row = {
      customer_name: nameEn,
      customer_group: group,
      territory: country,
      disabled: 0,
      custom_name_zh: nameZh,
    };
    sink.insert(T.customer, { ...head(id, at, at, 0), ...row });
  }
}

const day = (value: number | null): string | null => (value === null ? null : isoDay(value));

export function writeBatches(sink: Sink, lots: readonly Lot[], remaining: ReadonlyMap<Lot, number>): void {
  for (const lot of lots) {
    if (!lot.inErp) continue;
    const { item } = lot;
    const bought = lot.supplier !== null;
    sink.insert(T.batch, {
      ...head(lot.erpName, lot.madeAt, lot.touchedAt, 0),
      batch_id: lot.number,
      item: item.code,
      item_name: item.nameEn,
      manufacturing_date: day(lot.mfgDay),
      expiry_date: lot.erpExpiry === undefined ? day(lot.expiryDay) : lot.erpExpiry,
      supplier: lot.supplier?.id ?? null,
      batch_qty: q(remaining.get(lot) ?? 0),
      stock_uom: item.uom,
      disabled: flag(lot.disabled),
      parent_batch: null,
      reference_doctype: lot.source?.doctype ?? null,
      reference_name: lot.source?.name ?? null,
      qty_to_produce: bought ? 0 : q(lot.qty),
      produced_qty: bought ? 0 : q(lot.qty),
      description: lot.comment ?? null,
      custom_sterilization_load: lot.load,
      custom_supplier_lot: lot.supplierLot,
      custom_supplier_expiry: lot.erpSupplierExpiry ?? (bought ? day(lot.expiryDay) : null),
      custom_quality_status: lot.erpStatus ?? lot.status,
    });
  }
}

export interface SerialState {
  readonly lot: Lot;
  warehouse: string | null;
  status: string;
  customer: string | null;
  touchedAt: number;
}

export function writeSerials(sink: Sink, serials: ReadonlyMap<string, SerialState>): void {
  for (const [serial, { lot, warehouse, status, customer, touchedAt }] of serials) {
    sink.insert(T.serial, {
      ...head(serial, lot.madeAt, touchedAt, 0),
      serial_no: serial,
      item_code: lot.item.code,
      item_name: lot.item.nameEn,
      batch_no: lot.erpName,
      warehouse,
      status,
      customer,
      work_order: lot.workOrder,
      reference_doctype: lot.source?.doctype ?? null,
      reference_name: lot.source?.name ?? null,
      warranty_expiry_date: isoDay(dayOf(lot.madeAt) + 730),
      company: COMPANY,
    });
  }
}

export function writeBins(sink: Sink, names: HashNames, cell: Cell, ledger: Ledger, at: number): void {
  for (const item of cell.items) {
    for (const [warehouse, balance] of ledger.balances.get(item) ?? []) {
      const row = { item_code: item.code, warehouse, actual_qty: q(balance), stock_uom: item.uom };
      sink.insert(T.bin, { ...head(names.next(), at, at, 0), ...row });
    }
  }
}
