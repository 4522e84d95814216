/** Opens what makes records trustworthy, over the shared database; every process that serves or works has one. */
import type { Clock } from '../platform/clock';
import type { Config } from '../platform/config';
import type { Database } from '../platform/database/database';
import type { Dictionary } from '../platform/dictionary/dictionary';
import type { Logger } from '../platform/log';
import { PublishedAccess } from './access/published-access';
import { AuditRecorder } from './audit/audit-recorder';
import { SubjectCipher } from './audit/subject-cipher';
import { RecordStore } from './records/record-store';

export interface OpenControlsOptions {
  readonly config: Config;
  /** Folder of the project, where `schema/` stands. */
  readonly root: string;
  readonly database: Database;
  readonly dictionary: Dictionary;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Controls {
  readonly access: PublishedAccess;
  readonly audit: AuditRecorder;
  readonly records: RecordStore;
}

/** Opens the controls; reads no table yet. Throws ConfigError when a key that they need cannot be had. */
export function openControls(options: OpenControlsOptions): Controls {
  const { database, dictionary, clock, config } = options;
  const algorithm = config.digestAlgorithm;
  const audit = new AuditRecorder({ clock, algorithm, personal: new SubjectCipher(config) });
  const records = new RecordStore(clock, algorithm);
  return {
    access: new PublishedAccess({ database, dictionary, clock, audit, records, root: options.root }),
    audit,
    records,
  };
}
