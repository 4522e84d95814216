/** Documents by their number, in pages: systems number by themselves, so one number can name several. */
import { narrow } from '../../../canonical/scope/scoped-sql';
import { DocumentRow } from '../../../canonical/entities/stock.entity';
import { type Page, toPage } from '../../../canonical/graph/page.type';
import { boundNumber, cursorScope, decodeCursor, encodeCursor } from '../../../platform/graphql/cursor';
import { checkPageSize } from '../../../platform/graphql/page-size';
import type { LotsContext } from '../context';
import type { PageRequest } from '../paging/lot-pages';
import { DocumentType } from './document.type';

/** A page of the documents that carry the number. Throws InvalidInputError for a bad size or cursor. */
export async function listDocuments(
  context: LotsContext,
  number: string,
  page: PageRequest,
): Promise<Page<DocumentType>> {
  const first = checkPageSize(page.first);
  const scope = cursorScope('documents', number);
  const position = page.after == null ? null : decodeCursor(scope, page.after, ['key']);
  await context.reportCopies('document');
  const query = context.services.database.reader
    .createQueryBuilder(DocumentRow, 'document')
    .where('document.number = :number', { number })
    .orderBy('document.pk')
    .limit(first + 1);
  narrow(query, context.scope, (rows) => rows.document('document'));
  if (position !== null) query.andWhere('document.pk > :after', { after: boundNumber(position[0]) });
  return toPage(
    await query.getMany(),
    first,
    (row) => encodeCursor(scope, [row.pk]),
    (row) => DocumentType.from(row),
  );
}
