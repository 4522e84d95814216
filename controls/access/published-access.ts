/**
 * Permissions under the policies that were published; what stands in a file counts for nothing until it is. A database
 * in which none was ever published takes the one that came with the product; one whose policies are gone is refused.
 */
import { LRUCache } from 'lru-cache';
import type { EntityManager } from 'typeorm';
import type { AccessProfile, AccessSource } from '../../platform/access';
import { canonicalJson } from '../../platform/canonical-json';
import type { Clock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { ConfigError, GatewayError } from '../../platform/errors';
import type { AuditRecorder } from '../audit/audit-recorder';
import { type AuditActor, SYSTEM_ACTOR } from '../audit/audit-entry';
import { matchesDigest } from '../integrity/digest';
import { RegulatedRecordRow } from '../records/record.entity';
import type { NewRecord, RecordStore } from '../records/record-store';
import { sealedOf } from '../records/sealed-records';
import { AccessPolicyRow } from './access.entity';
import { comparePolicies } from './compare-policies';
import { compilePolicy, readPolicyTexts } from './compile-policy';
import { CompiledPolicy } from './compiled-policy';
import { type PolicyContent, versionOf } from './policy-content';

export const POLICY_RECORD = { type: 'policy', id: 'access' } as const;
const SHIPPED_REASON = 'shipped with the product';
/** How long another process's publication may go unnoticed. */
const VERSION_KEPT_MS = 1000;
const MOST_POLICIES = 16;
const MOST_PROFILES = 512;

export interface PublishedAccessOptions {
  readonly database: Database;
  readonly dictionary: Dictionary;
  readonly clock: Clock;
  readonly audit: AuditRecorder;
  readonly records: RecordStore;
  /** Folder of the project, where `schema/` stands. */
  readonly root: string;
}

export class PublishedAccess implements AccessSource {
  readonly #policies = new LRUCache<string, CompiledPolicy>({ max: MOST_POLICIES });
  readonly #profiles = new LRUCache<string, AccessProfile>({ max: MOST_PROFILES });
  #current: { readonly version: string; readonly readAt: number } | null = null;
  #reading: Promise<string> | null = null;

  constructor(private readonly options: PublishedAccessOptions) {}

  async currentVersion(): Promise<string> {
    const known = this.#current;
    if (known !== null && performance.now() - known.readAt < VERSION_KEPT_MS) return known.version;
    this.#reading ??= this.#readCurrent().finally(() => {
      this.#reading = null;
    });
    return await this.#reading;
  }

  async profile(roles: readonly string[], policyVersion: string): Promise<AccessProfile> {
    const key = JSON.stringify([policyVersion, [...new Set(roles)].sort()]);
    const known = this.#profiles.get(key);
    if (known !== undefined) return known;
    const profile = (await this.policy(policyVersion)).profile(roles);
    this.#profiles.set(key, profile);
    return profile;
  }

  /** A published policy. Rejects when the version was never published, or is no longer what was published. */
  async policy(version: string): Promise<CompiledPolicy> {
    const known = this.#policies.get(version);
    if (known !== undefined) return known;
    const { reader } = this.options.database;
    const row = await reader.findOne(AccessPolicyRow, { where: { version }, order: { seq: 'DESC' } });
    if (row === null) throw new GatewayError('INTERNAL', `no access policy ${version} was published`);
    await requireRecord(reader, row);
    const policy = readPolicy(row);
    this.#policies.set(version, policy);
    return policy;
  }

  /** The policy in force. */
  async current(): Promise<CompiledPolicy> {
    return await this.policy(await this.currentVersion());
  }

  /** The policy in force as the transaction sees it; null when none was published. */
  async currentWithin(manager: EntityManager): Promise<CompiledPolicy | null> {
    const recorded = await newestRecord(manager);
    const row = await latestRow(manager);
    if (row === null) return null;
    requireNewest(row.seq, recorded);
    await requireRecord(manager, row);
    return readPolicy(row);
  }

  /**
   * Publishes within the transaction of the act that decided it. The caller MUST put the returned record into that
   * act's audit entry, and MUST have checked who may publish what.
   */
  async publishWithin(
    manager: EntityManager,
    publication: { readonly content: PolicyContent; readonly reason: string; readonly by: string },
  ): Promise<NewRecord> {
    const { content, reason, by } = publication;
    const version = versionOf(content);
    const latest = await latestRow(manager);
    await manager.insert(AccessPolicyRow, {
      seq: (latest?.seq ?? 0) + 1,
      version,
      content: canonicalJson(content),
      reason,
      publishedBy: by,
      publishedAt: this.options.clock.now(),
    });
    return {
      ...POLICY_RECORD,
      subject: POLICY_RECORD.id,
      content: { version, previous: latest?.version ?? null, reason },
    };
  }

  /** Publishes as an act of its own, with its audit entry. */
  async publish(
    actor: AuditActor,
    publication: { readonly content: PolicyContent; readonly reason: string },
    expected: string | null,
  ): Promise<string> {
    const { database, audit, records } = this.options;
    const version = versionOf(publication.content);
    await database.write(async (manager) => {
      const latest = await latestRow(manager);
      if ((latest?.version ?? null) !== expected)
        throw new GatewayError('INVALID_INPUT', 'Another policy was published meanwhile; compare again.');
      const id = audit.nextId();
      const by = actor.account;
      const record = await this.publishWithin(manager, { ...publication, by });
      const seal = await records.append(manager, record, id);
      const older = latest === null ? null : readPolicy(latest).content;
      const { weakens, changes } = comparePolicies(older, publication.content);
      await audit.record(
        manager,
        actor,
        {
          action: 'access.publish',
          outcome: 'DONE',
          object: { type: POLICY_RECORD.type, id: POLICY_RECORD.id },
          reason: publication.reason,
          policyVersion: version,
          changes: [{ field: 'version', before: expected, after: version }],
          facts: { weakens: weakens && expected !== null, changes: changes.length },
          records: [seal],
        },
        id,
      );
    });
    this.forget();
    return version;
  }

  /** Reads the version anew at the next question. */
  forget(): void {
    this.#current = null;
  }

  /** What the files say now, compiled; nothing of it counts before it is published. Throws ConfigError. */
  draft(): PolicyContent {
    const { root, dictionary } = this.options;
    return compilePolicy(root, readPolicyTexts(root), dictionary);
  }

  async #readCurrent(): Promise<string> {
    const readAt = performance.now();
    const version = (await currentRow(this.options.database.reader)) ?? (await this.#publishShipped());
    this.#current = { version, readAt };
    return version;
  }

  async #publishShipped(): Promise<string> {
    const { reader } = this.options.database;
    if ((await newestRecord(reader)) > 0) {
      // another process may have published since it was looked for
      const version = await currentRow(reader);
      if (version !== null) return version;
      throw new ConfigError([
        'the published access policies are gone from the database; nothing is answered',
      ]);
    }
    try {
      return await this.publish(SYSTEM_ACTOR, { content: this.draft(), reason: SHIPPED_REASON }, null);
    } catch (error) {
      // another process may have been first
      const version = await currentRow(reader);
      if (version === null) throw error;
      return version;
    }
  }
}

async function currentRow(manager: EntityManager): Promise<string | null> {
  const recorded = await newestRecord(manager);
  const [row] = await manager.find(AccessPolicyRow, {
    select: { seq: true, version: true },
    order: { seq: 'DESC' },
    take: 1,
  });
  requireNewest(row?.seq ?? null, recorded);
  return row?.version ?? null;
}

async function newestRecord(manager: EntityManager): Promise<number> {
  const { type: recordType, id: recordId } = POLICY_RECORD;
  const [record] = await manager.find(RegulatedRecordRow, {
    ...{ select: { version: true }, where: { recordType, recordId } },
    ...{ order: { version: 'DESC' }, take: 1 },
  });
  return record?.version ?? 0;
}

/** Whoever takes the newest policy away puts an older one in force. MUST be given what was recorded before the row was read. */
function requireNewest(seq: number | null, recorded: number): void {
  if (seq !== null && seq < recorded)
    throw new ConfigError(['the newest access policy is gone from the database; nothing is answered']);
}

async function latestRow(manager: EntityManager): Promise<AccessPolicyRow | null> {
  const [row] = await manager.find(AccessPolicyRow, { order: { seq: 'DESC' }, take: 1 });
  return row ?? null;
}

/** A row without its record was slipped in, or with one that no entry of the product seals. */
async function requireRecord(manager: EntityManager, row: AccessPolicyRow): Promise<void> {
  const { type: recordType, id: recordId } = POLICY_RECORD;
  const record = await manager.findOneBy(RegulatedRecordRow, { recordType, recordId, version: row.seq });
  const [sealed] = record === null ? [] : await sealedOf(manager, [record]);
  const content = sealed === undefined ? null : (JSON.parse(sealed.content) as { version?: unknown });
  if (content?.version !== row.version)
    throw new ConfigError([
      `the access policy ${row.version} stands in the database without a record of ours`,
    ]);
}

/** A content whose hash is not its version was altered by hand: nothing is decided by it. */
function readPolicy(row: AccessPolicyRow): CompiledPolicy {
  if (!matchesDigest(row.content, row.version))
    throw new ConfigError([`the access policy ${row.version} was altered in the database`]);
  return new CompiledPolicy(row.version, JSON.parse(row.content) as PolicyContent);
}
