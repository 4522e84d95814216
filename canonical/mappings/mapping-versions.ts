/**
 * Mappings as they were published; what stands in a file counts for nothing until it is. A database in which none was
 * ever published takes those that came with the product; one whose versions are gone, altered or slipped in is refused.
 */
import type { EntityManager } from 'typeorm';
import { type AuditActor, type Json, SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import type { Controls } from '../../controls/open-controls';
import { digestOf, matchesDigest } from '../../controls/integrity/digest';
import { RegulatedRecordRow } from '../../controls/records/record.entity';
import type { NewRecord } from '../../controls/records/record-store';
import { sealedOf } from '../../controls/records/sealed-records';
import { type CompiledMapping, requireMapping } from '../../connectors/mapping/compile-mapping';
import { questionTexts } from '../../connectors/mapping/open-questions';
import type { Clock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import { attributeFieldsOf } from '../../platform/dictionary/attributes';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { ConfigError, GatewayError } from '../../platform/errors';
import { MappingVersionRow } from './mapping.entity';

export const MAPPING_RECORD = 'mapping';
const SHIPPED_REASON = 'shipped with the product';

/** A published version: its text is what was signed for. */
export type PublishedMapping = Readonly<MappingVersionRow>;

export interface MappingVersionsOptions {
  readonly database: Database;
  readonly dictionary: Dictionary;
  readonly clock: Clock;
  readonly controls: Pick<Controls, 'audit' | 'records'>;
}

export interface Publication {
  readonly system: string;
  readonly text: string;
  readonly reason: string;
  readonly by: string;
  /** How much differs from the version before, and what it changed. */
  readonly facts: Readonly<Record<string, Json>>;
}

export class MappingVersions {
  constructor(private readonly options: MappingVersionsOptions) {}

  /** The version of each system that is in force, by system. Throws ConfigError when one may not be relied upon. */
  async current(
    manager: EntityManager = this.options.database.reader,
  ): Promise<Map<string, PublishedMapping>> {
    const numbers = await this.numbers(manager);
    const versions = await Promise.all(
      [...numbers].map(([system, number]) => this.require(system, number, manager)),
    );
    return new Map(versions.map((one) => [one.system, one]));
  }

  /** Number of the version in force of each system. Throws ConfigError when the newest of one is gone. */
  async numbers(manager: EntityManager = this.options.database.reader): Promise<Map<string, number>> {
    // what was recorded is read first: a version that is published between the two is no loss
    const recorded = await manager.query<{ system: string; number: number }[]>(
      'SELECT record_id AS system, MAX(version) AS number FROM regulated_record WHERE record_type = ? GROUP BY record_id',
      [MAPPING_RECORD],
    );
    const rows = await manager.query<{ system: string; number: number }[]>(
      'SELECT system, MAX(number) AS number FROM mapping_version GROUP BY system ORDER BY system',
    );
    const numbers = new Map(rows.map(({ system, number }) => [system, number]));
    const gone = recorded.find(({ system, number }) => (numbers.get(system) ?? 0) < number);
    if (gone !== undefined)
      throw new ConfigError([
        `the published mapping of ${gone.system} is gone from the database; nothing is read`,
      ]);
    return numbers;
  }

  /** One version. Throws ConfigError when it is not what was published, or was never. */
  async require(
    system: string,
    number: number,
    manager: EntityManager = this.options.database.reader,
  ): Promise<PublishedMapping> {
    const row = await manager.findOneBy(MappingVersionRow, { system, number });
    if (row === null) throw new ConfigError([`the mapping of ${system} has no version ${number}`]);
    await requireRecord(manager, row);
    return row;
  }

  /** Every version of a system, newest first. */
  async history(system: string): Promise<PublishedMapping[]> {
    return await this.options.database.reader.find(MappingVersionRow, {
      where: { system },
      order: { number: 'DESC' },
    });
  }

  /** True when a version of the system has this very text: a rollback decides nothing anew about it. */
  async hasPublished({ system, text }: CompiledText, manager: EntityManager): Promise<boolean> {
    const versions = await manager.find(MappingVersionRow, {
      where: { system },
      select: { number: true, textHash: true },
    });
    return versions.some(({ textHash }) => matchesDigest(text, textHash));
  }

  /** Compiles a text against this dictionary. Throws MappingError; `name` is what its problems call it. */
  compile(name: string, text: string): CompiledMapping {
    return requireMapping(name, text, attributeFieldsOf(this.options.dictionary));
  }

  compiled(version: PublishedMapping): CompiledMapping {
    return this.compile(nameOf(version.system, version.number), version.text);
  }

  /**
   * Publishes within the transaction of the act that decided it. The caller MUST put the returned record into that
   * act's audit entry, and MUST have checked who may publish what.
   */
  async publishWithin(manager: EntityManager, publication: Publication): Promise<NewRecord> {
    const { system, text, reason, by, facts } = publication;
    const previous = (await this.numbers(manager)).get(system) ?? 0;
    const number = previous + 1;
    const { version: documentHash, document } = this.compile(nameOf(system, number), text);
    if (document.system.id !== system)
      throw new GatewayError('INVALID_INPUT', `the mapping describes ${document.system.id}, not ${system}`);
    const textHash = digestOf(text);
    await manager.insert(MappingVersionRow, {
      ...{ system, number, text, textHash, documentHash, language: document.language, reason },
      ...{ facts: JSON.stringify(facts), publishedBy: by, publishedAt: this.options.clock.now() },
    });
    return {
      ...{ type: MAPPING_RECORD, id: system, subject: system },
      content: { number, textHash, documentHash, previous: previous === 0 ? null : previous, reason, facts },
    };
  }

  /**
   * Publishes as an act of its own, with its audit entry; resolves to the number. `expected` is the number that it was
   * compared with, 0 for none: another one published meanwhile is refused.
   */
  async publish(actor: AuditActor, publication: Omit<Publication, 'by'>, expected: number): Promise<number> {
    const { database, controls } = this.options;
    return await database.write(async (manager) => {
      const previous = (await this.numbers(manager)).get(publication.system) ?? 0;
      if (previous !== expected)
        throw new GatewayError('IMPACT_STALE', 'Another version was published meanwhile; compare again.');
      const id = controls.audit.nextId();
      const record = await this.publishWithin(manager, { ...publication, by: actor.account });
      const seal = await controls.records.append(manager, record, id);
      const number = previous + 1;
      await controls.audit.record(
        manager,
        actor,
        {
          action: 'mapping.publish',
          outcome: 'DONE',
          object: { type: MAPPING_RECORD, id: publication.system },
          reason: publication.reason,
          changes: [{ field: 'mapping.number', before: expected === 0 ? null : expected, after: number }],
          facts: publication.facts,
          records: [seal],
        },
        id,
      );
      return number;
    });
  }

  /**
   * Publishes the shipped mappings where none was ever published. Several processes may try at once. Throws
   * ConfigError when one leaves questions open: nobody has looked at it yet.
   */
  async bootstrap(shipped: readonly CompiledText[]): Promise<void> {
    if ((await this.numbers()).size > 0) return;
    const questions = shipped.flatMap(({ system, text }) => questionTexts(`${system}/mapping.yaml`, text));
    if (questions.length > 0)
      throw new ConfigError(
        questions.map((one) => `${one} (a draft is not published; answer it, or take the file away)`),
      );
    const { database, controls } = this.options;
    await database.write(async (manager) => {
      if ((await this.numbers(manager)).size > 0) return;
      for (const { system, text } of shipped) {
        const id = controls.audit.nextId();
        const facts = { bootstrap: true };
        const by = SYSTEM_ACTOR.account;
        const record = await this.publishWithin(manager, {
          ...{ system, text, reason: SHIPPED_REASON, by, facts },
        });
        const seal = await controls.records.append(manager, record, id);
        await controls.audit.record(
          manager,
          SYSTEM_ACTOR,
          {
            ...{ action: 'mapping.publish', outcome: 'DONE', reason: SHIPPED_REASON, facts, records: [seal] },
            object: { type: MAPPING_RECORD, id: system },
            changes: [{ field: 'mapping.number', before: null, after: 1 }],
          },
          id,
        );
      }
    });
  }
}

export interface CompiledText {
  readonly system: string;
  readonly text: string;
}

/** What the problems of a published text call their file. */
export const nameOf = (system: string, number: number): string => `${system}/mapping.yaml@${number}`;

/** A row without its record was slipped in; one whose text is another was altered. */
async function requireRecord(manager: EntityManager, row: MappingVersionRow): Promise<void> {
  const record = await manager.findOneBy(RegulatedRecordRow, {
    ...{ recordType: MAPPING_RECORD, recordId: row.system, version: row.number },
  });
  const [sealed] = record === null ? [] : await sealedOf(manager, [record]);
  const content = sealed === undefined ? null : (JSON.parse(sealed.content) as Record<string, unknown>);
  const { system, number, textHash } = row;
  if (content?.['textHash'] !== textHash)
    throw new ConfigError([
      `the mapping of ${system}, version ${number}, stands in the database without a record of ours`,
    ]);
  if (!matchesDigest(row.text, textHash))
    throw new ConfigError([`the mapping of ${system}, version ${number}, was altered in the database`]);
}
