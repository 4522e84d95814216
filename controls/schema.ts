/** Everything that the controls bring to the database; each control adds its entities and migrations here. */
import type { EntityClass, MigrationClass } from '../platform/database/database';
import { AccessDraftRow, AccessPolicyRow } from './access/access.entity';
import { AccessPolicy1761000300000 } from './access/migrations';
import { AuditEntryRow } from './audit/audit-entry.entity';
import { LeaseRow } from './jobs/lease';
import { Leases1760000000000, Records1761000000000 } from './migrations';
import { RegulatedRecordRow } from './records/record.entity';

export const CONTROLS_ENTITIES: readonly EntityClass[] = [
  LeaseRow,
  AuditEntryRow,
  RegulatedRecordRow,
  AccessPolicyRow,
  AccessDraftRow,
];
export const CONTROLS_MIGRATIONS: readonly MigrationClass[] = [
  Leases1760000000000,
  Records1761000000000,
  AccessPolicy1761000300000,
];
