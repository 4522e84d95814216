/** Queries for lots, and the fields of a lot that other tables answer. */
import { Arg, Args, Ctx, ID, Resolver, Root } from 'type-graphql';
import { fromId } from '../../../canonical/ids';
import { LocalDate } from '../../../platform/graphql/scalars';
import { TermFieldResolver, TermQuery } from '../../../platform/graphql/term-field';
import type { LotsContext } from '../context';
import { ItemType } from '../item/item.type';
import { PageArgs } from '../../../canonical/graph/page.type';
import type { Page } from '../../../canonical/graph/page.type';
import { PartyType } from '../party/party.type';
import { LotFilter, LotOrder } from './lot-filter.input';
import { listLots } from './lot-list.service';
import { findLot } from './lot-lookup.service';
import { LotConnection, LotType } from './lot.type';
import { shelfLifeOf } from './shelf-life.service';
import { ShelfLifeType } from './shelf-life.type';

@Resolver(() => LotType)
export class LotResolver {
  @TermQuery(() => LotType, 'query.lot')
  async lot(
    @Ctx() context: LotsContext,
    @Arg('item', () => String) item: string,
    @Arg('lotNumber', () => String) lotNumber: string,
    @Arg('manufacturer', () => String, { nullable: true }) manufacturer?: string | null,
  ): Promise<LotType | null> {
    const row = await findLot(context, { item, lotNumber, manufacturer });
    return row === null ? null : LotType.from(row);
  }

  @TermQuery(() => LotType, 'query.lotById')
  async lotById(@Ctx() context: LotsContext, @Arg('id', () => ID) id: string): Promise<LotType | null> {
    return await loadLot(context, id);
  }

  @TermQuery(() => LotConnection, 'query.lots')
  async lots(
    @Ctx() context: LotsContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => LotFilter, { nullable: true }) filter?: LotFilter | null,
    @Arg('orderBy', () => LotOrder, { nullable: true }) orderBy?: LotOrder | null,
  ): Promise<Page<LotType>> {
    return await listLots(context, filter ?? new LotFilter(), orderBy ?? new LotOrder(), page);
  }

  @TermFieldResolver(() => ItemType, 'lot.item')
  async item(@Root() lot: LotType, @Ctx() context: LotsContext): Promise<ItemType | null> {
    await context.reportCopies('item');
    const row = await context.loaders.item.load(lot.row.itemPk);
    return row === null ? null : ItemType.from(row);
  }

  @TermFieldResolver(() => PartyType, 'lot.manufacturer')
  async manufacturer(@Root() lot: LotType, @Ctx() context: LotsContext): Promise<PartyType | null> {
    return await loadParty(context, lot.row.manufacturerPk);
  }

  @TermFieldResolver(() => PartyType, 'lot.supplier')
  async supplier(@Root() lot: LotType, @Ctx() context: LotsContext): Promise<PartyType | null> {
    return await loadParty(context, lot.row.supplierPk);
  }

  @TermFieldResolver(() => ShelfLifeType, 'lot.remainingShelfLife')
  async remainingShelfLife(
    @Root() lot: LotType,
    @Ctx() context: LotsContext,
    @Arg('asOf', () => LocalDate, { nullable: true }) asOf?: string | null,
    @Arg('site', () => String, { nullable: true }) site?: string | null,
  ): Promise<ShelfLifeType | null> {
    return await shelfLifeOf(context, lot, asOf, site);
  }
}

/** The lot of a public id; null when there is none, or the text is no lot's id. */
export async function loadLot(context: LotsContext, id: string): Promise<LotType | null> {
  const pk = fromId('lot', id);
  if (pk === null) return null;
  await context.reportCopies('lot');
  const row = await context.loaders.lot.load(pk);
  return row === null ? null : LotType.from(row);
}

async function loadParty(context: LotsContext, pk: number | null): Promise<PartyType | null> {
  if (pk === null) return null;
  await context.reportCopies('party');
  const row = await context.loaders.party.load(pk);
  return row === null ? null : PartyType.from(row);
}
