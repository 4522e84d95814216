/** Every object type of this subgraph; type-graphql's metadata store is global, so none is left to chance. */
import type { ClassType } from 'type-graphql';
import { PageInfoType } from '../../canonical/graph/page.type';
import { SourceRefType } from '../../canonical/graph/source.type';
import { CommandType } from '../../controls/outbox/command.type';
import { SIGN_OFF_TYPES } from '../../controls/sign-off/mutation-payload.type';
import {
  AdjustLotQuantityPayload,
  ChangeLotExpiryPayload,
  ChangeLotStatusPayload,
  LiftHoldPayload,
  MergeLotsPayload,
  PlaceHoldPayload,
  SplitLotPayload,
} from './acts/act-payloads.type';
import { AttributeValueType } from './attribute/attribute.type';
import { DocumentConnection, DocumentLineType, DocumentType } from './document/document.type';
import { GenealogyConnection, GenealogyEdgeType } from './genealogy/genealogy-edge.type';
import { ItemConnection, ItemType } from './item/item.type';
import { InspectionStub } from './inspection/inspection.stub';
import { HoldType } from './lot/hold.type';
import { LotConnection, LotType } from './lot/lot.type';
import { ShelfLifeType } from './lot/shelf-life.type';
import { MovementConnection, MovementType } from './movement/movement.type';
import { PartyType } from './party/party.type';
import { QuantityType } from './quantity.type';
import { SerialConnection, SerialCountType, SerialType } from './serial/serial.type';
import { LocationType, SiteType } from './site/site.type';
import { FieldCandidateType, FieldProvenanceType } from './source/provenance.type';
import { LotStageDocumentType, LotStageType } from './stage/stage.type';
import { StockType } from './stock/stock.type';
import { TimelineConnection, TimelineEntryType } from './timeline/timeline-entry.type';

export const TYPES: readonly ClassType[] = [
  ...[ItemType, ItemConnection, SiteType, LocationType, PartyType],
  ...[LotType, LotConnection, HoldType, ShelfLifeType, QuantityType],
  ...[DocumentType, DocumentConnection, DocumentLineType],
  ...[LotStageType, LotStageDocumentType, InspectionStub],
  ...[MovementType, MovementConnection, StockType],
  ...[SerialType, SerialConnection, SerialCountType],
  ...[GenealogyEdgeType, GenealogyConnection, TimelineEntryType, TimelineConnection],
  ...[PlaceHoldPayload, LiftHoldPayload, ChangeLotStatusPayload, ChangeLotExpiryPayload],
  ...[AdjustLotQuantityPayload, SplitLotPayload, MergeLotsPayload, CommandType, ...SIGN_OFF_TYPES],
  AttributeValueType,
  ...[FieldProvenanceType, FieldCandidateType, SourceRefType, PageInfoType],
];
