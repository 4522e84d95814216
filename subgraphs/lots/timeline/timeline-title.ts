/** The one line that says what an entry of a timeline is, in the reader's language. */
import { fromMicros } from '../../../platform/decimal';
import type { LocalizedText } from '../../../platform/errors';
import type { Language } from '../../../platform/request';
import { toNumberOrNull } from '../loaders/sql-values';
import type { OwnAct } from './own-acts';
import type { TimelineRow } from './timeline.list';

const KINDS = {
  MANUFACTURED: { en: 'Manufactured', zh: '生产' },
  EXPIRES: { en: 'Last usable day', zh: '最后可用日' },
  DOCUMENT: { en: 'Document', zh: '单据' },
  MOVEMENT: { en: 'Movement', zh: '出入库' },
  INSPECTION_SAMPLED: { en: 'Sampled', zh: '取样' },
  INSPECTION_RECEIVED: { en: 'Sample received', zh: '收样' },
  INSPECTION_VERIFIED: { en: 'Results verified', zh: '结果复核' },
  INSPECTION_PUBLISHED: { en: 'Results published', zh: '结果发布' },
  DISPOSITION: { en: 'Disposition', zh: '质量处置' },
  HOLD_PLACED: { en: 'Hold placed', zh: '设置冻结' },
  HOLD_LIFTED: { en: 'Hold lifted', zh: '解除冻结' },
  STATUS_CHANGED: { en: 'Status changed', zh: '状态变更' },
  EXPIRY_CHANGED: { en: 'Expiry changed', zh: '效期变更' },
  QUANTITY_ADJUSTED: { en: 'Quantity adjusted', zh: '数量调整' },
  LOT_SPLIT: { en: 'Lot split', zh: '批次拆分' },
  LOTS_MERGED: { en: 'Lots merged', zh: '批次合并' },
  RECALL_OPENED: { en: 'Recall opened', zh: '召回启动' },
  RECALL_CLOSED: { en: 'Recall closed', zh: '召回关闭' },
} as const satisfies Record<string, LocalizedText>;

export const TIMELINE_KINDS = Object.keys(KINDS);

/** Codes that stand for the kind in the title: a movement is told by what it was, a document by its type. */
const CODES: Readonly<Record<string, LocalizedText>> = {
  RECEIPT: { en: 'Receipt', zh: '收货' },
  CONSUMPTION: { en: 'Consumption', zh: '领用' },
  PRODUCTION: { en: 'Production', zh: '产出' },
  TRANSFER_IN: { en: 'Transfer in', zh: '调入' },
  TRANSFER_OUT: { en: 'Transfer out', zh: '调出' },
  DELIVERY: { en: 'Delivery', zh: '发货' },
  CUSTOMER_RETURN: { en: 'Customer return', zh: '客户退货' },
  ADJUSTMENT: { en: 'Adjustment', zh: '调整' },
  COUNT: { en: 'Count', zh: '盘点' },
  SCRAP: { en: 'Scrap', zh: '报废' },
  PURCHASE_ORDER: { en: 'Purchase order', zh: '采购订单' },
  PURCHASE_RECEIPT: { en: 'Purchase receipt', zh: '采购收货单' },
  WORK_ORDER: { en: 'Work order', zh: '生产工单' },
  PRODUCTION_ENTRY: { en: 'Production entry', zh: '生产入库单' },
  INSPECTION_REQUEST: { en: 'Inspection request', zh: '请验单' },
  PUT_AWAY: { en: 'Put-away', zh: '上架单' },
  TRANSFER: { en: 'Transfer', zh: '调拨单' },
  SALES_ORDER: { en: 'Sales order', zh: '销售订单' },
  SHIPMENT: { en: 'Shipment', zh: '发运单' },
  STOCK_COUNT: { en: 'Stock count', zh: '盘点单' },
  PENDING: { en: 'Disposition: not decided', zh: '质量处置：待定' },
  RELEASED: { en: 'Released', zh: '放行' },
  REJECTED: { en: 'Rejected', zh: '拒绝放行' },
};

const TOLD_BY_CODE = new Set(['MOVEMENT', 'DOCUMENT', 'DISPOSITION']);

/** "Hold placed: DAMAGE", "效期变更 2026-05-31 → 2026-11-30", "Released". */
export function ownActTitle(kind: string, act: OwnAct, language: Language): string {
  const { detail, before, after } = act;
  const decided = kind === 'DISPOSITION' && detail !== null ? CODES[detail] : undefined;
  if (decided !== undefined) return decided[language];
  const named = KINDS[kind as keyof typeof KINDS][language];
  if (after !== null) return `${named} ${before ?? '-'} → ${after}`;
  return detail === null ? named : `${named}: ${detail}`;
}

/** "Delivery -120 Nos", "采购收货单 PREC-001", "Recall opened RC-7 (II)". */
export function timelineTitle(row: TimelineRow, language: Language): string {
  const code = TOLD_BY_CODE.has(row.kind) && row.detail !== null ? CODES[row.detail] : undefined;
  const kind = code ?? KINDS[row.kind as keyof typeof KINDS];
  const quantity = toNumberOrNull(row.quantity_micros);
  return [
    kind[language],
    row.number,
    quantity === null ? null : fromMicros(quantity),
    quantity === null ? null : row.uom,
    row.kind.startsWith('RECALL') && row.detail !== null ? `(${row.detail})` : null,
  ]
    .filter((part) => part !== null && part !== '')
    .join(' ');
}
