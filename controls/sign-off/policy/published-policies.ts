/** The sign-off policy in force: published versions in a table; the first start publishes the shipped file. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { EntityManager } from 'typeorm';
import { canonicalJson } from '../../../platform/canonical-json';
import type { Clock } from '../../../platform/clock';
import type { Database } from '../../../platform/database/database';
import { GatewayError, InvalidInputError } from '../../../platform/errors';
import { type AuditActor, SYSTEM_ACTOR, type RecordSeal } from '../../audit/audit-entry';
import type { AuditRecorder } from '../../audit/audit-recorder';
import { type DigestAlgorithm, digestOf, matchesDigest } from '../../integrity/digest';
import { RegulatedRecordRow } from '../../records/record.entity';
import type { RecordStore } from '../../records/record-store';
import { sealedOf } from '../../records/sealed-records';
import type { ActContext } from '../act-context';
import { SignOffPolicyRow } from '../sign-off.entity';
import { type PolicyDocument, compilePolicy } from './policy-document';
import { weakeningsOf } from './weakening';

const FILE = path.join('schema', 'dictionary', 'sign-off', 'policy.yaml');
/** Id of the regulated record that the versions of the policy are. */
export const POLICY_RECORD = { type: 'policy', id: 'signOff' } as const;

const PUBLISHER_LENGTH = 64;

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
    const { reader } = this.options.database;
    const present = await this.find(reader);
    if (present !== null) return present;
    try {
      return await this.options.database.write((manager) => this.#publishShipped(manager));
    } catch (error) {
      // another process started at the same moment: its key let one in
      const theirs = await this.find(reader);
      if (theirs === null) throw error;
      return theirs;
    }
  }

  /** The policy in force as this transaction sees it. Thrown when there is none: SIGN_OFF_UNAVAILABLE. */
  async require(manager: EntityManager): Promise<PublishedPolicy> {
    const found = await this.find(manager);
    if (found === null) throw new GatewayError('SIGN_OFF_UNAVAILABLE');
    return found;
  }

  async find(manager: EntityManager): Promise<PublishedPolicy | null> {
    const [row] = await manager.find(SignOffPolicyRow, { order: { number: 'DESC' }, take: 1 });
    return row === undefined ? null : await this.#read(manager, row);
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
    return row === undefined ? null : await this.#read(manager, row);
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

  /** Publishes a policy as a signed act; its version. Refuses INVALID_INPUT where the text is no policy or no reason stands. */
  async publish(act: ActContext, yaml: string, reason: string): Promise<string | null> {
    const present = await this.require(act.manager);
    act.relyOn('policy', POLICY_RECORD.id, { version: present.version });
    const document = compiledOrNull(yaml);
    if (document === null) act.refuse('INVALID_INPUT');
    if (reason.trim() === '') act.refuse('REASON_REQUIRED');
    if (document === null || act.refused) return null;
    const { version } = this.freeze(document);
    const weaker = weakeningsOf(present.document, document);
    act.change({ field: 'signOffPolicy.version', before: present.version, after: version });
    for (const what of weaker) act.change({ field: 'signOffPolicy.weaker', before: null, after: what });
    const content = { version, document: { ...document } as never, weaker };
    await act.writeRecord({ ...POLICY_RECORD, subject: POLICY_RECORD.id, content });
    const publishedBy = act.signers
      .map(({ person }) => person)
      .join(',')
      .slice(0, PUBLISHER_LENGTH);
    await this.insert(act.manager, { document, reason, publishedBy }, present.number + 1);
    return version;
  }

  freeze(document: PolicyDocument): { readonly version: string; readonly content: string } {
    const content = canonicalJson(document);
    return { content, version: digestOf(content, this.options.algorithm) };
  }

  /** What the file says now; nothing of it counts before it is published. Throws InvalidInputError. */
  draft(): Omit<PublishedPolicy, 'number'> {
    const document = compilePolicy(readFileSync(path.join(this.options.root, FILE), 'utf8'));
    return { document, version: this.freeze(document).version };
  }

  async #publishShipped(manager: EntityManager): Promise<PublishedPolicy> {
    const present = await this.find(manager);
    if (present !== null) return present;
    const { audit, records } = this.options;
    const { document, version } = this.draft();
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
    // another process committed between our look and this: the first start publishes version 1 or nothing
    if (seal.version !== 1) throw new GatewayError('SIGN_OFF_UNAVAILABLE');
    const published = await this.insert(
      manager,
      { document, reason: 'first start', publishedBy: SYSTEM_ACTOR.account },
      seal.version,
    );
    await recordPublication(audit, manager, SYSTEM_ACTOR, published, [seal], entryId);
    return published;
  }

  /** Throws SIGN_OFF_UNAVAILABLE when the stored text is not what its version says, or no record of ours says it was published. */
  async #read(manager: EntityManager, row: SignOffPolicyRow): Promise<PublishedPolicy> {
    const known = this.#known.get(row.version);
    if (!matchesDigest(row.content, row.version))
      throw new GatewayError('SIGN_OFF_UNAVAILABLE', 'the published sign-off policy was altered');
    if (known?.number === row.number) return known;
    if (!(await isRecorded(manager, row)))
      throw new GatewayError(
        'SIGN_OFF_UNAVAILABLE',
        'a sign-off policy stands in the database without a record of ours',
      );
    const policy = {
      number: row.number,
      version: row.version,
      document: JSON.parse(row.content) as PolicyDocument,
    };
    this.#known.set(row.version, policy);
    return policy;
  }
}

/** Whether the publication is a record that the product wrote: a row that was slipped in has none, or a forged one. */
async function isRecorded(manager: EntityManager, row: SignOffPolicyRow): Promise<boolean> {
  const { type: recordType, id: recordId } = POLICY_RECORD;
  const record = await manager.findOneBy(RegulatedRecordRow, {
    ...{ recordType, recordId, version: row.recordVersion },
  });
  const [sealed] = record === null ? [] : await sealedOf(manager, [record]);
  return (
    sealed !== undefined && (JSON.parse(sealed.content) as { version?: unknown }).version === row.version
  );
}

function compiledOrNull(yaml: string): PolicyDocument | null {
  try {
    return compilePolicy(yaml);
  } catch (error) {
    if (error instanceof InvalidInputError) return null;
    throw error;
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
