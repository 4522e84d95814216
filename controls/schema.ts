/** Everything that the controls bring to the database; each control adds its entities and migrations here. */
import type { EntityClass, MigrationClass } from '../platform/database/database';
import { AccessDraftRow, AccessPolicyRow } from './access/access.entity';
import { AccessPolicy1761000300000 } from './access/migrations';
import { ALARM_ENTITIES } from './alarms/alarm.entity';
import { Alarms1761000700000 } from './alarms/migrations';
import { DocumentDraftRow } from './controlled-documents/draft.entity';
import { ControlledDocuments1764215000000 } from './controlled-documents/migration';
import { AuditEntryRow } from './audit/audit-entry.entity';
import { AuditChangeRow, AuditIndexRow, AuditWordRow } from './audit/audit-index.entity';
import {
  AuditCheckpointRow,
  AuditHeadRow,
  AuditLogRow,
  AuditPendingRow,
  AuditSinkRow,
  AuditTileRow,
} from './audit/audit-log.entity';
import { IntegrityFindingRow } from './audit/integrity-finding.entity';
import { AuditTrail1761100000000 } from './audit/migrations';
import { SubjectKeyRow } from './audit/subject-key.entity';
import { IntegrityKeyRow } from './integrity/integrity-key.entity';
import { Identity1762000000000 } from './identity/identity-migration';
import { IDENTITY_ENTITIES } from './identity/identity.entity';
import { LeaseRow } from './jobs/lease';
import { Watch1764201000000 } from './jobs/migration';
import { WatchMarkRow } from './jobs/watch-marks';
import { Leases1760000000000, Records1761000000000 } from './migrations';
import { Outbox1761000500000 } from './outbox/migrations';
import { OutboxAttemptRow, OutboxCommandRow } from './outbox/outbox.entity';
import { RegulatedRecordRow } from './records/record.entity';
import { SignOff1761000400000 } from './sign-off/migration';
import { SchemaVersions1764208200000 } from './schema-versions/migration';
import { SchemaVersionRow } from './schema-versions/schema-version.entity';
import { USAGE_ENTITIES } from './usage/usage.entity';
import { GraphUsage1764208100000 } from './usage/migration';
import { SIGN_OFF_ENTITIES } from './sign-off/sign-off.entity';

export const CONTROLS_ENTITIES: readonly EntityClass[] = [
  LeaseRow,
  WatchMarkRow,
  AuditEntryRow,
  RegulatedRecordRow,
  OutboxCommandRow,
  OutboxAttemptRow,
  AuditPendingRow,
  AuditLogRow,
  AuditHeadRow,
  AuditTileRow,
  AuditCheckpointRow,
  AuditSinkRow,
  AuditIndexRow,
  AuditChangeRow,
  AuditWordRow,
  SubjectKeyRow,
  IntegrityKeyRow,
  IntegrityFindingRow,
  AccessPolicyRow,
  AccessDraftRow,
  ...ALARM_ENTITIES,
  ...IDENTITY_ENTITIES,
  ...SIGN_OFF_ENTITIES,
  ...USAGE_ENTITIES,
  SchemaVersionRow,
  DocumentDraftRow,
];
export const CONTROLS_MIGRATIONS: readonly MigrationClass[] = [
  Leases1760000000000,
  Records1761000000000,
  Outbox1761000500000,
  AuditTrail1761100000000,
  AccessPolicy1761000300000,
  Alarms1761000700000,
  Identity1762000000000,
  SignOff1761000400000,
  Watch1764201000000,
  GraphUsage1764208100000,
  SchemaVersions1764208200000,
  ControlledDocuments1764215000000,
];
