/** The resolver classes of this subgraph. */
import type { ClassType, NonEmptyArray } from 'type-graphql';
import { LotActsResolver } from './acts/lot-acts.resolver';
import { LotPartsResolver } from './acts/lot-parts.resolver';
import { ATTRIBUTE_RESOLVERS } from './attribute/attribute.resolver';
import { DocumentLineResolver, DocumentResolver } from './document/document.resolver';
import { GenealogyResolver } from './genealogy/genealogy.resolver';
import { ItemResolver } from './item/item.resolver';
import { LotListsResolver } from './lot/lot-lists.resolver';
import { HoldResolver, LotResolver } from './lot/lot.resolver';
import { MovementResolver } from './movement/movement.resolver';
import { SerialResolver } from './serial/serial.resolver';
import { SiteResolver } from './site/site.resolver';
import { LotStageDocumentResolver, LotStagesResolver } from './stage/stage.resolver';
import { StockResolver } from './stock/stock.resolver';
import { TimelineResolver } from './timeline/timeline.resolver';

export const RESOLVERS: NonEmptyArray<ClassType> = [
  LotResolver,
  LotActsResolver,
  LotPartsResolver,
  LotListsResolver,
  LotStagesResolver,
  LotStageDocumentResolver,
  HoldResolver,
  ItemResolver,
  SiteResolver,
  DocumentResolver,
  DocumentLineResolver,
  MovementResolver,
  SerialResolver,
  StockResolver,
  GenealogyResolver,
  TimelineResolver,
  ...ATTRIBUTE_RESOLVERS,
];
