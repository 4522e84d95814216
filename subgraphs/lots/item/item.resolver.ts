/** Queries for items, and where an item's values come from. */
import { Args, Ctx, Resolver, Root } from 'type-graphql';
import { type Page, PageArgs } from '../../../canonical/graph/page.type';
import { TermArg, TermFieldResolver, TermQuery } from '../../../platform/graphql/term-field';
import type { LotsContext } from '../context';
import { FieldProvenanceType, selectProvenance } from '../source/provenance.type';
import { ItemFilter } from './item-filter.input';
import { listItems } from './item-list.service';
import { ItemConnection, ItemType } from './item.type';

@Resolver(() => ItemType)
export class ItemResolver {
  @TermQuery(() => ItemType, 'query.item')
  async item(
    @Ctx() context: LotsContext,
    @TermArg('code', () => String, 'item.code') code: string,
  ): Promise<ItemType | null> {
    await context.reportCopies('item');
    const row = await context.loaders.itemByCode.load(code);
    return row === null ? null : ItemType.from(row);
  }

  @TermQuery(() => ItemConnection, 'query.items')
  items(
    @Ctx() context: LotsContext,
    @Args(() => PageArgs) page: PageArgs,
    @TermArg('filter', () => ItemFilter, 'page.filter', { nullable: true }) filter?: ItemFilter | null,
  ): Promise<Page<ItemType>> {
    return listItems(context, filter ?? new ItemFilter(), page);
  }

  @TermFieldResolver(() => [FieldProvenanceType], 'item.provenance')
  async provenance(
    @Root() item: ItemType,
    @Ctx() context: LotsContext,
    @TermArg('terms', () => [String], 'provenance.term', { nullable: true }) terms?: string[] | null,
  ): Promise<FieldProvenanceType[]> {
    await context.reportCopies('item');
    return selectProvenance(context.access, await context.loaders.itemProvenance.load(item.pk), terms);
  }
}
