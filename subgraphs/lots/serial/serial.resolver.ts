/** What a serial points to. */
import { Ctx, Resolver, Root } from 'type-graphql';
import { SourceRefType } from '../../../canonical/graph/source.type';
import { TermFieldResolver } from '../../../platform/graphql/term-field';
import type { LotsContext } from '../context';
import { ItemType } from '../item/item.type';
import { findItem, findLocation, findLotByKey, findParty, findSiteOfLocation } from '../loaders/find';
import { LotType } from '../lot/lot.type';
import { PartyType } from '../party/party.type';
import { LocationType, SiteType } from '../site/site.type';
import { sourceOf } from '../source/source';
import { SerialType } from './serial.type';

@Resolver(() => SerialType)
export class SerialResolver {
  @TermFieldResolver(() => ItemType, 'serial.item')
  item(@Root() { row }: SerialType, @Ctx() context: LotsContext): Promise<ItemType | null> {
    return findItem(context, row.itemPk);
  }

  @TermFieldResolver(() => LotType, 'serial.lot')
  lot(@Root() { row }: SerialType, @Ctx() context: LotsContext): Promise<LotType | null> {
    return findLotByKey(context, row.lotPk);
  }

  @TermFieldResolver(() => PartyType, 'serial.party')
  party(@Root() { row }: SerialType, @Ctx() context: LotsContext): Promise<PartyType | null> {
    return findParty(context, row.partyPk);
  }

  @TermFieldResolver(() => LocationType, 'serial.location')
  location(@Root() { row }: SerialType, @Ctx() context: LotsContext): Promise<LocationType | null> {
    return findLocation(context, row.locationPk);
  }

  @TermFieldResolver(() => SiteType, 'serial.site')
  site(@Root() { row }: SerialType, @Ctx() context: LotsContext): Promise<SiteType | null> {
    return findSiteOfLocation(context, row.locationPk);
  }

  @TermFieldResolver(() => SourceRefType, 'serial.source')
  source(@Root() { row }: SerialType, @Ctx() context: LotsContext): Promise<SourceRefType | null> {
    return sourceOf(context, row.pk);
  }
}
