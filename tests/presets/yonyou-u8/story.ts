/**
 * An account set of U8: purchase, production, a transfer, a sale and what was taken back.
 *
 * Planted, and what is expected of it:
 * - the keys of all pairs of tables begin with 1: a line is known by its type and key
 * - purchase 3 is not approved: records that do not count
 * - red vouchers (purchase 4, material 3, sale 2) have negative quantities beside the flag of their type
 * - material 3 takes back a part: it is no input; 11 and 10 are joined through the production order alone
 * - purchase 5: a resin without a lot is rejected; gloves, which are not kept by lot, are no row of ours
 * - purchase 6: a warehouse that no site was named for: UNASSIGNED, with a finding
 * - other out 3: a business type that nobody knows: counts, as OTHER, with a finding
 * - K004 in full-width letters on a voucher, k003 in small ones: the same lots
 * - M001 was made on 1900-01-01; M002 expires in a month; R001 has only the day after its last (失效日期)
 * - material 4 (假退料) and purchase 7 (an opening of the purchase module) move no stock
 * - R003 has a row of stock at zero, and so is a lot
 */
import type { Row, SimulatedSource } from '../support/source-server';
import { U8_SCHEMA } from './schema';

type Line = Readonly<{ item: string; qty: number; lot: string | null; more?: Row }>;
const of = (item: string, qty: number, lot: string | null, more: Row = {}): Line => ({
  item,
  qty,
  lot,
  more,
});

interface Voucher {
  readonly type: string;
  readonly head: Row;
  readonly lines: readonly Row[];
}

const numbers = new Map<string, number>();
const next = (name: string): number => {
  const number = (numbers.get(name) ?? 0) + 1;
  numbers.set(name, number);
  return number;
};

const OUT = new Set(['09', '11', '32']);

function voucher(
  type: string,
  day: string,
  warehouse: string,
  lines: readonly Line[],
  more: Row = {},
): Voucher {
  const id = next(`head${type}`);
  const approved = more['cHandler'] !== null;
  return {
    type,
    head: {
      ...{
        ID: id,
        bRdFlag: OUT.has(type) ? 0 : 1,
        cVouchType: type,
        cWhCode: warehouse,
        dDate: `2026-06-${day} 00:00:00`,
      },
      ...{ cCode: `${type}-${String(id).padStart(4, '0')}`, cMaker: '张三', cHandler: '李四' },
      ...{
        dnmaketime: `2026-06-${day} 09:00:00`,
        dnverifytime: approved ? `2026-06-${day} 10:00:00` : null,
        ...more,
      },
    },
    lines: lines.map(({ item, qty, lot, more: own }) => ({
      ...{ AutoID: next(`line${type}`), ID: id, cInvCode: item, iQuantity: qty, cBatch: lot, ...own },
    })),
  };
}

const VOUCHERS: readonly Voucher[] = [
  voucher('34', '01', '02', [of('KIT-9', 15, 'KX')]),
  voucher('01', '02', '01', [of('RES-1', 100, 'R001', { iPOsID: 11 }), of('MEM-2', 200, 'M001')], {
    cVenCode: 'V1',
  }),
  voucher('01', '03', '01', [of('RES-1', 50, 'R002'), of('MEM-2', 60, 'M002')], { cVenCode: 'V1' }),
  voucher('01', '03', '01', [of('RES-1', 70, 'R003')], { cVenCode: 'V1', cHandler: null }),
  voucher('01', '04', '01', [of('RES-1', -5, 'R002')], { cVenCode: 'V1' }),
  voucher('01', '04', '01', [of('GLV-3', 500, null), of('RES-1', 1, null)], { cVenCode: 'V1' }),
  voucher('01', '05', '05', [of('RES-1', 8, 'R004')], { cVenCode: 'V1' }),
  voucher('11', '06', '01', [
    of('RES-1', 40, 'R001', { iMPoIds: 901 }),
    of('MEM-2', 80, 'M001', { iMPoIds: 902 }),
  ]),
  voucher('11', '07', '01', [
    of('RES-1', 10, 'R002', { iMPoIds: 903 }),
    of('MEM-2', 20, 'M002', { iMPoIds: 904 }),
  ]),
  voucher('11', '08', '01', [of('MEM-2', -5, 'M001', { iMPoIds: 902 })]),
  voucher('11', '08', '01', [of('MEM-2', -7, 'M002', { iMPoIds: 904 })], { cBusType: '假退料' }),
  voucher('01', '01', '01', [of('RES-1', 9, 'R002')], { cVenCode: 'V1', bpufirst: 1 }),
  voucher('10', '08', '02', [
    of('KIT-9', 50, 'K001', { iMPoIds: 801 }),
    of('KIT-9', 30, 'K002', { iMPoIds: 801 }),
  ]),
  voucher('10', '09', '02', [of('KIT-9', 20, 'K003', { iMPoIds: 802 })]),
  voucher('32', '10', '02', [of('KIT-9', 20, 'K001'), of('KIT-9', 5, 'K002')], { cCusCode: 'C1' }),
  voucher('32', '12', '02', [of('KIT-9', -3, 'K001')], { cCusCode: 'C1' }),
  voucher('09', '13', '02', [of('KIT-9', 10, 'K002')], { cBusType: '调拨出库', cSource: '调拨' }),
  voucher('08', '13', '03', [of('KIT-9', 10, 'K002')], { cBusType: '调拨入库', cSource: '调拨' }),
  voucher('08', '14', '01', [of('RES-1', 2, 'R001')], { cBusType: '盘盈入库', cSource: '盘点' }),
  voucher('08', '14', '01', [of('MEM-2', 6, 'M003')], { cBusType: '其他入库' }),
  voucher('08', '14', '02', [of('KIT-9', 4, 'Ｋ００４')], { cBusType: '其他入库' }),
  voucher('09', '15', '01', [of('RES-1', 1, 'R001')], { cBusType: '盘亏出库', cSource: '盘点' }),
  voucher('09', '16', '02', [of('KIT-9', 2, 'k003')], { cBusType: '借出' }),
];

const stock = (
  id: number,
  warehouse: string,
  item: string,
  lot: string,
  quantity: number,
  more: Row = {},
): Row => ({
  ...{ AutoID: id, cWhCode: warehouse, cInvCode: item, cBatch: lot, iQuantity: quantity, ...more },
});

/** What U8 itself says that it has. */
const STOCK: readonly Row[] = [
  stock(1, '01', 'RES-1', 'R001', 61, { dMdate: '2025-11-01 00:00:00', dVDate: '2027-11-01 00:00:00' }),
  stock(2, '01', 'RES-1', 'R002', 35, { cExpirationdate: '2027-12-31' }),
  stock(3, '01', 'RES-1', 'R003', 0, { cExpirationdate: '2028-01-31' }),
  stock(4, '05', 'RES-1', 'R004', 8),
  stock(5, '01', 'MEM-2', 'M001', 125, { dMdate: '1900-01-01 00:00:00', dVDate: '1900-01-01 00:00:00' }),
  stock(6, '01', 'MEM-2', 'M002', 40, { cExpirationdate: '2027-06' }),
  stock(7, '01', 'MEM-2', 'M003', 6),
  stock(8, '02', 'KIT-9', 'K001', 33, { cExpirationdate: '2029-06-03', cFree1: 'MJ260603' }),
  stock(9, '02', 'KIT-9', 'K002', 15, { cExpirationdate: '2029-06-03', cFree1: 'MJ260603' }),
  stock(10, '03', 'KIT-9', 'K002', 10, { cExpirationdate: '2029-06-03', cFree1: 'MJ260603' }),
  stock(11, '02', 'KIT-9', 'K003', 18, { cExpirationdate: '2029-06-04', cFree1: 'MJ260604' }),
  stock(12, '02', 'KIT-9', 'K004', 4),
  stock(13, '02', 'KIT-9', 'KX', 15),
  { AutoID: 14, cWhCode: '01', cInvCode: 'GLV-3', iQuantity: 500 },
];

const article = (code: string, name: string, unit: string, byLot: number, more: Row = {}): Row => ({
  ...{ cInvCode: code, cInvName: name, cComUnitCode: unit, bInvBatch: byLot, bInvQuality: byLot, ...more },
});

const TABLES: Readonly<Record<string, readonly Row[]>> = {
  Inventory: [
    article('RES-1', '树脂', '02', 1, { cInvStd: '25kg', iMassDate: 730, cMassUnit: 3 }),
    article('MEM-2', '膜', '01', 1, { iMassDate: 2, cMassUnit: 1 }),
    article('KIT-9', '过滤套装', '03', 1, { dEDate: '2026-06-01 00:00:00' }),
    article('GLV-3', '手套', '01', 0),
  ],
  ComputationUnit: [
    { cComunitCode: '01', cComUnitName: '个' },
    { cComunitCode: '02', cComUnitName: '千克' },
    { cComunitCode: '03', cComUnitName: '盒' },
  ],
  Warehouse: [
    { cWhCode: '01', cWhName: '原料库' },
    { cWhCode: '02', cWhName: '成品库' },
    { cWhCode: '03', cWhName: '待检库' },
    { cWhCode: '05', cWhName: '委外库' },
  ],
  Vendor: [{ cVenCode: 'V1', cVenName: '树脂材料有限公司' }],
  Customer: [{ cCusCode: 'C1', cCusName: '市第一医院' }],
  CurrentStock: STOCK,
  PO_Pomain: [
    {
      POID: 1,
      cPOID: 'PO26050001',
      cVenCode: 'V1',
      dPODate: '2026-05-20 00:00:00',
      cVerifier: '王五',
      cCloser: '王五',
    },
    { POID: 2, cPOID: 'PO26050002', cVenCode: 'V1', dPODate: '2026-05-21 00:00:00' },
  ],
  PO_Podetails: [{ ID: 11, POID: 1, cInvCode: 'RES-1', iQuantity: 100 }],
  mom_orderdetail: [
    { MoDId: 801, MoId: 1, InvCode: 'KIT-9', Qty: 80 },
    { MoDId: 802, MoId: 2, InvCode: 'KIT-9', Qty: 20 },
  ],
  mom_moallocate: [
    { AllocateId: 901, MoDId: 801, InvCode: 'RES-1', Qty: 40 },
    { AllocateId: 902, MoDId: 801, InvCode: 'MEM-2', Qty: 80 },
    { AllocateId: 903, MoDId: 802, InvCode: 'RES-1', Qty: 10 },
    { AllocateId: 904, MoDId: 802, InvCode: 'MEM-2', Qty: 20 },
  ],
};

export async function fillU8(source: SimulatedSource): Promise<void> {
  await source.run(U8_SCHEMA);
  for (const [table, rows] of Object.entries(TABLES)) await source.fill(table, rows);
  for (const { type, head, lines } of VOUCHERS) {
    await source.fill(`rdrecord${type}`, [head]);
    await source.fill(`rdrecords${type}`, lines);
  }
}
