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
import {
  MappingDerivationRow,
  MappingDraftRow,
  MappingImpactRow,
  MappingVersionRow,
  PrunedIdentityRow,
  SourceExpectationRow,
} from './mappings/mapping.entity';
import {
  CrossReferenceRow,
  IdentityCandidateRow,
  IdentityDismissalRow,
  IdentityEdgeRow,
  IdentityKeyRow,
} from './stewardship/identity.entity';
import { FindingEventRow, FindingWorkRow } from './finding-work/finding-work.entity';
import { RuleRunRow } from './rules/rule-run.entity';
import {
  QualityCountRow,
  QualityDayRow,
  QualityMeasurementRow,
  QualityPositionRow,
  QualityScoreRow,
  QualityStreamRow,
} from './data-quality/data-quality.entity';
import { Canonical1760000000001 } from './migrations/1760000000001-canonical';
import { ComparedStreams1764204000001 } from './migrations/1764204000001-compared-streams';
import { MovementPlaces1764202000001 } from './migrations/1764202000001-movement-places';
import { VersionBatches1761100000001 } from './migrations/1761100000001-version-batches';
import { AttributeValues1764208000001 } from './migrations/1764208000001-attribute-values';
import { IdentityEdges1764210000001 } from './migrations/1764210000001-identity-edges';
import { IdentityDismissals1764224000001 } from './migrations/1764224000001-identity-dismissals';
import { FindingWork1764209000001 } from './migrations/1764209000001-finding-work';
import { MappingVersions1764206000001 } from './migrations/1764206000001-mapping-versions';
import { DataQuality1764222000001 } from './migrations/1764222000001-data-quality';
import { PersonalColumns1764212000001 } from './migrations/1764212000001-personal-columns';

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
  MappingVersionRow,
  MappingDraftRow,
  MappingImpactRow,
  MappingDerivationRow,
  SourceExpectationRow,
  PrunedIdentityRow,
  IdentityEdgeRow,
  IdentityKeyRow,
  IdentityCandidateRow,
  IdentityDismissalRow,
  CrossReferenceRow,
  FindingWorkRow,
  FindingEventRow,
  RuleRunRow,
  QualityPositionRow,
  QualityCountRow,
  QualityStreamRow,
  QualityDayRow,
  QualityScoreRow,
  QualityMeasurementRow,
];

export const CANONICAL_MIGRATIONS: readonly MigrationClass[] = [
  Canonical1760000000001,
  VersionBatches1761100000001,
  MovementPlaces1764202000001,
  ComparedStreams1764204000001,
  AttributeValues1764208000001,
  IdentityEdges1764210000001,
  IdentityDismissals1764224000001,
  MappingVersions1764206000001,
  PersonalColumns1764212000001,
  FindingWork1764209000001,
  DataQuality1764222000001,
];
