/**
 * What the simulated Kingdee K3 Cloud holds, with its forms and field keys: kits of resin, housings and filters, made in
 * organisation 100 and sold from there and from 200. Planted mess, and what is expected of it:
 * - bills in every status: created, submitted, approved, sent back, stored for later, void: only approved ones count
 * - lot 2601A of two materials: two lots, SAME_NUMBER
 * - lots without dates, which are 0001-01-01: no date
 * - a transfer that gives the lot another number where it arrives
 * - a line without a lot: no movement of one
 * - a unit that nobody listed: kept as UNKNOWN, with a finding
 * - material that was returned to the store; a count that found more, and one that found less
 * - a lot of stock that no lot master knows: MASTER_MISSING
 * - a material and a lot that are forbidden
 */
import type { Forms, Line } from './server';

const at = (day: string, time = '08:00:00') => `2026-${day}T${time}`;
const NO_DATE = '0001-01-01T00:00:00';

interface Bill {
  readonly id: number;
  readonly number: string;
  readonly day: string;
  readonly status?: string;
  readonly cancelled?: string;
  readonly party?: string;
  readonly order?: string;
}

/** Quantity, unit and party have other keys in each form. */
interface Form {
  readonly entry: string;
  readonly quantity: string;
  readonly unit: string;
  readonly material?: string;
  readonly stock?: string;
  readonly party?: string;
  readonly order?: true;
}

const FORMS: Readonly<Record<string, Form>> = {
  STK_InStock: {
    ...{ entry: 'FInStockEntry_FEntryID', quantity: 'FBaseUnitQty', unit: 'FBaseUnitID.FNumber' },
    party: 'FSupplierId.FNumber',
  },
  PRD_INSTOCK: {
    ...{ entry: 'FEntity_FEntryID', quantity: 'FBaseRealQty', unit: 'FBaseUnitId.FNumber', order: true },
  },
  PRD_PickMtrl: {
    ...{ entry: 'FEntity_FEntryID', quantity: 'FBaseActualQty', unit: 'FBaseUnitId.FNumber', order: true },
  },
  PRD_ReturnMtrl: { entry: 'FEntity_FEntryID', quantity: 'FBaseQty', unit: 'FBaseUnitId.FNumber' },
  STK_TransferDirect: { entry: 'FBillEntry_FEntryID', quantity: 'FBaseQty', unit: 'FBaseUnitId.FNumber' },
  SAL_OUTSTOCK: {
    ...{ entry: 'FEntity_FEntryID', quantity: 'FBaseUnitQty', unit: 'FBaseUnitID.FNumber' },
    ...{ party: 'FCustomerID.FNumber', stock: 'FStockID.FNumber', material: 'FMaterialID.FNumber' },
  },
  SAL_RETURNSTOCK: {
    ...{ entry: 'FEntity_FEntryID', quantity: 'FBaseunitQty', unit: 'FBaseunitId.FNumber' },
    party: 'FRetcustId.FNumber',
  },
  STK_StockCountGain: { entry: 'FBillEntry_FEntryID', quantity: 'FBaseGainQty', unit: 'FBaseUnitId.FNumber' },
  STK_StockCountLoss: { entry: 'FBillEntry_FEntryID', quantity: 'FBaseLossQty', unit: 'FBaseUnitId.FNumber' },
};

type Entry = readonly [material: string, lot: string | null, quantity: number, place: string, more?: Line];

const unitOf = (material: string) => (material === '1.01.001' ? 'kg' : 'Pcs');

let entries = 0;

/** The lines of one bill; `place` is organisation/warehouse. */
function lines(form: string, bill: Bill, list: readonly Entry[]): Line[] {
  const { entry, quantity, unit, material, stock, party, order } =
    FORMS[form] ?? FORMS['STK_InStock'] ?? never();
  return list.map(([item, lot, amount, place, more = {}]) => {
    entries += 1;
    const [org = '', warehouse = ''] = place.split('/');
    return {
      ...{ [entry]: 1000 + entries, FID: bill.id, FBillNo: bill.number, FDocumentStatus: bill.status ?? 'C' },
      ...{
        FCancelStatus: bill.cancelled ?? 'A',
        FDate: at(bill.day, '00:00:00'),
        FModifyDate: at(bill.day, '10:00:00'),
      },
      ...{
        'FStockOrgId.FNumber': org,
        [stock ?? 'FStockId.FNumber']: warehouse,
        [material ?? 'FMaterialId.FNumber']: item,
      },
      ...{ 'FLot.FNumber': lot, [quantity]: amount, [unit]: unitOf(item) },
      ...(party === undefined ? {} : { [party]: bill.party ?? null }),
      ...(order === undefined ? {} : { FMoBillNo: bill.order ?? null, FMoEntrySeq: 1 }),
      ...more,
    };
  });
}

function never(): never {
  throw new Error('no such form');
}

const transfer = (from: string, to: string, toLot: string | null): Line => {
  const [outOrg = '', source = ''] = from.split('/');
  const [org = '', target = ''] = to.split('/');
  return {
    ...{ 'FStockOutOrgId.FNumber': outOrg, 'FSrcStockId.FNumber': source },
    ...{ 'FStockOrgId.FNumber': org, 'FDestStockId.FNumber': target, 'FDestLot.FNumber': toLot },
  };
};

const item = (id: number, FNumber: string, FName: string, unit: string, more: Line = {}): Line => ({
  ...{ FMATERIALID: id, FNumber, FName, 'FMaterialGroup.FName': '医疗器械', 'FBaseUnitId.FNumber': unit },
  ...{ FExpPeriod: 0, FForbidStatus: 'A', FModifyDate: at('04-01'), ...more },
});
const lot = (id: number, FNumber: string, material: string, expires: string, more: Line = {}): Line => ({
  ...{ FLOTID: id, FNumber, 'FMaterialId.FNumber': material, 'FSupplyId.FNumber': null, FSupplyLot: ' ' },
  ...{
    FProduceDate: at('04-20', '00:00:00'),
    FExpiryDate: expires,
    FForbidStatus: 'A',
    FModifyDate: at('05-01'),
    ...more,
  },
});

const STOCK: readonly (readonly [material: string, lot: string, place: string, quantity: number])[] = [
  ['1.01.001', '2601A', '100/CK01', 79.5],
  ['1.01.001', '2601B', '100/CK01', 25],
  ['1.02.001', '2602A', '100/CK01', 322],
  ['1.02.001', '2602B', '100/CK01', 298],
  ['1.03.001', '2601A', '100/CK01', 150],
  ['1.03.001', '2603B', '100/CK01', 40],
  ['3.01.001', 'K2601', '100/CK02', 20],
  ['3.01.001', 'K2601', '200/CK09', 12],
  ['3.01.001', 'K2602', '100/CK02', 25],
  ['3.01.001', 'K2602-S', '200/CK09', 10],
  ['3.01.001', 'K2603', '100/CK02', 9],
];

export function kingdeeStory(): Forms {
  entries = 0;
  const supplier = 'GYS001';
  const customer = 'KH001';
  return {
    BD_MATERIAL: [
      item(1, '1.01.001', '树脂', 'kg', { FExpPeriod: 730 }),
      item(2, '1.02.001', '外壳', 'Pcs'),
      item(3, '1.03.001', '过滤器', 'Pcs'),
      item(4, '3.01.001', '输液套件', 'Pcs', { FExpPeriod: 730 }),
      item(5, '9.99.001', '旧套件', '打', { FForbidStatus: 'B' }),
    ],
    ORG_Organizations: [
      { FOrgID: 1, FNumber: '100', FName: '苏州工厂', FModifyDate: at('01-05') },
      { FOrgID: 2, FNumber: '200', FName: '上海销售', FModifyDate: at('01-05') },
    ],
    BD_STOCK: [
      { FStockId: 1, FNumber: 'CK01', FName: '原料仓', 'FUseOrgId.FNumber': '100', FModifyDate: at('01-05') },
      { FStockId: 2, FNumber: 'CK02', FName: '成品仓', 'FUseOrgId.FNumber': '100', FModifyDate: at('01-05') },
      { FStockId: 3, FNumber: 'CK09', FName: '销售仓', 'FUseOrgId.FNumber': '200', FModifyDate: at('01-05') },
    ],
    BD_Supplier: [{ FSupplierId: 1, FNumber: supplier, FName: '巴斯夫', FModifyDate: at('01-05') }],
    BD_Customer: [{ FCUSTID: 1, FNumber: customer, FName: '第一医院', FModifyDate: at('01-05') }],
    BD_BatchMainFile: [
      lot(1, '2601A', '1.01.001', '2028-04-19T00:00:00', {
        'FSupplyId.FNumber': supplier,
        FSupplyLot: 'BASF-77',
      }),
      lot(2, '2601B', '1.01.001', '2028-04-19T00:00:00'),
      lot(3, '2602A', '1.02.001', NO_DATE, { FProduceDate: NO_DATE }),
      lot(4, '2602B', '1.02.001', NO_DATE),
      lot(5, '2601A', '1.03.001', '2029-12-31T00:00:00'),
      lot(6, '2603B', '1.03.001', '2029-12-31T00:00:00', { FForbidStatus: 'B' }),
      lot(7, 'K2601', '3.01.001', '2028-05-10T00:00:00', { FProduceDate: at('05-11', '00:00:00') }),
      lot(8, 'K2602', '3.01.001', '2028-05-12T00:00:00', { FProduceDate: at('05-13', '00:00:00') }),
      lot(9, 'K2602-S', '3.01.001', '2028-05-12T00:00:00', { FProduceDate: at('05-13', '00:00:00') }),
      lot(10, 'K2603', '3.01.001', '2028-05-12T00:00:00', { FProduceDate: at('05-13', '00:00:00') }),
      lot(11, 'K2604', '3.01.001', '2028-05-12T00:00:00'),
      lot(12, 'K2605', '3.01.001', NO_DATE),
    ],
    STK_InStock: [
      ...lines('STK_InStock', { id: 11, number: 'CGRK001', day: '05-04', party: supplier }, [
        ['1.01.001', '2601A', 100, '100/CK01'],
        ['1.01.001', '2601B', 50, '100/CK01'],
        ['1.02.001', '2602A', 500, '100/CK01'],
        ['1.02.001', null, 900, '100/CK01'],
      ]),
      ...lines('STK_InStock', { id: 12, number: 'CGRK002', day: '05-05', party: supplier }, [
        ['1.02.001', '2602B', 300, '100/CK01'],
        ['1.03.001', '2601A', 200, '100/CK01'],
        ['1.03.001', '2603B', 40, '100/CK01', { 'FBaseUnitID.FNumber': '打' }],
      ]),
      ...lines('STK_InStock', { id: 13, number: 'CGRK003', day: '05-06', party: supplier, status: 'A' }, [
        ['1.01.001', '2601A', 7, '100/CK01'],
      ]),
      ...lines('STK_InStock', { id: 14, number: 'CGRK004', day: '05-06', party: supplier, status: 'D' }, [
        ['1.01.001', '2601B', 8, '100/CK01'],
      ]),
      ...lines('STK_InStock', { id: 15, number: 'CGRK005', day: '05-06', party: supplier, cancelled: 'B' }, [
        ['1.01.001', '2601B', 9, '100/CK01'],
      ]),
    ],
    PRD_PickMtrl: [
      ...lines('PRD_PickMtrl', { id: 21, number: 'SCLL001', day: '05-10', order: 'MO001' }, [
        ['1.01.001', '2601A', 20.5, '100/CK01'],
        ['1.02.001', '2602A', 100, '100/CK01'],
        ['1.03.001', '2601A', 50, '100/CK01'],
      ]),
      ...lines('PRD_PickMtrl', { id: 22, number: 'SCLL002', day: '05-12', order: 'MO002' }, [
        ['1.01.001', '2601B', 30, '100/CK01'],
        ['1.02.001', '2602A', 80, '100/CK01'],
      ]),
      ...lines('PRD_PickMtrl', { id: 23, number: 'SCLL003', day: '05-12', order: 'MO002', status: 'Z' }, [
        ['1.02.001', '2602B', 80, '100/CK01'],
      ]),
    ],
    PRD_ReturnMtrl: lines('PRD_ReturnMtrl', { id: 31, number: 'SCTL001', day: '05-13' }, [
      ['1.01.001', '2601B', 5, '100/CK01'],
    ]),
    PRD_INSTOCK: [
      ...lines('PRD_INSTOCK', { id: 41, number: 'SCRK001', day: '05-11', order: 'MO001' }, [
        ['3.01.001', 'K2601', 50, '100/CK02'],
      ]),
      ...lines('PRD_INSTOCK', { id: 42, number: 'SCRK002', day: '05-13', order: 'MO002' }, [
        ['3.01.001', 'K2602', 40, '100/CK02'],
        ['3.01.001', 'K2603', 9, '100/CK02'],
      ]),
    ],
    STK_TransferDirect: [
      ...lines('STK_TransferDirect', { id: 51, number: 'ZJDB001', day: '05-15' }, [
        ['3.01.001', 'K2601', 30, '', transfer('100/CK02', '200/CK09', null)],
        ['3.01.001', 'K2602', 15, '', transfer('100/CK02', '200/CK09', 'K2602-S')],
      ]),
      ...lines('STK_TransferDirect', { id: 52, number: 'ZJDB002', day: '05-16', status: 'B' }, [
        ['3.01.001', 'K2603', 3, '', transfer('100/CK02', '200/CK09', null)],
      ]),
    ],
    SAL_OUTSTOCK: lines('SAL_OUTSTOCK', { id: 61, number: 'XSCK001', day: '05-20', party: customer }, [
      ['3.01.001', 'K2601', 20, '200/CK09'],
      ['3.01.001', 'K2602-S', 5, '200/CK09'],
    ]),
    SAL_RETURNSTOCK: lines('SAL_RETURNSTOCK', { id: 71, number: 'XSTH001', day: '05-22', party: customer }, [
      ['3.01.001', 'K2601', 2, '200/CK09'],
    ]),
    STK_StockCountGain: lines('STK_StockCountGain', { id: 81, number: 'PYD001', day: '05-25' }, [
      ['1.02.001', '2602A', 2, '100/CK01'],
    ]),
    STK_StockCountLoss: lines('STK_StockCountLoss', { id: 91, number: 'PKD001', day: '05-25' }, [
      ['1.02.001', '2602B', 2, '100/CK01'],
    ]),
    STK_Inventory: STOCK.map(([material, number, place, FBaseQty], i) => ({
      ...{ FID: i + 1, 'FMaterialId.FNumber': material, 'FLot.FNumber': number, FBaseQty },
      ...{ 'FStockOrgId.FNumber': place.split('/')[0] ?? '', 'FStockId.FNumber': place.split('/')[1] ?? '' },
    })),
  };
}
