/** What a completeness rule may ask for: values of the lot and its item, and records about the lot. */
import { attributeFieldsOf, splitTerm } from '../../platform/dictionary/attributes';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { DOCUMENT_TYPES, MOVEMENT_KINDS, type RecordType } from '../../schema/records/record-types';
import type { ItemRow } from '../entities/catalogue.entity';
import type { LotRow } from '../entities/lot.entity';

/** The computed field; whoever reads it can tell from it whether these terms have values. */
export const COMPLETENESS_TERM = 'lot.completeness';

export type AskedKind = 'value' | 'attribute' | 'party' | 'records';

export interface AskedTerm {
  readonly id: string;
  readonly kind: AskedKind;
  /** Record types that a source states it by. */
  readonly feeds: readonly RecordType[];
  /** Kinds that its records can be of; null where they are told apart by none. */
  readonly kinds: readonly string[] | null;
}

type ReadValue = (lot: LotRow, item: ItemRow | null) => string | number | null;

/** A flag is known when it is set: a lot without master data is one that nobody described. */
const flag = (isSet: boolean | undefined): string | null => (isSet === true ? 'true' : null);

/** Where golden values stand. */
export const VALUES: Readonly<Record<string, ReadValue>> = {
  'lot.manufacturedOn': (lot) => lot.manufacturedOn,
  'lot.expiresOn': (lot) => lot.expiresOn,
  'lot.sterilizationLoad': (lot) => lot.sterilizationLoad,
  'lot.producedQuantity': (lot) => lot.producedMicros,
  'lot.uom': (lot) => lot.uom,
  'lot.supplierLotNumber': (lot) => lot.supplierLotNumber,
  'lot.supplierExpiresOn': (lot) => lot.supplierExpiresOn,
  'lot.remarks': (lot) => lot.remarks,
  'lot.mastered': (lot) => flag(lot.mastered),
  'item.name': (_lot, item) => item?.name ?? null,
  'item.nameZh': (_lot, item) => item?.nameZh ?? null,
  'item.itemClass': (_lot, item) => item?.itemClass ?? null,
  'item.uom': (_lot, item) => item?.uom ?? null,
  'item.shelfLifeDays': (_lot, item) => item?.shelfLifeDays ?? null,
  'item.gtin': (_lot, item) => item?.gtin ?? null,
  'item.mastered': (_lot, item) => flag(item?.mastered),
};

/** Where the keys of parties stand. */
export const PARTIES: Readonly<Record<string, (lot: LotRow) => number | null>> = {
  'lot.manufacturer': (lot) => lot.manufacturerPk,
  'lot.supplier': (lot) => lot.supplierPk,
};

const RECORDS: Readonly<Record<string, Pick<AskedTerm, 'feeds' | 'kinds'>>> = {
  'lot.inspections': { feeds: ['inspection', 'lot'], kinds: null },
  'lot.documents': {
    feeds: ['document', 'documentLine', 'movement', 'transformation', 'disposition'],
    kinds: DOCUMENT_TYPES,
  },
  'lot.movements': { feeds: ['movement'], kinds: MOVEMENT_KINDS },
  'lot.ancestors': { feeds: ['transformation'], kinds: null },
  'lot.serials': { feeds: ['serial'], kinds: null },
};

/** Null for what no rule can ask for. */
export function askedTerm(dictionary: Dictionary, id: string): AskedTerm | null {
  const records = Object.hasOwn(RECORDS, id) ? RECORDS[id] : undefined;
  if (records !== undefined) return { id, kind: 'records', ...records };
  const { recordType, field } = splitTerm(id);
  if (recordType !== 'lot' && recordType !== 'item') return null;
  const one = { id, feeds: [recordType], kinds: null } as const;
  if (Object.hasOwn(PARTIES, id)) return { ...one, kind: 'party' };
  if (Object.hasOwn(VALUES, id)) return { ...one, kind: 'value' };
  return Object.hasOwn(attributeFieldsOf(dictionary)(recordType), field)
    ? { ...one, kind: 'attribute' }
    : null;
}
