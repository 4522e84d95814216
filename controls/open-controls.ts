/** Opens what makes records trustworthy, over the shared database; every process that serves or works has one. */
import type { Clock } from '../platform/clock';
import type { Config } from '../platform/config';
import type { Database } from '../platform/database/database';
import type { Dictionary } from '../platform/dictionary/dictionary';
import type { Logger } from '../platform/log';
import { PublishedAccess } from './access/published-access';
import { conflictsAmong } from './access/separation';
import { AlarmService } from './alarms/alarm-service';
import { alarmDocument } from './alarms/alarm-document';
import type { AlarmRules } from './alarms/rules/alarm-rule';
import { AuditRecorder } from './audit/audit-recorder';
import { AuditWriter } from './audit/audit-writer';
import { AuditReviews } from './audit/review';
import { EntryMac } from './audit/entry-mac';
import { trustOwnEntries } from './audit/own-entries';
import { SourcePersons } from './audit/source-persons';
import { SubjectCipher, subjectSecret } from './audit/subject-cipher';
import { ControlledDocument } from './controlled-documents/controlled-document';
import { SigningKeys } from './integrity/signing-keys';
import { Outbox } from './outbox/outbox';
import { claimsDocument } from './identity/claims-document';
import type { ClaimsMapping, ClaimsSource } from './identity/claims-mapping';
import type { Separation } from './identity/grants';
import { IdentityService } from './identity/identity-service';
import type { TokenRoles } from './identity/known-callers';
import { RecordStore } from './records/record-store';
import { openSignOff } from './sign-off/open-sign-off';
import type { SignOffService } from './sign-off/sign-off-service';
import { PublishedSchemas } from './schema-versions/published-schemas';
import { SignOffKeys } from './sign-off/signature-keys';

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
  readonly alarms: AlarmService;
  /** Who is alarmed of what, as it was published. */
  readonly alarmRules: ControlledDocument<AlarmRules>;
  readonly audit: AuditRecorder;
  /** Tells entries that the product wrote from others. */
  readonly mac: EntryMac;
  /** For entries that no act of their own carries: reads, sign-ins, refusals. */
  readonly auditWriter: AuditWriter;
  readonly reviews: AuditReviews;
  /** Personal data under a key for each person. */
  readonly personal: SubjectCipher;
  /** Words about persons in source records. */
  readonly sourcePersons: SourcePersons;
  readonly signing: SigningKeys;
  readonly records: RecordStore;
  readonly schemas: PublishedSchemas;
  /** What groups and claims mean, as it was published. */
  readonly claims: ControlledDocument<ClaimsMapping>;
  readonly identity: IdentityService;
  readonly outbox: Outbox;
  readonly signOff: SignOffService;
}

/** Roles that tokens of other issuers may bring: those that the published policy calls of low risk. */
export function tokenRolesOf(access: PublishedAccess): TokenRoles {
  return async (roles) => {
    const policy = await access.current();
    return roles.filter((role) => policy.role(role)?.risk === 'low');
  };
}

/** Roles that the policy in force keeps apart; before there is one, those of the policy that will be shipped. */
function separationOf(access: PublishedAccess): Separation {
  return async (manager, roles) =>
    conflictsAmong((await access.currentWithin(manager))?.content ?? access.draft(), roles);
}

const sourceOf = (claims: ControlledDocument<ClaimsMapping>): ClaimsSource => ({
  current: async () => (await claims.current()).compiled,
  within: (manager) => claims.compiledWithin(manager),
});

/** Opens the controls; reads no table yet. Throws ConfigError when a key that they need cannot be had. */
export function openControls(options: OpenControlsOptions): Controls {
  const { database, dictionary, clock, config } = options;
  const algorithm = config.digestAlgorithm;
  const personal = new SubjectCipher(config, clock);
  const mac = new EntryMac(subjectSecret(config));
  trustOwnEntries(database, mac);
  const audit = new AuditRecorder({ clock, algorithm, personal, mac });
  const records = new RecordStore(clock, algorithm);
  const signing = new SigningKeys(config);
  const access = new PublishedAccess({ database, dictionary, clock, audit, records, root: options.root });
  const tokenRoles = tokenRolesOf(access);
  const separation = separationOf(access);
  const documents = { database, clock, audit, records };
  const claims = new ControlledDocument(documents, claimsDocument(options.root));
  const alarmRules = new ControlledDocument(documents, alarmDocument(config.alarms.folder, dictionary));
  const identity = new IdentityService({
    ...{ config, root: options.root, database, audit, tokenRoles, separation, claims: sourceOf(claims) },
  });
  const outbox = new Outbox({ clock, audit, algorithm });
  return {
    alarms: new AlarmService({
      ...{ database, audit, clock },
      rules: async () => (await alarmRules.current()).compiled.rules,
    }),
    ...{ alarmRules, claims },
    access,
    audit,
    mac,
    auditWriter: new AuditWriter(database, audit),
    reviews: new AuditReviews({ database, clock, audit, records, signing, identity }),
    personal,
    sourcePersons: new SourcePersons(personal),
    signing,
    records,
    schemas: new PublishedSchemas({ database, clock, audit, records }),
    identity,
    outbox,
    signOff: openSignOff({
      ...{ root: options.root, database, clock, audit, records, algorithm, outbox },
      ...{ people: identity, keys: new SignOffKeys(signing, clock, audit) },
    }),
  };
}
