/** Everything that the stitched copy brings to the database: its entities and its migrations. */
import type { EntityClass, MigrationClass } from '../platform/database/database';
import { AttributeValueRow } from './entities/attribute.entity';
import { ItemRow, LocationRow, PartyRow, SiteRow } from './entities/catalogue.entity';
import { FindingRow, IdentityRow, KeySequenceRow } from './entities/governance.entity';
import { LotHoldRow, LotRow } from './entities/lot.entity';
import {
  DispositionRow,
  InspectionResultRow,
  InspectionRow,
  RecallCaseRow,
  RecallScopeRow,
} from './entities/quality.entity';
import {
  RejectedRowRow,
  SourceRecordRow,
  SourceStreamRow,
  SourceVersionRow,
  SyncRunRow,
} from './entities/source.entity';
import {
  DocumentLineRow,
  DocumentRow,
  GenealogyEdgeRow,
  LevelMovementRow,
  MovementRow,
  SerialRow,
  TransformationLineRow,
} from './entities/stock.entity';
import { Canonical1760000000001 } from './migrations/1760000000001-canonical';
import { VersionBatches1761100000001 } from './migrations/1761100000001-version-batches';
import { AttributeValues1764208000001 } from './migrations/1764208000001-attribute-values';

export const CANONICAL_ENTITIES: readonly EntityClass[] = [
  ItemRow,
  SiteRow,
  LocationRow,
  PartyRow,
  LotRow,
  LotHoldRow,
  AttributeValueRow,
  DocumentRow,
  DocumentLineRow,
  MovementRow,
  LevelMovementRow,
  TransformationLineRow,
  GenealogyEdgeRow,
  SerialRow,
  InspectionRow,
  InspectionResultRow,
  DispositionRow,
  RecallCaseRow,
  RecallScopeRow,
  SourceStreamRow,
  SourceRecordRow,
  SourceVersionRow,
  RejectedRowRow,
  SyncRunRow,
  FindingRow,
  IdentityRow,
  KeySequenceRow,
];

export const CANONICAL_MIGRATIONS: readonly MigrationClass[] = [
  Canonical1760000000001,
  VersionBatches1761100000001,
  AttributeValues1764208000001,
];
