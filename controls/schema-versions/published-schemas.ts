/**
 * Published graphs: what clients were promised. The next one is compared with the newest, and each is a regulated record,
 * so that a version that was altered, taken away or slipped in by SQL is refused as a base.
 */
import type { EntityManager } from 'typeorm';
import { canonicalJson } from '../../platform/canonical-json';
import type { Clock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import { ConfigError, GatewayError } from '../../platform/errors';
import type { AuditActor } from '../audit/audit-entry';
import type { AuditRecorder } from '../audit/audit-recorder';
import { matchesDigest } from '../integrity/digest';
import { RegulatedRecordRow } from '../records/record.entity';
import type { NewRecord, RecordStore } from '../records/record-store';
import { sealedOf } from '../records/sealed-records';
import { UsageStore } from '../usage/usage-store';
import { type SchemaCheck, checkSchema } from './check-schema';
import { type SchemaContent, versionOfSchema } from './schema-content';
import { SchemaVersionRow } from './schema-version.entity';

export const SCHEMA_RECORD = { type: 'schema', id: 'graph' } as const;

export interface PublishedSchemasOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly audit: AuditRecorder;
  readonly records: RecordStore;
}

export interface PublishedSchema {
  readonly seq: number;
  readonly version: string;
  readonly content: SchemaContent;
}

export interface SchemaPublication {
  readonly content: SchemaContent;
  readonly reason: string;
  readonly by: string;
  readonly check: SchemaCheck;
}

export class PublishedSchemas {
  readonly usage: UsageStore;

  constructor(private readonly options: PublishedSchemasOptions) {
    this.usage = new UsageStore(options.database);
  }

  /** The newest; null when none was published. Throws ConfigError when it is not what was published. */
  async current(manager: EntityManager = this.options.database.reader): Promise<PublishedSchema | null> {
    const recorded = await newestRecord(manager);
    const [row] = await manager.find(SchemaVersionRow, { order: { seq: 'DESC' }, take: 1 });
    if ((row?.seq ?? 0) < (recorded?.version ?? 0))
      throw new ConfigError(['the newest published graph is gone from the database']);
    if (row === undefined) return null;
    await requireRecord(manager, row);
    if (!matchesDigest(row.content, row.version))
      throw new ConfigError([`the published graph ${row.version} was altered in the database`]);
    return { seq: row.seq, version: row.version, content: JSON.parse(row.content) as SchemaContent };
  }

  /** What publishing the content would change, and for whom. */
  async check(content: SchemaContent, manager?: EntityManager): Promise<SchemaCheck> {
    const base = await this.current(manager);
    const today = new Date(this.options.clock.now()).toISOString().slice(0, 10);
    return await checkSchema(base?.content ?? null, content, await this.usage.consumers(), today);
  }

  /** Publishes within the transaction of an act. The caller MUST put the record into that act's audit entry. */
  async publishWithin(manager: EntityManager, publication: SchemaPublication): Promise<NewRecord> {
    const { content, reason, by, check } = publication;
    const latest = await this.current(manager);
    const version = versionOfSchema(content);
    const count = (level: string): number => check.changes.filter((one) => one.level === level).length;
    const counts = { breaking: count('BREAKING'), dangerous: count('DANGEROUS'), safe: count('SAFE') };
    await manager.insert(SchemaVersionRow, {
      ...{ seq: (latest?.seq ?? 0) + 1, version, content: canonicalJson(content), reason, ...counts },
      ...{ publishedBy: by, publishedAt: this.options.clock.now() },
    });
    return {
      ...{ ...SCHEMA_RECORD, subject: SCHEMA_RECORD.id },
      content: { version, previous: latest?.version ?? null, reason, ...counts },
    };
  }

  /** Publishes as an act of its own. Thrown when another was published since `expected`: INVALID_INPUT. */
  async publish(
    actor: AuditActor,
    publication: Omit<SchemaPublication, 'by'>,
    expected: string | null,
  ): Promise<void> {
    const { database, audit, records } = this.options;
    await database.write(async (manager) => {
      const before = (await this.current(manager))?.version ?? null;
      if (before !== expected)
        throw new GatewayError('INVALID_INPUT', 'Another graph was published meanwhile; compare again.');
      const id = audit.nextId();
      const record = await this.publishWithin(manager, { ...publication, by: actor.account });
      const seal = await records.append(manager, record, id);
      await audit.record(
        manager,
        actor,
        {
          ...{ action: 'schema.publish', outcome: 'DONE', reason: publication.reason, records: [seal] },
          object: { type: SCHEMA_RECORD.type, id: SCHEMA_RECORD.id },
          changes: [{ field: 'version', before, after: versionOfSchema(publication.content) }],
          facts: { changes: publication.check.changes.length },
        },
        id,
      );
    });
  }
}

async function newestRecord(manager: EntityManager): Promise<RegulatedRecordRow | null> {
  const { type: recordType, id: recordId } = SCHEMA_RECORD;
  const [record] = await manager.find(RegulatedRecordRow, {
    ...{ where: { recordType, recordId }, order: { version: 'DESC' }, take: 1 },
  });
  return record ?? null;
}

/** A row without its record was slipped in, or with one that no entry of the product seals. */
async function requireRecord(manager: EntityManager, row: SchemaVersionRow): Promise<void> {
  const { type: recordType, id: recordId } = SCHEMA_RECORD;
  const record = await manager.findOneBy(RegulatedRecordRow, { recordType, recordId, version: row.seq });
  const [sealed] = record === null ? [] : await sealedOf(manager, [record]);
  const content = sealed === undefined ? null : (JSON.parse(sealed.content) as { version?: unknown });
  if (content?.version !== row.version)
    throw new ConfigError([
      `the published graph ${row.version} stands in the database without a record of ours`,
    ]);
}
