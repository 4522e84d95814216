/**
 * The documents of lots, as SQL: those with a line of a lot, those that its movements, transformations and dispositions
 * name, and, one step on, those that they are based on.
 */
import type { RowScope } from './scope/row-scope';
import { scopeAnd } from './scope/scoped-sql';

/** Where a row about a lot names a document. */
export const NAMING_COLUMNS = [
  ['document_line', 'document_ref'],
  ['document_line', 'based_on_ref'],
  ['movement', 'document_ref'],
  ['transformation_line', 'document_ref'],
  ['disposition', 'document_ref'],
] as const;

/** What a row that names a document must fulfil to be in scope, given that its lot is. */
const IN_SCOPE: Readonly<Record<string, (scope: RowScope) => string>> = {
  movement: (scope) => scope.atLocation('location_pk'),
  document_line: (scope) => `${scope.atLocationOrNowhere('location_pk')} AND EXISTS (
    SELECT 1 FROM document o WHERE o.ref = document_line.document_ref AND ${scope.documentOfLine('o')})`,
};

/** `lot_pk, document_ref` of the documents that name the lots; `inLots` picks them, such as `IN (?, ?)`. */
export function namedDocuments(inLots: string, scope: RowScope | null): string {
  return NAMING_COLUMNS.map(([table, column]) => {
    const inScope = scopeAnd(scope, IN_SCOPE[table] ?? (() => '1 = 1'));
    return `SELECT lot_pk, ${column} AS document_ref FROM ${table} WHERE lot_pk ${inLots} AND ${column} IS NOT NULL${inScope}`;
  }).join(' UNION ');
}

/**
 * `lot_pk, document_ref` of every document that a lot reaches, from a table expression of those that name it. Whoever
 * joins the documents to it asks for those in scope; a document out of scope leads to no other.
 */
export function reachedDocuments(named: string, scope: RowScope | null): string {
  return `SELECT lot_pk, document_ref FROM ${named}
    UNION
    SELECT n.lot_pk, d.based_on_ref FROM ${named} n JOIN document d ON d.ref = n.document_ref
    WHERE d.based_on_ref IS NOT NULL${scopeAnd(scope, (rows) => rows.document('d'))}`;
}
