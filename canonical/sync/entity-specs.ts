/**
 * How golden entities follow from the records that describe them: one table of specifications, no branches. Pure, so
 * that what checks golden values derives them exactly as what wrote them did.
 */
import type { CanonicalRecord } from '../../connectors/contract';
import type { BulkValue } from '../../platform/database/bulk';
import type { RecordType } from '../../schema/records/record-types';
import { dateOf, integerOf, microsOf, textOf } from './values';

export type EntityRecordType = 'item' | 'site' | 'location' | 'party' | 'lot';

/** Picks a field's winning record; null when no record has a value. */
export type Pick = (field: string) => CanonicalRecord | null;

/** Keys of entities that a record names by their natural key. */
export interface KnownKeys {
  pkOf(type: 'party', naturalKey: string, record: CanonicalRecord): number;
}

export interface EntitySpec {
  readonly table: string;
  /** Columns derived from records; those of identity are kept as they are. */
  readonly derived: readonly string[];
  readonly identity: readonly string[];
  values(pick: Pick, identity: KnownKeys): BulkValue[];
}

const pickText = (pick: Pick, field: string): string | null => {
  const record = pick(field);
  return record === null ? null : textOf(record, field);
};

export const ENTITIES: Readonly<Record<EntityRecordType, EntitySpec>> = {
  item: {
    table: 'item',
    identity: ['code'],
    derived: ['name', 'name_zh', 'item_class', 'uom', 'shelf_life_days', 'gtin', 'active'],
    values: (pick) => {
      const shelfLife = pick('shelfLifeDays');
      return [
        pickText(pick, 'name'),
        pickText(pick, 'nameZh'),
        pickText(pick, 'itemClass'),
        pickText(pick, 'uom'),
        shelfLife === null ? null : integerOf(shelfLife, 'shelfLifeDays'),
        pickText(pick, 'gtin'),
        pick('active')?.['active'] === false ? 0 : 1,
      ];
    },
  },
  site: {
    table: 'site',
    identity: ['code'],
    derived: ['name', 'name_zh', 'time_zone'],
    values: (pick) => [pickText(pick, 'name'), pickText(pick, 'nameZh'), pickText(pick, 'timeZone')],
  },
  location: {
    table: 'location',
    identity: ['site_pk', 'code'],
    derived: ['name', 'location_type'],
    values: (pick) => [pickText(pick, 'name'), pickText(pick, 'locationType')],
  },
  party: {
    table: 'party',
    identity: ['code'],
    derived: ['role', 'name', 'name_zh', 'country'],
    values: (pick) => [
      pickText(pick, 'role'),
      pickText(pick, 'name'),
      pickText(pick, 'nameZh'),
      pickText(pick, 'country'),
    ],
  },
  lot: {
    table: 'lot',
    identity: ['item_pk', 'manufacturer_pk', 'lot_number'],
    derived: [
      'supplier_pk',
      'manufactured_on',
      'expires_on',
      'expiry_precision',
      'sterilization_load',
      'produced_micros',
      'uom',
      'supplier_lot_number',
      'supplier_expires_on',
      'remarks',
    ],
    values: (pick, identity) => {
      const supplied = pick('supplier');
      const supplier = supplied === null ? null : textOf(supplied, 'supplier');
      const manufactured = pick('manufacturedOn');
      const expiring = pick('expiresOn');
      const expiry = expiring === null ? null : dateOf(expiring, 'expiresOn');
      const supplierExpiry = pick('supplierExpiresOn');
      const produced = pick('producedQuantity');
      return [
        supplied === null || supplier === null ? null : identity.pkOf('party', supplier, supplied),
        manufactured === null ? null : (dateOf(manufactured, 'manufacturedOn')?.date ?? null),
        expiry?.date ?? null,
        expiry?.precision ?? null,
        pickText(pick, 'sterilizationLoad'),
        produced === null ? null : microsOf(produced, 'producedQuantity'),
        pickText(pick, 'uom'),
        pickText(pick, 'supplierLotNumber'),
        supplierExpiry === null ? null : (dateOf(supplierExpiry, 'supplierExpiresOn')?.date ?? null),
        pickText(pick, 'remarks'),
      ];
    },
  },
};

export const isEntityType = (type: RecordType): type is EntityRecordType => Object.hasOwn(ENTITIES, type);

/** What a system says that holds nothing against a lot. */
export const NO_HOLD = 'NONE';
const BLOCKED = 'BLOCKED';

/** The holds that one record states: what its status says, and that it is blocked outright. Neither hides the other. */
export function statedHolds(record: CanonicalRecord): { kind: string; reason: string | null }[] {
  const holds: { kind: string; reason: string | null }[] = [];
  const kind = textOf(record, 'hold');
  if (kind !== null && kind !== NO_HOLD) holds.push({ kind, reason: textOf(record, 'holdReason') });
  if (record['blocked'] === true && kind !== BLOCKED) holds.push({ kind: BLOCKED, reason: null });
  return holds;
}
