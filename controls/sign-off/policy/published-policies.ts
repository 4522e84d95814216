/** The sign-off policy in force: published versions in a table; the first start publishes the shipped file. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { EntityManager } from 'typeorm';
import { canonicalJson } from '../../../platform/canonical-json';
import type { Clock } from '../../../platform/clock';
import type { Database } from '../../../platform/database/database';
import { GatewayError } from '../../../platform/errors';
import { type AuditActor, SYSTEM_ACTOR, type RecordSeal } from '../../audit/audit-entry';
import type { AuditRecorder } from '../../audit/audit-recorder';
import { type DigestAlgorithm, digestOf, matchesDigest } from '../../integrity/digest';
import type { RecordStore } from '../../records/record-store';
import { SignOffPolicyRow } from '../sign-off.entity';
import { type PolicyDocument, compilePolicy } from './policy-document';

const FILE = path.join('schema', 'dictionary', 'sign-off', 'policy.yaml');
/** Id of the regulated record that the versions of the policy are. */
export const POLICY_RECORD = { type: 'policy', id: 'signOff' } as const;

export interface PublishedPolicy {
  readonly number: number;
  /** Hash of the content: what signatures name. */
  readonly version: string;
  readonly document: PolicyDocument;
}

export interface PublishedPoliciesOptions {
  readonly root: string;
  readonly database: Pick<Database, 'write' | 'reader'>;
  readonly clock: Clock;
  readonly audit: AuditRecorder;
  readonly records: RecordStore;
  readonly algorithm: DigestAlgorithm;
}

export class PublishedPolicies {
  readonly #known = new Map<string, PublishedPolicy>();

  constructor(private readonly options: PublishedPoliciesOptions) {}

  /** The policy in force; publishes the shipped one when there is none yet. */
  async current(): Promise<PublishedPolicy> {
    const present = await this.find(this.options.database.reader);
    return present ?? (await this.options.database.write((manager) => this.#publishShipped(manager)));
  }

  /** The policy in force as this transaction sees it. Thrown when there is none: SIGN_OFF_UNAVAILABLE. */
  async require(manager: EntityManager): Promise<PublishedPolicy> {
    const found = await this.find(manager);
    if (found === null) throw new GatewayError('SIGN_OFF_UNAVAILABLE');
    return found;
  }

  async find(manager: EntityManager): Promise<PublishedPolicy | null> {
    const [row] = await manager.find(SignOffPolicyRow, { order: { number: 'DESC' }, take: 1 });
    return row === undefined ? null : this.#read(row);
  }

  /** A version that was in force once; null when it never was. */
  async version(manager: EntityManager, version: string): Promise<PublishedPolicy | null> {
    const known = this.#known.get(version);
    if (known) return known;
    const [row] = await manager.find(SignOffPolicyRow, {
      where: { version },
      order: { number: 'DESC' },
      take: 1,
    });
    return row === undefined ? null : this.#read(row);
  }

  /**
   * Inserts the next version, with the record version that `seal` says. Two publishers of one number collide on the
   * key, and the later one fails.
   */
  async insert(
    manager: EntityManager,
    policy: { document: PolicyDocument; reason: string; publishedBy: string },
    recordVersion: number,
  ): Promise<PublishedPolicy> {
    const number = ((await this.find(manager))?.number ?? 0) + 1;
    const { version, content } = this.freeze(policy.document);
    const { reason, publishedBy, document } = policy;
    const publishedAt = this.options.clock.now();
    await manager.insert(SignOffPolicyRow, {
      ...{ number, version, content, reason, publishedAt, publishedBy, recordVersion },
    });
    return { number, version, document };
  }

  freeze(document: PolicyDocument): { readonly version: string; readonly content: string } {
    const content = canonicalJson(document);
    return { content, version: digestOf(content, this.options.algorithm) };
  }

  async #publishShipped(manager: EntityManager): Promise<PublishedPolicy> {
    const present = await this.find(manager);
    if (present !== null) return present;
    const { audit, records } = this.options;
    const document = compilePolicy(readFileSync(path.join(this.options.root, FILE), 'utf8'));
    const { version } = this.freeze(document);
    const entryId = audit.nextId();
    const seal = await records.append(
      manager,
      {
        ...POLICY_RECORD,
        subject: POLICY_RECORD.id,
        content: { version, document: { ...document } as never },
      },
      entryId,
    );
    const published = await this.insert(
      manager,
      { document, reason: 'first start', publishedBy: SYSTEM_ACTOR.account },
      seal.version,
    );
    await recordPublication(audit, manager, SYSTEM_ACTOR, published, [seal], entryId);
    return published;
  }

  /** Throws SIGN_OFF_UNAVAILABLE when the stored text is not what its version says. */
  #read(row: SignOffPolicyRow): PublishedPolicy {
    const known = this.#known.get(row.version);
    if (!matchesDigest(row.content, row.version))
      throw new GatewayError('SIGN_OFF_UNAVAILABLE', 'the published sign-off policy was altered');
    if (known?.number === row.number) return known;
    const policy = {
      number: row.number,
      version: row.version,
      document: JSON.parse(row.content) as PolicyDocument,
    };
    this.#known.set(row.version, policy);
    return policy;
  }
}

async function recordPublication(
  audit: AuditRecorder,
  manager: EntityManager,
  actor: AuditActor,
  policy: PublishedPolicy,
  records: readonly RecordSeal[],
  entryId: string,
): Promise<void> {
  const act = {
    action: 'signOff.policyPublish',
    outcome: 'DONE' as const,
    object: { type: 'policy', id: POLICY_RECORD.id },
    reason: 'first start',
    policyVersion: policy.version,
    records,
  };
  await audit.record(manager, actor, act, entryId);
}
