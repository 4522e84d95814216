/** Documents by their number, in pages: systems number by themselves, so one number can name several. */
import { MoreThan } from 'typeorm';
import { DocumentRow } from '../../../canonical/entities/stock.entity';
import { type Page, toPage } from '../../../canonical/graph/page.type';
import { cursorScope, decodeCursor, encodeCursor } from '../../../platform/graphql/cursor';
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
  const position = page.after == null ? null : Number(decodeCursor(scope, page.after, 1)[0]);
  await context.reportCopies('document');
  const rows = await context.services.database.reader.find(DocumentRow, {
    where: { number, ...(position === null ? {} : { pk: MoreThan(position) }) },
    order: { pk: 'ASC' },
    take: first + 1,
  });
  return toPage(
    rows,
    first,
    (row) => encodeCursor(scope, [row.pk]),
    (row) => DocumentType.from(row),
  );
}
