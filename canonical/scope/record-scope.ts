/** Which source records a limited caller may see: those of the rows that they became. */
import type { RecordType } from '../../schema/records/record-types';
import type { RowScope } from './row-scope';

type Condition = (scope: RowScope, row: string) => string;

/** Table of the golden rows, and the condition on one of them. Facts have the key of their record. */
const FACTS: Partial<Readonly<Record<RecordType, readonly [table: string, condition: Condition]>>> = {
  movement: ['movement', (scope, row) => scope.movement(row)],
  serial: ['serial', (scope, row) => scope.serial(row)],
  document: ['document', (scope, row) => scope.document(row)],
  documentLine: [
    'document_line',
    (scope, row) =>
      `${scope.line(row)} AND EXISTS (SELECT 1 FROM document sc_doc WHERE sc_doc.ref = ${row}.document_ref AND ${scope.document('sc_doc')})`,
  ],
  transformation: ['transformation_line', (scope, row) => scope.ofLot(`${row}.lot_pk`)],
  inspection: ['inspection', (scope, row) => scope.inspection(row)],
  inspectionResult: ['inspection_result', (scope, row) => scope.inspectionResult(row)],
  disposition: ['disposition', (scope, row) => scope.ofLot(`${row}.lot_pk`)],
  recallCase: ['recall_case', (scope, row) => scope.recallCase(row)],
  recallScope: ['recall_scope', (scope, row) => scope.ofLot(`${row}.lot_pk`)],
};
const ENTITIES: Partial<Readonly<Record<RecordType, readonly [table: string, condition: Condition]>>> = {
  site: ['site', (scope, row) => scope.site(row)],
  location: ['location', (scope, row) => scope.location(row)],
  party: ['party', (scope, row) => scope.party(row)],
  lot: ['lot', (scope, row) => scope.lot(row)],
};

/** Condition on a row of `source_record` that became a row of this type. What became none is in no limited scope. */
export function recordInScope(scope: RowScope, type: RecordType, alias: string): string {
  // items are everybody's
  if (type === 'item') return '1 = 1';
  const [key, found] =
    type in ENTITIES ? [`${alias}.entity_pk`, ENTITIES[type]] : [`${alias}.pk`, FACTS[type]];
  if (found === undefined) return '1 = 0';
  const [table, condition] = found;
  return `EXISTS (SELECT 1 FROM ${table} sc_row WHERE sc_row.pk = ${key} AND ${condition(scope, 'sc_row')})`;
}
