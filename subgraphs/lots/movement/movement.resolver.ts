/** What a movement points to. */
import { Ctx, Resolver, Root } from 'type-graphql';
import { SourceRefType } from '../../../canonical/graph/source.type';
import { TermFieldResolver } from '../../../platform/graphql/term-field';
import type { LotsContext } from '../context';
import { DocumentType } from '../document/document.type';
import {
  findDocumentByRef,
  findLocation,
  findLotByKey,
  findParty,
  findSiteOfLocation,
} from '../loaders/find';
import { LotType } from '../lot/lot.type';
import { PartyType } from '../party/party.type';
import { LocationType, SiteType } from '../site/site.type';
import { sourceOf } from '../source/source';
import { MovementType } from './movement.type';

@Resolver(() => MovementType)
export class MovementResolver {
  @TermFieldResolver(() => LotType, 'movement.lot')
  lot(@Root() movement: MovementType, @Ctx() context: LotsContext): Promise<LotType | null> {
    return findLotByKey(context, movement.lotPk);
  }

  @TermFieldResolver(() => LocationType, 'movement.location')
  location(@Root() movement: MovementType, @Ctx() context: LotsContext): Promise<LocationType | null> {
    return findLocation(context, movement.locationPk);
  }

  @TermFieldResolver(() => SiteType, 'movement.site')
  site(@Root() movement: MovementType, @Ctx() context: LotsContext): Promise<SiteType | null> {
    return findSiteOfLocation(context, movement.locationPk);
  }

  @TermFieldResolver(() => PartyType, 'movement.party')
  party(@Root() movement: MovementType, @Ctx() context: LotsContext): Promise<PartyType | null> {
    return findParty(context, movement.partyPk);
  }

  @TermFieldResolver(() => DocumentType, 'movement.document')
  document(@Root() movement: MovementType, @Ctx() context: LotsContext): Promise<DocumentType | null> {
    return findDocumentByRef(context, movement.documentRef);
  }

  @TermFieldResolver(() => SourceRefType, 'movement.source')
  source(@Root() movement: MovementType, @Ctx() context: LotsContext): Promise<SourceRefType | null> {
    return sourceOf(context, movement.pk);
  }
}
