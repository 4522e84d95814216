/** Every object type of this subgraph; type-graphql's metadata store is global, so none is left to chance. */
import type { ClassType } from 'type-graphql';
import { PageInfoType } from '../../canonical/graph/page.type';
import { SourceRefType } from '../../canonical/graph/source.type';
import { ItemConnection, ItemType } from './item/item.type';
import { LotConnection, LotType } from './lot/lot.type';
import { ShelfLifeType } from './lot/shelf-life.type';
import { PartyType } from './party/party.type';
import { QuantityType } from './quantity.type';
import { LocationType, SiteType } from './site/site.type';

export const TYPES: readonly ClassType[] = [
  ItemType,
  ItemConnection,
  SiteType,
  LocationType,
  PartyType,
  LotType,
  LotConnection,
  ShelfLifeType,
  QuantityType,
  PageInfoType,
  SourceRefType,
];
