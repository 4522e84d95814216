/**
 * What the simulated SAP S/4HANA holds, with its names and habits: a small production of kits in plant 1010, sold from
 * there and from plant 1020. Planted mess, and what is expected of it:
 * - API_BATCH_SRV pads numeric materials with zeros, the other services do not; `0815-A` keeps its zero: one item each
 * - batch H26001 of two materials: two lots, SAME_NUMBER
 * - R26004 is marked for deletion: void; R26003 is restricted: held
 * - the sterilisation load and the supplier's expiry stand among the characteristics of a batch, by internal numbers
 * - 102, 262 and 602 take lines of other documents back: they count the other way round, and what they took back made nothing
 * - 311, 301 and 541 list both sides; the second one, made automatically, names its batch only as that of the other side
 * - 541 leads to stock at a supplier, which has no storage location
 * - a movement of type Z91: rejected, nobody said what it does
 * - an item without batch management: no movement of a lot
 * - limits that are 0.0 because they are not set; a mean value that is 0.0 because nothing was measured
 * - K26004 expired before it was made, and is in stock: EXPIRY_BEFORE_MANUFACTURE, EXPIRED_UNBLOCKED
 * - a cancelled inspection lot: void; one without a batch and its decision: a decision about no lot is rejected
 */
import type { Entity, EntitySet, PropertyType, Services } from '../support/odata-service';

const PADDED = '000000000000';
const TYPES = (text: string, more: Readonly<Record<string, PropertyType>> = {}) => ({
  ...Object.fromEntries(text.split(' ').map((name): [string, PropertyType] => [name, 'text'])),
  ...more,
});

const product = (Product: string, en: string, zh: string | null, more: Entity = {}): Entity => ({
  ...{ Product, ProductType: 'FERT', ProductGroup: 'MED', BaseUnit: 'PC', ProductStandardID: '' },
  ...{ IsMarkedForDeletion: false, LastChangeDateTime: '2026-04-01T08:00:00Z' },
  to_Description: [
    { Product, Language: 'EN', ProductDescription: en },
    ...(zh === null ? [] : [{ Product, Language: 'ZH', ProductDescription: zh }]),
  ],
  ...more,
});

interface Charc {
  readonly id: string;
  readonly text?: string;
  readonly date?: string;
}

function batch(
  Material: string,
  Batch: string,
  expires: string | null,
  more: Entity = {},
  charcs: readonly Charc[] = [],
): Entity {
  const key = { Material, BatchIdentifyingPlant: '', Batch };
  return {
    ...{ ...key, BatchIsMarkedForDeletion: false, MatlBatchIsInRstrcdUseStock: false, Supplier: '' },
    ...{ BatchBySupplier: '', ShelfLifeExpirationDate: expires, ManufactureDate: '2026-01-15' },
    LastChangeDateTime: '2026-05-04T01:00:00Z',
    to_BatchCharc: charcs.map(({ id, text, date }) => ({
      ...{ ...key, CharcInternalID: id },
      to_BatchCharcValue: [
        {
          ...{ ...key, CharcInternalID: id, CharcValuePositionNumber: '001', CharcValue: text ?? '' },
          ...{ CharcFromDate: date ?? null, CharcFromDecimalValue: null },
        },
      ],
    })),
    ...more,
  };
}

type Line = readonly [
  type: string,
  material: string,
  batch: string,
  quantity: string,
  place: string,
  more?: Entity,
];

function materialDocument(
  MaterialDocument: string,
  InventoryTransactionType: string,
  date: string,
  lines: readonly Line[],
): Entity {
  const key = { MaterialDocumentYear: '2026', MaterialDocument };
  return {
    ...{ ...key, InventoryTransactionType, DocumentDate: date, PostingDate: date, CreationDate: date },
    ...{ CreationTime: '09:30:00', CreatedByUser: 'MWANG', ReferenceDocument: '', GoodsMovementCode: '' },
    to_MaterialDocumentItem: lines.map(
      ([GoodsMovementType, Material, Batch, QuantityInBaseUnit, place, more = {}], i) => ({
        ...{
          ...key,
          MaterialDocumentItem: String(i + 1).padStart(4, '0'),
          Material,
          Batch,
          GoodsMovementType,
        },
        ...{ Plant: place.split('/')[0] ?? '', StorageLocation: place.split('/')[1] ?? '' },
        ...{ QuantityInBaseUnit, MaterialBaseUnit: Material === '100001' ? 'KG' : 'PC' },
        ...{
          QuantityInEntryUnit: QuantityInBaseUnit,
          EntryUnit: 'PC',
          InventorySpecialStockType: '',
          Supplier: '',
        },
        ...{ Customer: '', PurchaseOrder: '', ManufacturingOrder: '', Delivery: '', IssgOrRcvgBatch: '' },
        ...{ IsAutomaticallyCreated: '', GoodsMovementIsCancelled: false, ReversedMaterialDocument: '' },
        ...more,
      }),
    ),
  };
}

const bought = { PurchaseOrder: '4500000010', Supplier: '0000100100' };
const made = (order: string, more: Entity = {}): Entity => ({ ManufacturingOrder: order, ...more });
const other = (batchOfOtherSide: string, more: Entity = {}): Entity => ({
  ...{ IsAutomaticallyCreated: 'X', IssgOrRcvgBatch: batchOfOtherSide },
  ...more,
});
const sold = { Customer: '0000200100', Delivery: '0080000001' };
const cancelled = { GoodsMovementIsCancelled: true };
const reverses = (ReversedMaterialDocument: string, ReversedMaterialDocumentItem: string): Entity => ({
  ...{ ReversedMaterialDocumentYear: '2026', ReversedMaterialDocument, ReversedMaterialDocumentItem },
});

/** The document that a test posts later: a consumption of May is taken back in June. */
export const LATE_REVERSAL = materialDocument('4900000030', 'WA', '2026-06-20', [
  ['262', '0815-A', 'A26001', '50.000', '1010/0001', made('1000001', reverses('4900000004', '0003'))],
]);

const DOCUMENTS = [
  materialDocument('4900000001', 'WE', '2026-05-04', [
    ['101', '100001', 'R26001', '100.000', '1010/0001', bought],
    ['101', '100001', 'R26002', '50.000', '1010/0001', bought],
    [
      '101',
      '100002',
      'H26001',
      '500.000',
      '1010/0001',
      { ...bought, QuantityInEntryUnit: '5.000', EntryUnit: 'KAR' },
    ],
    ['101', '100001', 'R26003', '10.000', '1010/0001', bought],
  ]),
  materialDocument('4900000002', 'WE', '2026-05-05', [
    ['101', '0815-A', 'A26001', '200.000', '1010/0001', bought],
    ['101', '100002', 'H26002', '300.000', '1010/0001', bought],
    ['101', '100002', 'H26003', '100.000', '1010/0001', { ...bought, ...cancelled }],
    ['101', '0815-A', 'H26001', '40.000', '1010/0001', bought],
    ['101', 'PACK-1', '', '900.000', '1010/0001', bought],
  ]),
  materialDocument('4900000003', 'WE', '2026-05-05', [
    ['102', '100002', 'H26003', '100.000', '1010/0001', { ...bought, ...reverses('4900000002', '0003') }],
  ]),
  materialDocument('4900000004', 'WA', '2026-05-10', [
    ['261', '100001', 'R26001', '20.500', '1010/0001', made('1000001')],
    ['261', '100002', 'H26001', '100.000', '1010/0001', made('1000001')],
    ['261', '0815-A', 'A26001', '50.000', '1010/0001', made('1000001')],
  ]),
  materialDocument('4900000005', 'WF', '2026-05-11', [
    ['101', 'KIT-9000', 'K26001', '50.000', '1010/0002', made('1000001')],
  ]),
  materialDocument('4900000006', 'WA', '2026-05-12', [
    ['261', '100001', 'R26002', '30.000', '1010/0001', made('1000002')],
    ['261', '100002', 'H26001', '80.000', '1010/0001', made('1000002')],
    ['261', '100001', 'R26003', '5.000', '1010/0001', made('1000002', cancelled)],
  ]),
  materialDocument('4900000007', 'WA', '2026-05-12', [
    ['262', '100001', 'R26003', '5.000', '1010/0001', made('1000002', reverses('4900000006', '0003'))],
  ]),
  materialDocument('4900000008', 'WF', '2026-05-13', [
    ['101', 'KIT-9000', 'K26002', '40.000', '1010/0002', made('1000002')],
    ['101', 'KIT-9000', 'K26003', '10.000', '1010/0002', made('1000002')],
  ]),
  materialDocument('4900000009', 'WA', '2026-05-14', [
    ['311', 'KIT-9000', 'K26001', '20.000', '1010/0002'],
    ['311', 'KIT-9000', '', '20.000', '1010/0003', other('K26001')],
    ['301', 'KIT-9000', 'K26002', '15.000', '1010/0002'],
    ['301', 'KIT-9000', 'K26002', '15.000', '1020/0001', other('K26002')],
  ]),
  materialDocument('4900000010', 'WL', '2026-05-20', [
    ['601', 'KIT-9000', 'K26001', '10.000', '1010/0003', sold],
    ['601', 'KIT-9000', 'K26002', '5.000', '1020/0001', { ...sold, ...cancelled }],
  ]),
  materialDocument('4900000011', 'WL', '2026-05-21', [
    ['602', 'KIT-9000', 'K26002', '5.000', '1020/0001', { ...sold, ...reverses('4900000010', '0002') }],
  ]),
  materialDocument('4900000012', 'WI', '2026-05-25', [
    ['701', '100002', 'H26002', '3.000', '1010/0001'],
    ['702', '100002', 'H26001', '2.000', '1010/0001'],
    ['551', '0815-A', 'A26001', '10.000', '1010/0001'],
  ]),
  materialDocument('4900000013', 'WA', '2026-05-26', [
    [
      '541',
      '100002',
      'H26002',
      '30.000',
      '1010/0001',
      { InventorySpecialStockType: 'O', Supplier: '0000100100' },
    ],
    [
      '541',
      '100002',
      '',
      '30.000',
      '1010',
      other('H26002', { InventorySpecialStockType: 'O', Supplier: '0000100100' }),
    ],
    ['Z91', 'KIT-9000', 'K26001', '1.000', '1010/0003'],
  ]),
  materialDocument('4900000014', 'WA', '2026-05-27', [
    ['561', 'KIT-9000', 'K26004', '7.000', '1020/0001'],
    ['651', 'KIT-9000', 'K26001', '2.000', '1010/0003', { Customer: '0000200100' }],
  ]),
];

const stock = (
  Material: string,
  Batch: string,
  place: string,
  MatlWrhsStkQtyInMatlBaseUnit: string,
  more: Entity = {},
): Entity => ({
  ...{ Material, Batch, Plant: place.split('/')[0] ?? '', StorageLocation: place.split('/')[1] ?? '' },
  ...{ Supplier: '', Customer: '', InventorySpecialStockType: '', InventoryStockType: '01' },
  ...{ MatlWrhsStkQtyInMatlBaseUnit, MaterialBaseUnit: 'PC' },
  ...more,
});

/** As SAP states it, split by stock type; K26003 was blocked by its usage decision. */
const STOCK = [
  stock('100001', 'R26001', '1010/0001', '79.500'),
  stock('100001', 'R26002', '1010/0001', '20.000'),
  stock('100001', 'R26003', '1010/0001', '10.000'),
  stock('100002', 'H26001', '1010/0001', '318.000'),
  stock('100002', 'H26002', '1010/0001', '273.000'),
  stock('100002', 'H26002', '1010', '30.000', { InventorySpecialStockType: 'O', Supplier: '0000100100' }),
  stock('0815-A', 'A26001', '1010/0001', '130.000'),
  stock('0815-A', 'A26001', '1010/0001', '10.000', { InventoryStockType: '02' }),
  stock('0815-A', 'H26001', '1010/0001', '40.000'),
  stock('KIT-9000', 'K26001', '1010/0002', '30.000'),
  stock('KIT-9000', 'K26001', '1010/0003', '12.000'),
  stock('KIT-9000', 'K26002', '1010/0002', '25.000'),
  stock('KIT-9000', 'K26002', '1020/0001', '15.000'),
  stock('KIT-9000', 'K26003', '1010/0002', '10.000', { InventoryStockType: '07' }),
  stock('KIT-9000', 'K26004', '1020/0001', '7.000'),
];

const CHANGED = '2026-05-18T06:00:00Z';

const inspectionLot = (
  InspectionLot: string,
  Material: string,
  Batch: string,
  more: Entity = {},
): Entity => ({
  ...{ InspectionLot, Material, Batch, Plant: '1010', InspectionLotType: '04', InspectionLotOrigin: '04' },
  ...{ InspectionLotHasUsageDecision: false, InspectionLotSampleQuantity: '3.000', ChangedDateTime: CHANGED },
  ...{
    InspectionLotCreatedOn: '2026-05-13',
    InspectionLotCreatedOnTime: '10:00:00',
    ManufacturingOrder: '1000002',
  },
  to_InspectionLotWithStatus: status(InspectionLot),
  ...more,
});
const status = (InspectionLot: string, more: Entity = {}): Entity => ({
  ...{
    InspectionLot,
    InspectionLotStatusReleased: 'X',
    InspLotStatusInspCompleted: '',
    InspLotStatusCanceled: '',
  },
  ...more,
});

const characteristic = (InspectionLot: string, InspectionCharacteristic: string, more: Entity): Entity => ({
  ...{ InspectionLot, InspPlanOperationInternalID: '00000001', InspectionCharacteristic },
  ...{ InspSpecIsQuantitative: true, InspectionSpecificationUnit: '' },
  ...{ InspSpecLowerLimit: 0, InspSpecHasLowerLimit: '', InspSpecUpperLimit: 0, InspSpecHasUpperLimit: '' },
  ...more,
});
const result = (InspectionLot: string, InspectionCharacteristic: string, more: Entity): Entity => ({
  ...{ InspectionLot, InspPlanOperationInternalID: '00000001', InspectionCharacteristic },
  ...{ InspectionResultStatus: '5', InspectionValuationResult: 'A', Inspector: 'LCHEN' },
  ...{ InspectionResultMeanValue: 0, InspectionResultHasMeanValue: '', InspectionResultOriginalValue: '' },
  ...{ CharacteristicAttributeCode: '', InspectionEndDate: '2026-05-15', InspectionEndTime: '14:20:00' },
  ...{ ChangedDateTime: CHANGED, ...more },
});
const decision = (InspectionLot: string, InspLotUsageDecisionValuation: string): Entity => ({
  ...{
    InspectionLot,
    InspLotUsageDecisionValuation,
    InspectionLotUsageDecisionCode: InspLotUsageDecisionValuation,
  },
  ...{ InspLotUsageDecisionCodeGroup: '01', InspectionLotUsageDecidedBy: 'QBOSS' },
  ...{ InspectionLotUsageDecidedOn: '2026-05-18', ChangedDateTime: CHANGED },
});

const QUALITY: Readonly<Record<string, EntitySet>> = {
  A_InspectionLot: {
    key: ['InspectionLot'],
    properties: TYPES(
      'InspectionLot Material Batch Plant InspectionLotType InspectionLotOrigin ManufacturingOrder',
      {
        ...{
          InspectionLotHasUsageDecision: 'flag',
          InspectionLotSampleQuantity: 'decimal',
          ChangedDateTime: 'instant',
        },
        ...{ InspectionLotCreatedOn: 'date', InspectionLotCreatedOnTime: 'time' },
      },
    ),
    navigations: { to_InspectionLotWithStatus: { set: 'A_InspectionLotWithStatus', many: false } },
    entities: [
      inspectionLot('010000000011', '100001', 'R26001', {
        ...{ InspectionLotType: '01', InspectionLotOrigin: '01', InspectionLotHasUsageDecision: true },
      }),
      inspectionLot('040000000012', 'KIT-9000', 'K26001', { InspectionLotHasUsageDecision: true }),
      inspectionLot('040000000013', 'KIT-9000', 'K26003', { InspectionLotHasUsageDecision: true }),
      inspectionLot('040000000014', 'KIT-9000', 'K26002', {
        to_InspectionLotWithStatus: status('040000000014', { InspLotStatusInspCompleted: 'X' }),
      }),
      inspectionLot('040000000015', 'KIT-9000', 'K26004', {
        to_InspectionLotWithStatus: status('040000000015', { InspLotStatusCanceled: 'X' }),
      }),
      inspectionLot('010000000016', 'PACK-1', '', { InspectionLotHasUsageDecision: true }),
    ],
  },
  A_InspectionLotWithStatus: {
    key: ['InspectionLot'],
    properties: TYPES(
      'InspectionLot InspectionLotStatusReleased InspLotStatusInspCompleted InspLotStatusCanceled',
    ),
    entities: [],
  },
  A_InspectionCharacteristic: {
    key: ['InspectionLot', 'InspPlanOperationInternalID', 'InspectionCharacteristic'],
    properties: TYPES(
      'InspectionLot InspPlanOperationInternalID InspectionCharacteristic InspectionSpecificationText InspectionSpecificationUnit InspSpecHasLowerLimit InspSpecHasUpperLimit',
      { InspSpecIsQuantitative: 'flag', InspSpecLowerLimit: 'double', InspSpecUpperLimit: 'double' },
    ),
    entities: [
      characteristic('010000000011', '0010', {
        ...{ InspectionSpecificationText: 'Viscosity', InspectionSpecificationUnit: 'PAS' },
        ...{
          InspSpecLowerLimit: 7,
          InspSpecHasLowerLimit: 'X',
          InspSpecUpperLimit: 8,
          InspSpecHasUpperLimit: 'X',
        },
      }),
      characteristic('040000000013', '0010', {
        ...{ InspectionSpecificationText: 'Endotoxin', InspectionSpecificationUnit: 'EU' },
        ...{ InspSpecUpperLimit: 20, InspSpecHasUpperLimit: 'X' },
      }),
      characteristic('040000000013', '0020', {
        ...{ InspectionSpecificationText: 'Appearance', InspSpecIsQuantitative: false },
      }),
    ],
  },
  A_InspectionResult: {
    key: ['InspectionLot', 'InspPlanOperationInternalID', 'InspectionCharacteristic'],
    properties: TYPES(
      'InspectionLot InspPlanOperationInternalID InspectionCharacteristic InspectionResultStatus InspectionValuationResult Inspector InspectionResultHasMeanValue InspectionResultOriginalValue CharacteristicAttributeCode',
      {
        ...{ InspectionResultMeanValue: 'double', ChangedDateTime: 'instant' },
        ...{ InspectionEndDate: 'date', InspectionEndTime: 'time' },
      },
    ),
    entities: [
      result('010000000011', '0010', {
        ...{ InspectionResultMeanValue: 7.25, InspectionResultHasMeanValue: 'X' },
      }),
      result('040000000013', '0010', {
        ...{
          InspectionResultMeanValue: 31.4,
          InspectionResultHasMeanValue: 'X',
          InspectionValuationResult: 'R',
        },
        InspectionResultOriginalValue: '31,4',
      }),
      result('040000000013', '0020', { CharacteristicAttributeCode: 'OK' }),
      result('040000000014', '0010', { InspectionResultStatus: '2', InspectionValuationResult: '' }),
    ],
  },
  A_InspLotUsageDecision: {
    key: ['InspectionLot'],
    properties: TYPES(
      'InspectionLot InspLotUsageDecisionValuation InspectionLotUsageDecisionCode InspLotUsageDecisionCodeGroup InspectionLotUsageDecidedBy',
      { InspectionLotUsageDecidedOn: 'date', ChangedDateTime: 'instant' },
    ),
    entities: [
      decision('010000000011', 'A'),
      decision('040000000012', 'A'),
      decision('040000000013', 'R'),
      decision('010000000016', 'A'),
    ],
  },
};

/** A copy that a test may change. */
export function sapStory(): Services {
  return structuredClone(SERVICES);
}

const SERVICES: Services = {
  API_PRODUCT_SRV: {
    A_Product: {
      key: ['Product'],
      properties: TYPES('Product ProductType ProductGroup BaseUnit ProductStandardID', {
        ...{ IsMarkedForDeletion: 'flag', LastChangeDateTime: 'instant' },
      }),
      navigations: { to_Description: { set: 'A_ProductDescription', many: true } },
      entities: [
        product('100001', 'Resin', '树脂', { BaseUnit: 'KG', ProductType: 'ROH' }),
        product('100002', 'Housing', '外壳', { ProductType: 'HALB' }),
        product('0815-A', 'Filter', null, { ProductType: 'HALB' }),
        product('KIT-9000', 'Infusion kit', '输液套件', { ProductStandardID: '06901234567892' }),
        product('OLD-1', 'Old kit', null, { IsMarkedForDeletion: true }),
        product('PACK-1', 'Carton', '纸箱', { ProductType: 'VERP' }),
      ],
    },
    A_ProductDescription: {
      key: ['Product', 'Language'],
      properties: TYPES('Product Language ProductDescription'),
      entities: [],
    },
  },
  API_BATCH_SRV: {
    Batch: {
      key: ['Material', 'BatchIdentifyingPlant', 'Batch'],
      properties: TYPES('Material BatchIdentifyingPlant Batch Supplier BatchBySupplier', {
        ...{ BatchIsMarkedForDeletion: 'flag', MatlBatchIsInRstrcdUseStock: 'flag' },
        ...{ ShelfLifeExpirationDate: 'date', ManufactureDate: 'date', LastChangeDateTime: 'instant' },
      }),
      navigations: { to_BatchCharc: { set: 'BatchCharc', many: true } },
      entities: [
        batch(
          `${PADDED}100001`,
          'R26001',
          '2028-01-31',
          { Supplier: '0000100100', BatchBySupplier: 'BASF-77' },
          [
            { id: '0000000802', date: '2028-02-29' },
            { id: '0000000803', text: 'blue' },
          ],
        ),
        batch(`${PADDED}100001`, 'R26002', '2028-01-31'),
        batch(`${PADDED}100001`, 'R26003', '2028-02-29', { MatlBatchIsInRstrcdUseStock: true }),
        batch(`${PADDED}100001`, 'R26004', '2028-02-29', { BatchIsMarkedForDeletion: true }),
        batch(`${PADDED}100002`, 'H26001', null),
        batch(`${PADDED}100002`, 'H26002', null),
        batch(`${PADDED}100002`, 'H26003', null),
        batch('0815-A', 'A26001', '2029-12-31'),
        batch('0815-A', 'H26001', '2029-12-31'),
        batch('KIT-9000', 'K26001', '2028-05-11', { ManufactureDate: '2026-05-11' }, [
          { id: '0000000801', text: 'ETO-2026-051' },
        ]),
        batch('KIT-9000', 'K26002', '2028-05-13', { ManufactureDate: '2026-05-13' }, [
          { id: '0000000801', text: 'ETO-2026-052' },
        ]),
        batch('KIT-9000', 'K26003', '2028-05-13', { ManufactureDate: '2026-05-13' }),
        batch('KIT-9000', 'K26004', '2025-05-13', { ManufactureDate: '2026-05-13' }),
      ],
    },
    BatchCharc: {
      key: ['Material', 'BatchIdentifyingPlant', 'Batch', 'CharcInternalID'],
      properties: TYPES('Material BatchIdentifyingPlant Batch CharcInternalID'),
      navigations: { to_BatchCharcValue: { set: 'BatchCharcValue', many: true } },
      entities: [],
    },
    BatchCharcValue: {
      key: ['Material', 'BatchIdentifyingPlant', 'Batch', 'CharcInternalID', 'CharcValuePositionNumber'],
      properties: TYPES(
        'Material BatchIdentifyingPlant Batch CharcInternalID CharcValuePositionNumber CharcValue',
        { CharcFromDate: 'date', CharcFromDecimalValue: 'decimal' },
      ),
      entities: [],
    },
  },
  API_MATERIAL_DOCUMENT_SRV: {
    A_MaterialDocumentHeader: {
      key: ['MaterialDocumentYear', 'MaterialDocument'],
      properties: TYPES(
        'MaterialDocumentYear MaterialDocument InventoryTransactionType CreatedByUser ReferenceDocument GoodsMovementCode',
        { DocumentDate: 'date', PostingDate: 'date', CreationDate: 'date', CreationTime: 'time' },
      ),
      navigations: { to_MaterialDocumentItem: { set: 'A_MaterialDocumentItem', many: true } },
      entities: DOCUMENTS,
    },
    A_MaterialDocumentItem: {
      key: ['MaterialDocumentYear', 'MaterialDocument', 'MaterialDocumentItem'],
      properties: TYPES(
        'MaterialDocumentYear MaterialDocument MaterialDocumentItem Material Plant StorageLocation Batch GoodsMovementType InventorySpecialStockType Supplier Customer PurchaseOrder ManufacturingOrder Delivery MaterialBaseUnit EntryUnit IssgOrRcvgBatch IsAutomaticallyCreated ReversedMaterialDocumentYear ReversedMaterialDocument ReversedMaterialDocumentItem',
        { QuantityInBaseUnit: 'decimal', QuantityInEntryUnit: 'decimal', GoodsMovementIsCancelled: 'flag' },
      ),
      entities: [],
    },
  },
  API_INSPECTIONLOT_SRV: QUALITY,
  API_MATERIAL_STOCK_SRV: {
    A_MatlStkInAcctMod: {
      key: [
        'Material',
        'Plant',
        'StorageLocation',
        'Batch',
        'InventoryStockType',
        'InventorySpecialStockType',
      ],
      properties: TYPES(
        'Material Plant StorageLocation Batch Supplier Customer InventoryStockType InventorySpecialStockType MaterialBaseUnit',
        { MatlWrhsStkQtyInMatlBaseUnit: 'decimal' },
      ),
      entities: STOCK,
    },
  },
};
