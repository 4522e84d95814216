/** The governance subgraph: the dictionary, the source systems, their runs, and what is wrong with the data. */
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { PageInfoType } from '../../canonical/graph/page.type';
import { LineageReader } from '../../canonical/lineage/mappings-in-force';
import type { SubgraphServices } from '../../canonical/subgraph-services';
import { protectSubgraph } from '../../controls/access/protect-subgraph';
import { buildSignedSubgraph } from '../../controls/sign-off/build-signed-subgraph';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { AccessResolver, accessJudgeOf } from './access/access.resolver';
import {
  AccessChangeType,
  AccessPolicyType,
  AccessRoleType,
  FieldAccessType,
  RoleConflictType,
  RoleGrantType,
} from './access/access.types';
import { AssignRolePayload, GrantResolver } from './access/grant.resolver';
import {
  PublishPolicyPayload,
  PublishPolicyResolver,
  StagedPolicyPayload,
} from './access/publish-policy.resolver';
import { AlarmResolver, AlarmRuleResolver } from './alarms/alarm.resolver';
import { AlarmConnection, AlarmDeliveryType, AlarmRuleType, AlarmType } from './alarms/alarm.type';
import {
  SettleAlarmPayload,
  SettleAlarmResolver,
  SuppressAlarmPayload,
} from './alarms/settle-alarm.resolver';
import { AuditCheckpointResolver, AuditResolver } from './audit/audit.resolver';
import {
  AuditChangeType,
  AuditCheckpointType,
  AuditEntryConnection,
  AuditEntryType,
  AuditRecordSealType,
  AuditReviewOfferType,
  AuditReviewType,
} from './audit/audit.types';
import { AuditReviewResolver, ReviewAuditTrailPayload } from './audit/review.resolver';
import { type GovernanceContext, type GovernanceFiles, createGovernanceContext } from './context';
import { loadCoordinates } from '../../platform/graphql/term-coordinates';
import { DataQualityResolver, QualityFailureResolver } from './data-quality/data-quality.resolver';
import { DATA_QUALITY_TYPES } from './data-quality/data-quality.types';
import { ExportDictionaryPayload, ExportResolver, ExportedFileType } from './dictionary/export.resolver';
import { TermResolver } from './dictionary/term.resolver';
import {
  DictionaryTermConnection,
  DictionaryTermType,
  TermDeprecationType,
  TermSynonymsType,
  TermValueType,
  TermVersionType,
} from './dictionary/term.type';
import { LINEAGE_TYPES, LineageResolver, TermSourcesResolver } from './lineage/lineage.resolver';
import { SCHEMA_VERSION_TYPES, SchemaVersionResolver } from './schema-versions/schema-version.resolver';
import { FindingResolver, LotFindingResolver } from './findings/finding.resolver';
import { FindingConnection, FindingEventType, FindingType, FindingValueType } from './findings/finding.type';
import { SettleFindingPayload, SettleFindingResolver } from './findings/settle-finding.resolver';
import { CONSISTENCY_RULE_TYPES, ConsistencyRuleResolver } from './rules/consistency-rule.resolver';
import { CommandType } from '../../controls/outbox/command.type';
import { LocalizedTextType } from './localized-text.type';
import { MappingImpactResolver, MappingResolver } from './mappings/mapping.resolver';
import { MAPPING_TYPES } from './mappings/mapping.types';
import { PublishMappingResolver } from './mappings/publish-mapping.resolver';
import { RejectedRowResolver } from './rejected/rejected-row.resolver';
import { RejectedRowConnection, RejectedRowType } from './rejected/rejected-row.types';
import { SyncRunResolver } from './runs/sync-run.resolver';
import { SyncRunConnection, SyncRunType } from './runs/sync-run.type';
import { SourceSystemResolver } from './sources/source-system.resolver';
import { SourceStreamType, SourceSystemType } from './sources/source-system.type';
import { loadSystemNames } from './sources/system-names';
import { WorkbenchResolver } from './workbench/workbench.resolver';
import { WORKBENCH_TYPES } from './workbench/workbench.types';
import { IdentityResolverOfGraph } from './stewardship/identity.resolver';
import { IDENTITY_TYPES } from './stewardship/identity.types';
import { CONTROLLED_DOCUMENT_RESOLVERS } from './controlled-documents/controlled-document.resolver';
import { CONTROLLED_DOCUMENT_TYPES } from './controlled-documents/controlled-document.types';
import { SIGN_OFF_TYPES } from '../../controls/sign-off/mutation-payload.type';
import {
  PublishSignOffPolicyPayload,
  PublishSignOffPolicyResolver,
} from './sign-off/publish-policy.resolver';
import { SETTLE_SIGN_OFF_TYPES, SettleSignOffResolver } from './sign-off/settle-sign-off.resolver';
import { SIGN_OFF_PROPOSAL_TYPES } from './sign-off/sign-off-proposal.type';
import { SignOffResolver } from './sign-off/sign-off.resolver';
import { ItemStub } from './stubs/item.stub';
import { LotStub } from './stubs/lot.stub';

const SUPERGRAPH = path.join('schema', 'generated', 'supergraph.graphql');

/** Makes the subgraph. Building the schema touches no database. */
export function createGovernanceSubgraph(services: SubgraphServices): Subgraph {
  const { sdl, schema } = buildSignedSubgraph<GovernanceContext>(services, {
    resolvers: [
      TermResolver,
      TermSourcesResolver,
      LineageResolver,
      ExportResolver,
      SchemaVersionResolver,
      MappingResolver,
      MappingImpactResolver,
      PublishMappingResolver,
      IdentityResolverOfGraph,
      SourceSystemResolver,
      WorkbenchResolver,
      SyncRunResolver,
      FindingResolver,
      LotFindingResolver,
      SettleFindingResolver,
      ConsistencyRuleResolver,
      DataQualityResolver,
      QualityFailureResolver,
      RejectedRowResolver,
      AccessResolver,
      PublishPolicyResolver,
      GrantResolver,
      AlarmResolver,
      AlarmRuleResolver,
      SettleAlarmResolver,
      AuditResolver,
      AuditCheckpointResolver,
      AuditReviewResolver,
      SignOffResolver,
      SettleSignOffResolver,
      PublishSignOffPolicyResolver,
      ...CONTROLLED_DOCUMENT_RESOLVERS,
    ],
    types: [
      DictionaryTermType,
      DictionaryTermConnection,
      TermValueType,
      TermSynonymsType,
      TermVersionType,
      TermDeprecationType,
      ...LINEAGE_TYPES,
      ExportDictionaryPayload,
      ExportedFileType,
      ...SCHEMA_VERSION_TYPES,
      LocalizedTextType,
      CommandType,
      SourceSystemType,
      SourceStreamType,
      ...WORKBENCH_TYPES,
      SyncRunType,
      SyncRunConnection,
      FindingType,
      FindingConnection,
      FindingValueType,
      FindingEventType,
      SettleFindingPayload,
      ...CONSISTENCY_RULE_TYPES,
      ...DATA_QUALITY_TYPES,
      RejectedRowType,
      RejectedRowConnection,
      AccessRoleType,
      AccessPolicyType,
      AccessChangeType,
      FieldAccessType,
      RoleConflictType,
      RoleGrantType,
      StagedPolicyPayload,
      PublishPolicyPayload,
      AssignRolePayload,
      AlarmType,
      AlarmConnection,
      AlarmRuleType,
      AlarmDeliveryType,
      SettleAlarmPayload,
      SuppressAlarmPayload,
      AuditEntryType,
      AuditEntryConnection,
      AuditChangeType,
      AuditRecordSealType,
      AuditCheckpointType,
      AuditReviewType,
      AuditReviewOfferType,
      ReviewAuditTrailPayload,
      ...MAPPING_TYPES,
      ...IDENTITY_TYPES,
      ...SIGN_OFF_TYPES,
      ...SIGN_OFF_PROPOSAL_TYPES,
      ...SETTLE_SIGN_OFF_TYPES,
      PublishSignOffPolicyPayload,
      ...CONTROLLED_DOCUMENT_TYPES,
      LotStub,
      ItemStub,
      PageInfoType,
    ],
    references: { Lot: (reference, context) => LotStub.fromReference(reference, context) },
    dictionary: services.dictionary,
  });
  const files = filesOf(services);
  return {
    name: 'governance',
    sdl,
    schema,
    schemaFor: protectSubgraph('governance', schema),
    createContext: (request) => createGovernanceContext(services, files, request),
  };
}

/** Read when first asked for, then kept. */
function filesOf(services: SubgraphServices): GovernanceFiles {
  const { root } = services;
  let coordinates: ReturnType<typeof loadCoordinates> | undefined;
  let lineage: LineageReader | undefined;
  const placesOf = () => (coordinates ??= loadCoordinates(root));
  let names: ReturnType<typeof loadSystemNames> | undefined;
  const supergraph = (): Promise<string> => readFile(path.join(root, SUPERGRAPH), 'utf8');
  return {
    supergraph,
    consistencyRules: async () => (await services.consistencyRules.current()).compiled,
    accessJudge: accessJudgeOf(supergraph),
    qualityStandards: async () => (await services.qualityStandards.current()).compiled,
    coordinates: placesOf,
    lineage: () => (lineage ??= new LineageReader(services, placesOf)).index(),
    subgraphSdls: () => readSubgraphs(root),
    productVersion: async () =>
      (JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string }).version,
    systemNames: () => (names ??= loadSystemNames(root)),
  };
}

async function readSubgraphs(root: string): Promise<Map<string, string>> {
  const folder = path.join(root, path.dirname(SUPERGRAPH));
  const files = (await readdir(folder)).filter((file) => file.endsWith('.graphql')).sort();
  const names = files.map((file) => path.basename(file, '.graphql')).filter((name) => name !== 'supergraph');
  return new Map(
    await Promise.all(
      names.map(
        async (name) => [name, await readFile(path.join(folder, `${name}.graphql`), 'utf8')] as const,
      ),
    ),
  );
}
