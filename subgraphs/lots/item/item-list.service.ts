/** Pages of items, ordered by code, which is unique and never empty. */
import { attributeConditions } from '../../../canonical/attributes/attribute-reads';
import { ItemRow } from '../../../canonical/entities/catalogue.entity';
import { type Page, toPage } from '../../../canonical/graph/page.type';
import { cursorScope, decodeCursor, encodeCursor } from '../../../platform/graphql/cursor';
import { checkPageSize } from '../../../platform/graphql/page-size';
import type { LotsContext } from '../context';
import type { PageRequest } from '../paging/lot-pages';
import { AFTER_ANY_CHARACTER } from '../paging/prefix';
import type { ItemFilter } from './item-filter.input';
import { ItemType } from './item.type';

/** A page of the items that the filter lets through. Throws InvalidInputError for a bad size or cursor. */
export async function listItems(
  context: LotsContext,
  filter: ItemFilter,
  page: PageRequest,
): Promise<Page<ItemType>> {
  const first = checkPageSize(page.first);
  const scope = cursorScope('items', filter);
  await context.reportCopies('item');
  const query = context.services.database.reader
    .createQueryBuilder(ItemRow, 'item')
    .orderBy('item.code')
    .limit(first + 1);
  if (page.after != null) {
    query.andWhere('item.code > :after', { after: decodeCursor(scope, page.after, ['text'])[0] });
  }
  const { codePrefix, gtin, itemClass, active } = filter;
  if (codePrefix != null) {
    query.andWhere('item.code >= :prefix AND item.code <= :prefixEnd', {
      prefix: codePrefix,
      prefixEnd: codePrefix + AFTER_ANY_CHARACTER,
    });
  }
  if (gtin != null) query.andWhere('item.gtin = :gtin', { gtin: gtin.padStart(14, '0') });
  if (itemClass != null) query.andWhere('item.itemClass = :itemClass', { itemClass });
  if (active != null) query.andWhere('item.active = :active', { active: Number(active) });
  if (filter.attributes != null) {
    const { access, services } = context;
    for (const { sql, parameters } of attributeConditions(
      ...([services.dictionary, access, 'item', 'item'] as const),
      filter.attributes,
    ))
      query.andWhere(sql, parameters);
  }
  return toPage(
    await query.getMany(),
    first,
    (row) => encodeCursor(scope, [row.code]),
    (row) => ItemType.from(row),
  );
}
