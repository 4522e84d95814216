/** A fortnight of 青禾仓储. What is planted, and what must come of it, stands in ./expected.ts. */
import type { Row, SimulatedSource } from '../../presets/support/source-server';
import { GBK_COLUMNS, QINGHE_SCHEMA } from './schema';

const padded = (item: string): string => item.padStart(18, '0');
const stamp = (day: string): string => `2026-06-${day} 20:00:00`;
const ours = (day = '01') => ({ 公司: '01', 修改时间: stamp(day) });

const ITEMS: readonly Row[] = [
  item('1001', 1, 'N', '旧树脂', 'Old resin', '原料', '3'),
  item('1001', 2, 'Y', '环氧树脂', 'Epoxy resin', '原料', '3'),
  item('1002', 1, 'Y', '滤膜', 'Membrane', '原料', 'EA'),
  item('2001', 3, 'Y', '透析器', 'Dialyser F6', '成品', 'EA'),
  item('3001', 1, 'Y', '胶水', 'Glue', '原料', '3'),
  { ...item('4001', 1, 'Y', '标签', 'Label', '辅料', 'ZZ'), 停用: 'Y' },
];

function item(
  code: string,
  version: number,
  current: string,
  zh: string,
  en: string,
  kind: string,
  unit: string,
): Row {
  return {
    ...{
      物料编码: padded(code),
      版本号: version,
      ...ours(),
      名称: zh,
      英文名: en,
      分类: kind,
      计量单位: unit,
    },
    ...{ 保质期天数: code === '2001' ? 1095 : null, 现行: current, 停用: 'N' },
  };
}

const PLACES: readonly Row[] = [
  { 公司: '01', 仓库号: 'W1', 名称: '原料仓', 类别: 'A', 修改时间: stamp('01') },
  { 公司: '01', 仓库号: 'W2', 名称: '车间', 类别: 'B', 修改时间: stamp('01') },
  { 公司: '01', 仓库号: 'W3', 名称: '成品仓', 类别: 'A', 修改时间: stamp('01') },
  { 公司: '02', 仓库号: 'W1', 名称: '外仓', 类别: 'A', 修改时间: stamp('01') },
];

const PARTIES: readonly Row[] = [
  { 编号: 'G01', 类别: 'G', 名称: '苏州树脂厂', 国别: 'CN', 修改时间: stamp('01') },
  { 编号: 'G02', 类别: 'G', 名称: '膜科技', 国别: 'DE', 修改时间: stamp('01') },
  { 编号: 'K01', 类别: 'K', 名称: '第一人民医院', 国别: 'CN', 修改时间: stamp('01') },
];

function lot(
  id: number,
  code: string,
  number: string,
  made: string,
  expiry: string | null,
  state: number,
  more: Row = {},
): Row {
  return {
    ...{
      ID: id,
      ...ours(),
      物料编码: code,
      批号: number,
      生产日期: made,
      有效期至: expiry,
      状态: state,
      dr: 0,
    },
    ...more,
  };
}

const LOTS: readonly Row[] = [
  lot(1, '1001', 'A2301', '20260115', '2028-01-14', 0, {
    供方: 'G01',
    供方批号: 'SUP-77',
    备注: 'pH &gt; 7，合格',
  }),
  lot(2, '1001', 'A2302', '00000000', '31.12.2027', 0, { 供方: 'G01' }),
  lot(3, '1001', 'A2303', '20250101', '2026-01-01', 0, { dr: 1 }),
  lot(4, '1002', 'A2301', '20251201', '30.11.2030', 0, { 供方: 'G02' }),
  lot(5, '1002', 'M-01', '20251202', '2030-12-01', 0, { 供方: 'G02' }),
  lot(6, '1002', 'm-02', '20251203', '02.12.2030', 0, { 供方: 'G02' }),
  lot(7, '1002', 'M-03', '20251204', '见包装', 0, { 供方: 'G02' }),
  lot(8, '2001', 'F23001', '20260604', '2029-06-03', 0),
  lot(9, '2001', 'F23002', '20260605', '2029-06-04', 1),
  lot(10, '2001', 'F23003', '20260605', '2029-06-04', 0),
  lot(11, '2001', 'F23004', '20260606', '2029-06-05', 0),
  lot(12, '2001', 'F23005', '20260607', '2029-06-06', -1, { 备注: '客户投诉，冻结' }),
  lot(13, '2001', 'F23006', '20260607', '2029-06-06', 7),
  lot(14, '3001', 'G25123', '', null, 0, { 供方: 'G01' }),
  { ...lot(15, '1001', 'A2301', '20240101', '2025-01-01', 0), 公司: '02' },
];

const CUSTOM: readonly Row[] = [
  { 序号: 1, 对象类型: 'PC', 对象ID: 8, 字段号: 7, 值: '灭菌炉1-0604' },
  { 序号: 2, 对象类型: 'PC', 对象ID: 9, 字段号: 7, 值: '灭菌炉1-0605' },
  { 序号: 3, 对象类型: 'PC', 对象ID: 9, 字段号: 8, 值: '否' },
  { 序号: 4, 对象类型: 'WL', 对象ID: 8, 字段号: 7, 值: '不是批次' },
];

function head(no: string, day: string, party: Row, state = 1, more: Row = {}): Row {
  return { 单据号: no, ...ours(day), 日期: `202606${day}`, ...party, 状态: state, dr: 0, ...more };
}

const RECEIPTS: readonly Row[] = [
  head('CG-1', '01', { 供方: 'G01' }),
  head('CG-2', '02', { 供方: 'G01' }),
  head('CG-3', '02', { 供方: 'G01' }, 0),
  head('CG-4', '02', { 供方: 'G02' }),
  head('CG-5', '03', { 供方: 'G01' }),
  head('CG-6', '03', { 供方: 'G02' }),
  head('CG-7', '03', { 供方: 'G02' }, 1, { dr: 1 }),
  head('CG-1', '01', { 供方: 'G02' }, 1, { 公司: '02' }),
];

const SHIPMENTS: readonly Row[] = [
  head('XS-1', '08', { 客户: 'K01' }),
  head('XS-2', '09', { 客户: 'K01' }, -1),
  head('XS-3', '12', { 客户: 'K01' }),
];

const line = (no: string, row: number, code: string, number: string, quantity: string): Row => ({
  ...{
    公司: '01',
    单据号: no,
    行号: row,
    物料编码: padded(code),
    批号: number,
    数量: quantity,
    修改时间: stamp('08'),
  },
});

const SHIPMENT_LINES: readonly Row[] = [
  line('XS-1', 1, '2001', 'F23001', '25'),
  line('XS-1', 2, '2001', 'f23002', '5'),
  line('XS-2', 1, '2001', 'F23001', '5'),
  line('XS-3', 1, '1002', 'M-01', '8'),
];

/** type, document, line, item, lot, place, direction, quantity, unit, day of June, time of day */
type Flow = readonly [
  string,
  string,
  number,
  string,
  string | null,
  string,
  string,
  string,
  string,
  string,
  number,
  Row?,
];

const FLOWS: readonly Flow[] = [
  ['采购入库', 'CG-1', 1, '1001', 'A2301', 'W1', '收', '1,250.00', '3', '01', 93000],
  ['采购入库', 'CG-1', 2, '1002', 'A2301', 'W1', '收', '200', 'EA', '01', 93000],
  ['采购入库', 'CG-2', 1, '1001', 'A2302', 'W1', '收', '80,000', '0', '02', 100500],
  ['采购入库', 'CG-2', 2, '1002', 'm-02', 'W1', '收', '150', 'EA', '02', 100500],
  ['采购入库', 'CG-2', 3, '1002', 'M-01', 'W1', '收', '90', 'EA', '02', 100500],
  ['采购入库', 'CG-3', 1, '1001', 'A2302', 'W1', '收', '20', '3', '02', 110000, { 状态: 0 }],
  ['采购入库', 'CG-4', 1, '1002', 'M-03', 'W1', '收', '60', 'EA', '02', 120000],
  ['采购入库', 'CG-4', 1, '1002', 'M-03', 'W1', '收', '-60', 'EA', '02', 130000, { 冲销流水号: 7 }],
  ['调拨', 'DB-1', 1, '1001', 'A2301', 'W1', '发', '100', '3', '03', 80000],
  ['调拨', 'DB-1', 1, '1001', 'A2301', 'W2', '收', '100', '3', '03', 80000],
  ['生产领料', 'LL-1', 1, '1001', 'A2301', 'W2', '发', '50.5', '3', '04', 80000],
  ['生产领料', 'LL-1', 2, '1002', 'A2301', 'W1', '发', '40', 'EA', '04', 80000],
  ['生产入库', 'SC-1', 1, '2001', 'F23001', 'W3', '收', '40', 'EA', '04', 163000],
  ['生产领料', 'LL-2', 1, '1001', 'a2302', 'W1', '发', '30', '3', '05', 80000],
  ['生产领料', 'LL-2', 2, '1002', 'M-02', 'W1', '发', '35', 'EA', '05', 80000],
  ['生产入库', 'SC-2', 1, '2001', 'F23002', 'W3', '收', '20', 'EA', '05', 170000],
  ['生产入库', 'SC-2', 2, '2001', 'F23003', 'W3', '收', '15', 'EA', '05', 170000],
  ['生产领料', 'LL-3', 1, '2001', 'F23003', 'W3', '发', '10', 'EA', '06', 80000],
  ['生产入库', 'SC-3', 1, '2001', 'F23004', 'W3', '收', '10', 'EA', '06', 90000],
  ['销售出库', 'XS-1', 1, '2001', null, 'W3', '发', '25', 'EA', '08', 140000],
  ['销售出库', 'XS-1', 2, '2001', '', 'W3', '发', '5', 'EA', '08', 140000],
  ['销售退货', 'XT-1', 1, '2001', 'F23001', 'W3', '收', '3', 'EA', '09', 140000],
  ['盘点', 'PD-1', 1, '1002', 'M-01', 'W1', '盘', '88', 'EA', '10', 180000],
  ['盘点', 'PD-1', 2, '1001', 'A2302', 'W1', '盘', '49.5', '3', '10', 180000],
  ['报废', 'BF-1', 1, '2001', 'F23003', 'W3', '发', '1', 'EA', '11', 90000],
  ['借出', 'JC-1', 1, '2001', 'F23002', 'W3', '发', '2', 'EA', '11', 91500],
  ['采购入库', 'CG-5', 1, '3001', 'G25123', 'W1', '收', '2', '99', '03', 93000],
  ['采购入库', 'CG-6', 1, '1002', null, 'W1', '收', '7', 'EA', '03', 94500],
  ['销售出库', 'XS-2', 1, '2001', 'F23001', 'W3', '发', '5', 'EA', '09', 150000, { 状态: -1 }],
  ['采购入库', 'CG-1', 1, '1001', 'A2301', 'W1', '收', '999', '3', '01', 93000, { 公司: '02' }],
  ['生产入库', 'SC-4', 1, '2001', 'F23005', 'W3', '收', '12', 'EA', '07', 100000],
  ['生产入库', 'SC-4', 2, '2001', 'F23006', 'W3', '收', '8', 'EA', '07', 0],
  ['销售出库', 'XS-3', 1, '1002', 'M-01', 'W1', '发', '8', 'EA', '12', 90000],
  ['采购入库', 'CG-6', 2, '1002', 'M-01', 'W1', '调', '3', 'EA', '12', 91000],
  ['采购入库', 'CG-6', 3, '1002', 'M-01', 'W1', '收', '约十', 'EA', '12', 92000],
  ['采购入库', 'CG-6', 4, '1002', 'M-01', 'W1', '收', '4', '97', '12', 93000],
];

const LEDGER: readonly Row[] = FLOWS.map(
  ([type, no, row, code, number, place, direction, quantity, unit, day, time, more], i) => ({
    ...{
      流水号: i + 1,
      ...ours(day),
      单据类型: type,
      单据号: no,
      行号: row,
      物料编码: padded(code),
      批号: number,
    },
    ...{
      仓库号: place,
      方向: direction,
      数量: quantity,
      单位: unit,
      日期: `202606${day}`,
      时间: time,
      状态: 1,
    },
    ...more,
  }),
);

/** 源 is the document of what was made, 目标 that of what went in; other links say other things. */
const LINKS: readonly Row[] = [
  ['SC', 'SC-1', 'LL', 'LL-1'],
  ['SC', 'SC-2', 'LL', 'LL-2'],
  ['SC', 'SC-3', 'LL', 'LL-3'],
  ['XS', 'XS-1', 'DD', 'DD-9'],
].map(([a, b, c, d], i) => ({
  ...{
    序号: i + 1,
    源类型: a ?? '',
    源单号: b ?? '',
    目标类型: c ?? '',
    目标单号: d ?? '',
    修改时间: stamp('06'),
  },
}));

/** What 青禾 itself says lies where, in the unit of the item. */
const OWN_STOCK: readonly Row[] = (
  [
    ['W1', '1001', 'A2301', 1150],
    ['W2', '1001', 'A2301', 49.5],
    ['W1', '1001', 'A2302', 49.5],
    ['W1', '1002', 'A2301', 160],
    ['W1', '1002', 'M-01', 80],
    ['W1', '1002', 'M-02', 115],
    ['W1', '1002', 'M-03', 0],
    ['W1', '1002', '', 7],
    ['W3', '2001', 'F23001', 18],
    ['W3', '2001', 'F23002', 13],
    ['W3', '2001', 'F23003', 4],
    ['W3', '2001', 'F23004', 10],
    ['W3', '2001', 'F23005', 12],
    ['W3', '2001', 'F23006', 8],
    ['W1', '3001', 'G25123', 0.907185],
  ] as const
).map(([place, code, number, quantity]) => ({
  ...{ 公司: '01', 仓库号: place, 物料编码: padded(code), 批号: number, 现存数量: quantity },
}));

const CHECKS: readonly Row[] = [
  check('JY-1', '2001', 'F23001', '04', 'H', '王芳'),
  check('JY-2', '2001', 'f23002', '05', 'B', '李雷'),
  check('JY-3', '2001', 'F23003', '05', 'H', '王芳', -1),
];

function check(
  no: string,
  code: string,
  number: string,
  day: string,
  verdict: string,
  by: string,
  state = 1,
): Row {
  return {
    ...{
      检验单号: no,
      ...ours(day),
      物料编码: code,
      批号: number,
      日期: `202606${day}`,
      结论: verdict,
      检验员: by,
    },
    状态: state,
  };
}

const CHECK_ITEMS: readonly Row[] = [
  { 检验单号: 'JY-1', 项目: 'PH', 检测值: '7,2', 下限: '6,5', 上限: '7,5', 单位: null },
  { 检验单号: 'JY-1', 项目: '爆破压力', 检测值: '1.250,5', 下限: '1.000', 上限: null, 单位: 'kPa' },
  { 检验单号: 'JY-1', 项目: '外观', 检测值: '无异常', 下限: null, 上限: null, 单位: null },
  { 检验单号: 'JY-2', 项目: 'PH', 检测值: '8,1', 下限: '6,5', 上限: '7,5', 单位: null },
];

export async function fillQinghe(source: SimulatedSource): Promise<void> {
  await source.run(QINGHE_SCHEMA);
  const tables: readonly (readonly [string, readonly Row[]])[] = [
    ['物料档案', ITEMS],
    ['仓库档案', PLACES],
    ['往来单位', PARTIES],
    ['批次档案', LOTS],
    ['自定义值', CUSTOM],
    ['采购入库单', RECEIPTS],
    ['销售出库单', SHIPMENTS],
    ['销售出库单明细', SHIPMENT_LINES],
    ['库存流水', LEDGER],
    ['单据关系', LINKS],
    ['现存量', OWN_STOCK],
    ['检验单', CHECKS],
    ['检验项目', CHECK_ITEMS],
  ];
  for (const [table, rows] of tables) await source.fill(table, rows);
  // the bytes stay what GBK makes of the text; only what the server believes of them changes
  for (const [table, column, length] of GBK_COLUMNS) {
    for (const type of [
      `varchar(${length}) CHARACTER SET gbk`,
      `varbinary(${length})`,
      `varchar(${length}) CHARACTER SET latin1`,
    ])
      await source.run(`ALTER TABLE "${table}" MODIFY "${column}" ${type}`);
  }
}
