// Mess in master data: numbers, codes, dates and statuses that differ between the systems.
import { isoDay, usDay } from './calendar';
import type { Item, Lot } from './model';
import type { Planter } from './mess-kit';
import { keysOf } from './mess-kit';

const dotted = (day: number): string => isoDay(day).split('-').reverse().join('.');
const finished = (lot: Lot): boolean => lot.item.level >= 5;
const bought = (lot: Lot): boolean => lot.item.level === 1 && lot.status === 'Released';

export function plantMasters(planter: Planter): void {
  plantItems(planter);
  plantSharedNumbers(planter);
  plantDates(planter);
  plantStatuses(planter);
  plantTexts(planter);
}

function plantItems(planter: Planter): void {
  const item = (code: string): Item | undefined =>
    planter.cell.items.find((candidate) => candidate.code === code);
  for (const code of ['KIT-1003', 'PKU-1004', 'RES-1005', 'DEV-1006']) {
    const padded = item(code);
    if (!padded) continue;
    padded.wmsCode = `0000${code}`;
    const keys = { itemCode: code, wmsCode: padded.wmsCode };
    planter.note('item-code-padded', ['wms'], 'the WMS pads the item code with zeros', keys, {
      kind: 'value',
      itemCode: code,
    });
  }
  for (const code of ['KIT-1016', 'CMP-1007']) {
    const closed = item(code);
    if (!closed) continue;
    closed.disabled = true;
    planter.note(
      'item-disabled',
      ['erp'],
      'the item is disabled',
      { itemCode: code },
      { kind: 'value', active: false },
    );
  }
}

function plantSharedNumbers(planter: Planter): void {
  for (const lot of planter.lots(2, (candidate) => candidate.item.level === 5)) {
    const [twin] = planter.lots(1, (other) => other.item.level === 6 && other.load !== null);
    if (!twin) continue;
    twin.number = lot.number;
    twin.erpName = `${lot.number}-1`;
    const items = [lot.item.code, twin.item.code];
    planter.note(
      'shared-number',
      ['erp', 'wms', 'lims'],
      'one lot number on two items; the ERP key of the second got a suffix',
      { lotNumber: lot.number, itemCodes: items, erpNames: [lot.erpName, twin.erpName] },
      { kind: 'value', lots: items.map((itemCode) => ({ itemCode, lotNumber: lot.number })) },
    );
  }
}

function plantDates(planter: Planter): void {
  planter.lots(5, finished).forEach((lot, index) => {
    const day = lot.expiryDay ?? 0;
    const other = day + (index % 2 === 0 ? 30 : -31);
    lot.wmsExpiry = usDay(other);
    const expect = { kind: 'finding', finding: 'expiry differs', erp: isoDay(day), wms: isoDay(other) };
    planter.note('expiry-differs', ['erp', 'wms'], 'expiry differs between ERP and WMS', keysOf(lot), expect);
  });
  for (const lot of planter.lots(3, bought)) {
    lot.erpExpiry = '0000-00-00';
    const expect = {
      kind: 'value',
      erpExpiry: null,
      wms: lot.expiryDay === null ? null : isoDay(lot.expiryDay),
    };
    planter.note('zero-date', ['erp'], 'expiry_date is 0000-00-00', keysOf(lot), expect);
  }
  for (const lot of planter.lots(2, finished)) {
    lot.erpExpiry = null;
    lot.wmsExpiry = null;
    const expect = { kind: 'finding', finding: 'no expiry although the item has a shelf life', expiry: null };
    planter.note(
      'null-expiry',
      ['erp', 'wms'],
      'expiry is NULL everywhere although the item expires',
      keysOf(lot),
      expect,
    );
  }
  for (const lot of planter.lots(3, (candidate) => finished(candidate) && candidate.expiryDay !== null)) {
    lot.wmsExpiry = dotted(lot.expiryDay ?? 0);
    const expect = { kind: 'value', expiry: isoDay(lot.expiryDay ?? 0) };
    planter.note('dotted-date', ['wms'], `expirationDate is written ${lot.wmsExpiry}`, keysOf(lot), expect);
  }
  for (const lot of planter.lots(3, bought)) {
    lot.erpSupplierExpiry = dotted(lot.expiryDay ?? 0);
    const expect = { kind: 'value', supplierExpiry: isoDay(lot.expiryDay ?? 0) };
    planter.note(
      'dotted-date',
      ['erp'],
      `custom_supplier_expiry is written ${lot.erpSupplierExpiry}`,
      keysOf(lot),
      expect,
    );
  }
  for (const [index, lot] of planter.lots(2, finished).entries()) {
    lot.wmsExpiry = index === 0 ? '02/30/2027' : 'see label';
    const expect = { kind: 'rejected', field: 'expirationDate', value: lot.wmsExpiry };
    planter.note('bad-date', ['wms'], `expirationDate cannot be read: ${lot.wmsExpiry}`, keysOf(lot), expect);
  }
  for (const lot of planter.lots(1, finished)) {
    lot.expiryDay = lot.mfgDay - 10;
    const expect = { kind: 'finding', finding: 'expiry before manufacture', expiry: isoDay(lot.mfgDay - 10) };
    planter.note(
      'expiry-before-made',
      ['erp', 'wms'],
      'expiry lies before the day of manufacture',
      keysOf(lot),
      expect,
    );
  }
}

function plantStatuses(planter: Planter): void {
  for (const lot of planter.stocked(3)) {
    lot.wmsStatus = 'ON_HOLD';
    const expect = { kind: 'finding', finding: 'status differs', erp: 'Released', wms: 'ON_HOLD' };
    planter.note(
      'status-differs',
      ['erp', 'wms'],
      'released in the ERP, on hold in the WMS',
      keysOf(lot),
      expect,
    );
  }
  for (const lot of planter.stocked(2)) {
    lot.disabled = true;
    lot.wmsStatus = 'APPROVED';
    const expect = { kind: 'finding', finding: 'status differs', erp: 'disabled', wms: 'APPROVED' };
    planter.note(
      'status-differs',
      ['erp', 'wms'],
      'disabled in the ERP, approved in the WMS',
      keysOf(lot),
      expect,
    );
  }
  for (const lot of planter.stocked(4)) {
    lot.disabled = true;
    lot.status = 'On Hold';
    planter.note('blocked', ['erp', 'wms'], 'on hold in both systems', keysOf(lot), {
      kind: 'value',
      blocked: true,
    });
  }
  const unknown = planter.lots(3, finished);
  unknown.forEach((lot, index) => {
    const inWms = index < 2;
    if (inWms) lot.wmsStatus = index === 0 ? 'QA_REVIEW' : 'X9';
    else lot.erpStatus = 'Conditional';
    const value = inWms ? lot.wmsStatus : lot.erpStatus;
    const system = inWms ? 'wms' : 'erp';
    const expect = {
      kind: 'finding',
      finding: 'unknown code',
      field: inWms ? 'lotStatus' : 'custom_quality_status',
      value,
    };
    planter.note('unknown-status', [system], `status code ${value ?? ''} is in no list`, keysOf(lot), expect);
  });
}

function plantTexts(planter: Planter): void {
  const texts = [
    'Pouch &amp; tray &lt;v2&gt;',
    '&#20013;&#25991; label &quot;A&quot;',
    '灭菌后复检合格，详见 &nbsp;SOP',
  ];
  const plain = ['Pouch & tray <v2>', '中文 label "A"', '灭菌后复检合格，详见 \u00a0SOP'];
  planter.lots(3, finished).forEach((lot, index) => {
    lot.comment = texts[index] ?? '';
    const expect = { kind: 'value', text: plain[index] ?? '' };
    planter.note('html-entity', ['erp', 'wms'], 'HTML entities in the description', keysOf(lot), expect);
  });
}
