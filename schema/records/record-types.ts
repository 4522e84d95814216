/**
 * The canonical record types: what a row of a legacy system can become. A mapping names one of these for each
 * stream and fills its fields; nothing else reaches the stitched copy. The id of a field's dictionary term is
 * `<recordType>.<field>`.
 */

/**
 * What a field holds, in canonical form:
 * - `text`: a string as it stands
 * - `code`: one of `values`
 * - `date`: a calendar date, `YYYY-MM-DD` or, with month precision, `YYYY-MM`
 * - `instant`: a point in time, ISO 8601 in UTC with milliseconds
 * - `quantity`: plain decimal text, at most six decimals
 * - `integer`, `boolean`: JSON numbers and booleans
 * - `item`, `site`, `party`: the natural code of an entity, resolved through the identity map
 * - `lotNumber`: a lot number; with the record's `item` and, where known, `manufacturer` it names a lot
 * - `location`: a location code within the record's `site`
 * - `reference`: the key of another record of the same system (`document`, `inspection`, `recall`)
 */
export type FieldKind =
  | 'text'
  | 'code'
  | 'date'
  | 'instant'
  | 'quantity'
  | 'integer'
  | 'boolean'
  | 'item'
  | 'site'
  | 'party'
  | 'lotNumber'
  | 'location'
  | 'reference';

export interface FieldDefinition {
  readonly kind: FieldKind;
  /** A row without a value here is rejected. */
  readonly required?: true;
  /** Permissible values of a `code`. */
  readonly values?: readonly string[];
  /** It names a person; where its columns are declared `personal`, it is kept under a key of that person. */
  readonly personal?: true;
}

export interface RecordTypeDefinition {
  /**
   * `entity`: several systems describe the same thing; a golden record is derived from all of them.
   * `fact`: something that one system recorded; its golden row comes from that record alone.
   */
  readonly kind: 'entity' | 'fact';
  readonly fields: Readonly<Record<string, FieldDefinition>>;
}

/** Independent reasons against use of a lot (standards: a set of holds; clearing one never clears another). */
export const HOLD_KINDS = [
  'QUALITY',
  'QUARANTINE',
  'RECALL',
  'DAMAGE',
  'EXPIRY',
  'BLOCKED',
  'RESERVED',
  'UNKNOWN',
] as const;
export const PARTY_ROLES = ['SUPPLIER', 'CUSTOMER', 'MANUFACTURER'] as const;
/** The six stages a lot passes through, in their order. */
export const STAGES = ['PURCHASE', 'RECEIPT', 'PRODUCTION', 'INSPECTION', 'PUT_AWAY', 'SALE'] as const;
export const DOCUMENT_TYPES = [
  'PURCHASE_ORDER',
  'PURCHASE_RECEIPT',
  'WORK_ORDER',
  'PRODUCTION_ENTRY',
  'INSPECTION_REQUEST',
  'PUT_AWAY',
  'TRANSFER',
  'SALES_ORDER',
  'SHIPMENT',
  'DELIVERY',
  'CUSTOMER_RETURN',
  'STOCK_COUNT',
  'ADJUSTMENT',
] as const;
export const DOCUMENT_STATES = ['DRAFT', 'OPEN', 'COMPLETED', 'CANCELLED'] as const;
export const MOVEMENT_KINDS = [
  'RECEIPT',
  'CONSUMPTION',
  'PRODUCTION',
  'TRANSFER_IN',
  'TRANSFER_OUT',
  'DELIVERY',
  'CUSTOMER_RETURN',
  'ADJUSTMENT',
  'COUNT',
  'SCRAP',
  'OTHER',
] as const;
export const SERIAL_STATES = [
  'COMMISSIONED',
  'IN_STOCK',
  'SHIPPED',
  'CONSUMED',
  'RETURNED',
  'DECOMMISSIONED',
  'UNKNOWN',
] as const;
export const INSPECTION_STATES = [
  'REGISTERED',
  'SAMPLED',
  'RECEIVED',
  'TO_BE_VERIFIED',
  'VERIFIED',
  'PUBLISHED',
  'REJECTED',
  'INVALID',
  'CANCELLED',
] as const;
export const RESULT_STATES = [
  'REGISTERED',
  'ASSIGNED',
  'TO_BE_VERIFIED',
  'VERIFIED',
  'PUBLISHED',
  'RETRACTED',
  'REJECTED',
  'CANCELLED',
] as const;
export const VERDICTS = ['PASS', 'FAIL', 'PENDING'] as const;
/** The quality decision about a lot. */
export const DECISIONS = ['PENDING', 'RELEASED', 'REJECTED'] as const;
export const RECALL_CLASSES = ['I', 'II', 'III'] as const;
export const RECALL_STATES = ['OPEN', 'CLOSED', 'CANCELLED'] as const;

const text = { kind: 'text' } as const;
const person = { kind: 'text', personal: true } as const;
const requiredText = { kind: 'text', required: true } as const;
const date = { kind: 'date' } as const;
const instant = { kind: 'instant' } as const;
const quantity = { kind: 'quantity' } as const;
const item = { kind: 'item', required: true } as const;
const code = <const V extends readonly string[]>(values: V) => ({ kind: 'code', values }) as const;
const requiredCode = <const V extends readonly string[]>(values: V) =>
  ({ kind: 'code', values, required: true }) as const;

export const RECORD_TYPES = {
  item: {
    kind: 'entity',
    fields: {
      code: { kind: 'item', required: true },
      name: text,
      nameZh: text,
      itemClass: text,
      uom: text,
      shelfLifeDays: { kind: 'integer' },
      gtin: text,
      active: { kind: 'boolean' },
    },
  },
  site: {
    kind: 'entity',
    fields: { code: { kind: 'site', required: true }, name: text, nameZh: text, timeZone: text },
  },
  location: {
    kind: 'entity',
    fields: {
      code: { kind: 'location', required: true },
      site: { kind: 'site', required: true },
      name: text,
      locationType: text,
    },
  },
  party: {
    kind: 'entity',
    fields: {
      code: { kind: 'party', required: true },
      role: requiredCode(PARTY_ROLES),
      name: text,
      nameZh: text,
      country: text,
    },
  },
  lot: {
    kind: 'entity',
    fields: {
      item,
      lotNumber: { kind: 'lotNumber', required: true },
      manufacturer: { kind: 'party' },
      supplier: { kind: 'party' },
      manufacturedOn: date,
      expiresOn: date,
      sterilizationLoad: text,
      producedQuantity: quantity,
      uom: text,
      /** The number and expiry that the supplier gave a bought lot. */
      supplierLotNumber: text,
      supplierExpiresOn: date,
      /** NONE: the system states that nothing is held against the lot; absent, that it says nothing. */
      hold: code(['NONE', ...HOLD_KINDS]),
      holdReason: text,
      /** The system blocks the lot outright, whatever else it states: a hold of its own. */
      blocked: { kind: 'boolean' },
      remarks: text,
    },
  },
  document: {
    kind: 'fact',
    fields: {
      documentType: requiredCode(DOCUMENT_TYPES),
      number: requiredText,
      state: requiredCode(DOCUMENT_STATES),
      stage: code(STAGES),
      site: { kind: 'site' },
      party: { kind: 'party' },
      issuedOn: date,
      occurredAt: instant,
      basedOn: { kind: 'reference' },
    },
  },
  documentLine: {
    kind: 'fact',
    fields: {
      document: { kind: 'reference', required: true },
      /** The document that this line fulfils: an order seldom names a lot, its receipt does. */
      basedOn: { kind: 'reference' },
      line: text,
      item,
      lotNumber: { kind: 'lotNumber' },
      quantity,
      uom: text,
      location: { kind: 'location' },
      site: { kind: 'site' },
    },
  },
  movement: {
    kind: 'fact',
    fields: {
      item,
      lotNumber: { kind: 'lotNumber', required: true },
      site: { kind: 'site', required: true },
      location: { kind: 'location', required: true },
      party: { kind: 'party' },
      document: { kind: 'reference' },
      movementKind: requiredCode(MOVEMENT_KINDS),
      occurredAt: { kind: 'instant', required: true },
      /** Signed change of the level; exactly one of `quantity` and `level` is given. */
      quantity,
      /** An absolute count: the level is this from now on. */
      level: quantity,
      uom: text,
    },
  },
  transformation: {
    kind: 'fact',
    fields: {
      /** All lines of one transformation carry the same key; its inputs became its outputs. */
      transformation: requiredText,
      role: requiredCode(['INPUT', 'OUTPUT'] as const),
      item,
      lotNumber: { kind: 'lotNumber', required: true },
      quantity,
      uom: text,
      document: { kind: 'reference' },
      site: { kind: 'site' },
      occurredAt: instant,
    },
  },
  serial: {
    kind: 'fact',
    fields: {
      item,
      lotNumber: { kind: 'lotNumber' },
      serialNumber: requiredText,
      state: requiredCode(SERIAL_STATES),
      parentSerialNumber: text,
      party: { kind: 'party' },
      site: { kind: 'site' },
      location: { kind: 'location' },
    },
  },
  inspection: {
    kind: 'fact',
    fields: {
      number: requiredText,
      item: { kind: 'item' },
      lotNumber: { kind: 'lotNumber' },
      sterilizationLoad: text,
      inspectionType: text,
      state: requiredCode(INSPECTION_STATES),
      sampledAt: instant,
      receivedAt: instant,
      verifiedAt: instant,
      publishedAt: instant,
      sampleSize: quantity,
      inspector: person,
    },
  },
  inspectionResult: {
    kind: 'fact',
    fields: {
      inspection: { kind: 'reference', required: true },
      keyword: requiredText,
      title: text,
      titleZh: text,
      value: text,
      numericValue: quantity,
      unit: text,
      lowerLimit: quantity,
      upperLimit: quantity,
      verdict: code(VERDICTS),
      state: requiredCode(RESULT_STATES),
      retestOf: { kind: 'reference' },
      capturedAt: instant,
      analyst: person,
    },
  },
  disposition: {
    kind: 'fact',
    fields: {
      item,
      lotNumber: { kind: 'lotNumber', required: true },
      decision: requiredCode(DECISIONS),
      decidedOn: date,
      decidedBy: person,
      document: { kind: 'reference' },
      number: text,
    },
  },
  recallCase: {
    kind: 'fact',
    fields: {
      number: requiredText,
      title: text,
      titleZh: text,
      recallClass: requiredCode(RECALL_CLASSES),
      state: requiredCode(RECALL_STATES),
      reason: text,
      openedOn: { kind: 'date', required: true },
      closedOn: date,
    },
  },
  recallScope: {
    kind: 'fact',
    fields: {
      recall: { kind: 'reference', required: true },
      item,
      lotNumber: { kind: 'lotNumber', required: true },
      quantity,
      uom: text,
    },
  },
  /** What `system` calls `code` is what the others call `sameAs`; without `system` everybody's word is meant. */
  crossReference: {
    kind: 'fact',
    fields: {
      entityType: requiredCode(['ITEM', 'SITE', 'PARTY'] as const),
      code: requiredText,
      system: text,
      sameAs: requiredText,
    },
  },
} as const satisfies Record<string, RecordTypeDefinition>;

export type RecordType = keyof typeof RECORD_TYPES;

/** The definition of a record type, with its fields by name. */
export function recordTypeDefinition(type: RecordType): RecordTypeDefinition {
  return RECORD_TYPES[type];
}

export function isRecordType(name: string): name is RecordType {
  return Object.hasOwn(RECORD_TYPES, name);
}
