/** A mapping of the demo ERP that means something else in every way that a mapping can. */
import { readFileSync } from 'node:fs';
import { Document, isMap, parseDocument } from 'yaml';

export const ERP_TEXT = readFileSync('schema/mappings/erp/mapping.yaml', 'utf8');

/** The shipped text with parts replaced; `undefined` takes a part out. */
export function changedErp(changes: readonly (readonly [path: readonly string[], value: unknown])[]): string {
  const document = parseDocument(ERP_TEXT, { merge: true });
  // written out: an anchor may stand in a part that goes
  const plain = new Document(JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: -1 }))));
  for (const [path, value] of changes) {
    if (!isMap(plain.getIn(path.slice(0, -1)))) throw new Error(`the mapping has no ${path.join('.')}`);
    if (value === undefined) plain.deleteIn(path);
    else plain.setIn(path, value);
  }
  return plain.toString();
}

/** Other expiry, lot numbers and holds, dates that cannot be read, another key, and a stream that is not read at all. */
export const OTHER_ERP = changedErp([
  [['streams', 'lots', 'fields', 'expiresOn'], { from: 'manufacturing_date', apply: ['date'] }],
  [['streams', 'lots', 'fields', 'lotNumber'], { from: 'batch_id', apply: [{ prefix: 'OTHER-' }] }],
  [['streams', 'lots', 'fields', 'hold'], undefined],
  [
    ['streams', 'purchaseReceipts', 'fields', 'issuedOn'],
    { from: 'posting_date', apply: [{ date: 'dd/MM/yyyy' }] },
  ],
  [['streams', 'purchaseOrders', 'key'], { from: 'name', apply: [{ prefix: 'Other Order:' }] }],
  [['streams', 'workOrders'], undefined],
]);

/** Nothing but the remarks, which no regulation cares about. */
export const OTHER_REMARKS = changedErp([
  [['streams', 'lots', 'fields', 'remarks'], { value: 'see the paper' }],
]);
