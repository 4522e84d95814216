/** Queries for lots, and the fields of a lot that other tables answer. */
import { Args, Ctx, ID, Resolver, Root } from 'type-graphql';
import { fromId } from '../../../canonical/ids';
import { CommandType } from '../../../controls/outbox/command.type';
import { LocalDate } from '../../../platform/graphql/scalars';
import { TermArg, TermFieldResolver, TermQuery } from '../../../platform/graphql/term-field';
import type { LotsContext } from '../context';
import { ItemType } from '../item/item.type';
import { PageArgs } from '../../../canonical/graph/page.type';
import type { Page } from '../../../canonical/graph/page.type';
import { findItem, findLotByKey, findParty } from '../loaders/find';
import { SerialCountType } from '../serial/serial.type';
import { FieldProvenanceType, selectProvenance } from '../source/provenance.type';
import { sourceOf } from '../source/source';
import { StockType } from '../stock/stock.type';
import { findLotByUdi } from '../udi/lot-by-udi.service';
import { HoldType } from './hold.type';
import { holdsOf } from './holds.service';
import { SourceRefType } from '../../../canonical/graph/source.type';
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
    @TermArg('item', () => String, 'item.code') item: string,
    @TermArg('lotNumber', () => String, 'lot.lotNumber') lotNumber: string,
    @TermArg('manufacturer', () => String, 'lot.manufacturer', { nullable: true })
    manufacturer?: string | null,
  ): Promise<LotType | null> {
    const row = await findLot(context, { item, lotNumber, manufacturer });
    return row === null ? null : LotType.from(row);
  }

  @TermQuery(() => LotType, 'query.lotById')
  lotById(
    @Ctx() context: LotsContext,
    @TermArg('id', () => ID, 'lot.id') id: string,
  ): Promise<LotType | null> {
    return findLotByKey(context, fromId('lot', id));
  }

  @TermQuery(() => LotType, 'query.lotByUdi')
  async lotByUdi(
    @Ctx() context: LotsContext,
    @TermArg('udi', () => String, 'query.lotByUdi.udi') udi: string,
  ): Promise<LotType | null> {
    const row = await findLotByUdi(context, udi);
    return row === null ? null : LotType.from(row);
  }

  @TermQuery(() => LotConnection, 'query.lots')
  async lots(
    @Ctx() context: LotsContext,
    @Args(() => PageArgs) page: PageArgs,
    @TermArg('filter', () => LotFilter, 'page.filter', { nullable: true }) filter?: LotFilter | null,
    @TermArg('orderBy', () => LotOrder, 'page.orderBy', { nullable: true }) orderBy?: LotOrder | null,
  ): Promise<Page<LotType>> {
    return await listLots(context, filter ?? new LotFilter(), orderBy ?? new LotOrder(), page);
  }

  @TermFieldResolver(() => ItemType, 'lot.item')
  item(@Root() { row }: LotType, @Ctx() context: LotsContext): Promise<ItemType | null> {
    return findItem(context, row.itemPk);
  }

  @TermFieldResolver(() => PartyType, 'lot.manufacturer')
  manufacturer(@Root() { row }: LotType, @Ctx() context: LotsContext): Promise<PartyType | null> {
    return findParty(context, row.manufacturerPk);
  }

  @TermFieldResolver(() => PartyType, 'lot.supplier')
  supplier(@Root() { row }: LotType, @Ctx() context: LotsContext): Promise<PartyType | null> {
    return findParty(context, row.supplierPk);
  }

  @TermFieldResolver(() => ShelfLifeType, 'lot.remainingShelfLife')
  async remainingShelfLife(
    @Root() lot: LotType,
    @Ctx() context: LotsContext,
    @TermArg('asOf', () => LocalDate, 'shelfLife.asOf', { nullable: true }) asOf?: string | null,
    @TermArg('site', () => String, 'site.code', { nullable: true }) site?: string | null,
  ): Promise<ShelfLifeType | null> {
    return await shelfLifeOf(context, lot, asOf, site);
  }

  @TermFieldResolver(() => [HoldType], 'lot.holds')
  holds(@Root() lot: LotType, @Ctx() context: LotsContext): Promise<HoldType[]> {
    return holdsOf(context, lot);
  }

  @TermFieldResolver(() => [CommandType], 'lot.commands')
  async commands(@Root() { id }: LotType, @Ctx() context: LotsContext): Promise<CommandType[]> {
    return (await context.loaders.commandsOfLot.load(id)).map((one) =>
      CommandType.from(one, context.language),
    );
  }

  @TermFieldResolver(() => Boolean, 'lot.usable')
  async usable(@Root() lot: LotType, @Ctx() context: LotsContext): Promise<boolean> {
    return (await holdsOf(context, lot)).length === 0;
  }

  @TermFieldResolver(() => [SerialCountType], 'lot.serialCounts')
  async serialCounts(
    @Root() { row }: LotType,
    @Ctx() context: LotsContext,
  ): Promise<readonly SerialCountType[]> {
    await context.reportCopies('serial');
    const counts = await context.loaders.serialCounts.load(row.pk);
    return counts.map((one) => Object.assign(new SerialCountType(), one));
  }

  @TermFieldResolver(() => [StockType], 'lot.stock')
  async stock(@Root() { row }: LotType, @Ctx() context: LotsContext): Promise<StockType[]> {
    const [stock, item] = await Promise.all([
      context.loaders.stock.load(row.pk),
      context.loaders.item.load(row.itemPk),
    ]);
    return stock.map((one) => StockType.from(one, item?.uom ?? row.uom, context.now));
  }

  @TermFieldResolver(() => [FieldProvenanceType], 'lot.provenance')
  async provenance(
    @Root() { row }: LotType,
    @Ctx() context: LotsContext,
    @TermArg('terms', () => [String], 'provenance.term', { nullable: true }) terms?: string[] | null,
  ): Promise<FieldProvenanceType[]> {
    await context.reportCopies('lot');
    return selectProvenance(context.access, await context.loaders.lotProvenance.load(row.pk), terms);
  }
}

@Resolver(() => HoldType)
export class HoldResolver {
  @TermFieldResolver(() => SourceRefType, 'hold.source')
  source(@Root() hold: HoldType, @Ctx() context: LotsContext): Promise<SourceRefType | null> {
    return sourceOf(context, hold.recordPk);
  }
}
