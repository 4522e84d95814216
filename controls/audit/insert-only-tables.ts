/** Tables that only ever grow. A part that brings one adds it here, and calls `forbidChanges` in its migration. */
export const INSERT_ONLY_TABLES: readonly string[] = [
  'audit_entry',
  'audit_log',
  'audit_checkpoint',
  'audit_tile',
  'audit_index',
  'audit_change',
  'audit_word',
  'integrity_key',
  'regulated_record',
  'access_policy_draft',
  'access_policy_version',
  'graph_schema_version',
  'controlled_document_draft',
  'sign_off_signature',
  'sign_off_policy',
  'outbox_attempt',
];

/** Queues: the runtime account may insert into them and delete from them, but change nothing. */
export const QUEUE_TABLES: readonly string[] = ['audit_pending'];

/** Those of the stitched copy, which stand only where the copy does. */
export const COPY_INSERT_ONLY_TABLES: readonly string[] = ['mapping_version', 'mapping_draft'];
