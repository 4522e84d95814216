/** What Nordwerk says of its own data. */

const NULLABLE = (name: string, type: string): string => `<Property Name="${name}" Type="Edm.${type}"/>`;
const texts = (...names: string[]): string => names.map((name) => NULLABLE(name, 'String')).join('');
const key = (...names: string[]): string =>
  `<Key>${names.map((name) => `<PropertyRef Name="${name}"/>`).join('')}</Key>`;
const entity = (name: string, ...parts: string[]): string =>
  `<EntityType Name="${name}">${parts.join('')}</EntityType>`;
const one = (name: string, type: string): string => `<NavigationProperty Name="${name}" Type="nw.${type}"/>`;
const many = (name: string, type: string): string =>
  `<NavigationProperty Name="${name}" Type="Collection(nw.${type})"/>`;
const CHANGED = NULLABLE('ChangedAt', 'DateTimeOffset');

const TYPES = [
  entity(
    'Material',
    key('ID', 'Plant'),
    texts('ID', 'Plant', 'BaseUnit', 'Name', 'NameEN', 'DeletionMark'),
    CHANGED,
  ),
  entity('Plant', key('Code'), texts('Code', 'Company', 'Name')),
  entity('StorageBin', key('Plant', 'Bin'), texts('Plant', 'Bin', 'Name')),
  entity('Partner', key('ID'), texts('ID', 'Kind', 'Name', 'Country')),
  entity(
    'Batch',
    key('BatchUUID') + NULLABLE('BatchUUID', 'Guid'),
    texts('Material', 'Batch', 'ExpiryText', 'VendorID', 'VendorBatch', 'State', 'DeletionMark'),
    NULLABLE('ProductionDate', 'Date') + CHANGED + many('Characteristics', 'Characteristic'),
  ),
  entity('Characteristic', key('Name'), texts('Name', 'Value')),
  entity(
    'Document',
    key('DocNo', 'Year') + texts('DocNo', 'MovementType', 'State', 'CompanyCode', 'ReversalOf', 'Partner'),
    NULLABLE('Year', 'Int32') +
      NULLABLE('PostingDate', 'Date') +
      NULLABLE('PostingTime', 'Duration') +
      CHANGED,
    many('Lines', 'Line'),
  ),
  entity(
    'Line',
    key('LineNo') + NULLABLE('LineNo', 'Int32'),
    texts('Material', 'Batch', 'Plant', 'Bin', 'DebitCredit', 'EntryUnit'),
    NULLABLE('EntryQty', 'Decimal') + NULLABLE('Factor', 'Decimal') + one('HandlingUnit', 'HandlingUnit'),
  ),
  entity('HandlingUnit', key('HU'), texts('HU', 'Batch')),
  entity(
    'Link',
    key('ID') + NULLABLE('ID', 'Int32') + texts('Kind', 'Source', 'Target') + CHANGED,
    one('Product', 'LinkEnd') + one('Component', 'LinkEnd'),
  ),
  entity('LinkEnd', key('Material', 'Batch'), texts('Material', 'Batch')),
  entity(
    'Inspection',
    key('No') + texts('No', 'Material', 'Batch', 'Decision', 'Inspector'),
    NULLABLE('DecidedOn', 'Date') + CHANGED + many('Results', 'Result'),
  ),
  entity('Result', key('Characteristic'), texts('Characteristic', 'Value', 'Lower', 'Upper', 'Unit')),
  entity(
    'StockLevel',
    key('Material', 'Batch', 'Plant', 'Bin'),
    texts('Material', 'Batch', 'Plant', 'Bin') + NULLABLE('Quantity', 'Decimal'),
  ),
];

/** Entity set → its type. */
export const SETS: Readonly<Record<string, string>> = {
  Materials: 'Material',
  Plants: 'Plant',
  StorageBins: 'StorageBin',
  Partners: 'Partner',
  Batches: 'Batch',
  Documents: 'Document',
  Links: 'Link',
  Inspections: 'Inspection',
  StockLevels: 'StockLevel',
};

export const METADATA = `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="nw" xmlns="http://docs.oasis-open.org/odata/ns/edm">${TYPES.join('')}
<EntityContainer Name="Lager">${Object.entries(SETS)
  .map(([name, type]) => `<EntitySet Name="${name}" EntityType="nw.${type}"/>`)
  .join('')}</EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>`;
