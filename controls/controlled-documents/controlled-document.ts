/**
 * One controlled document: processes go by its published version, and what stands in the files counts for nothing until
 * it is published. A database in which none was ever published takes the files that came with the product.
 */
import type { EntityManager } from 'typeorm';
import type { Clock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import { GatewayError } from '../../platform/errors';
import { type AuditActor, SYSTEM_ACTOR } from '../audit/audit-entry';
import type { AuditRecorder } from '../audit/audit-recorder';
import type { NewRecord, RecordStore } from '../records/record-store';
import {
  type DocumentChange,
  type DocumentKind,
  type DocumentTexts,
  type RoleRisk,
  versionOf,
} from './document-kind';
import {
  DOCUMENT_RECORD,
  type DocumentVersion,
  PUBLISH_ACTION,
  documentRecord,
  findVersion,
  newestNumber,
  numberField,
  versionsBefore,
} from './document-versions';

export const SHIPPED_REASON = 'shipped with the product';
/** How long another process's publication may go unnoticed. */
const VERSION_KEPT_MS = 1000;

export interface ControlledDocumentOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly audit: AuditRecorder;
  readonly records: RecordStore;
}

/** The version in force, compiled. */
export interface InForce<T> extends DocumentVersion {
  readonly compiled: T;
}

export interface Publication {
  readonly texts: DocumentTexts;
  readonly reason: string;
  readonly by: string;
}

export class ControlledDocument<T> {
  #current: { readonly document: InForce<T>; readonly readAt: number } | null = null;
  #reading: Promise<InForce<T>> | null = null;

  constructor(
    private readonly options: ControlledDocumentOptions,
    readonly kind: DocumentKind<T>,
  ) {}

  /**
   * The version in force; publishes the files when there is none yet. Thrown when it cannot be relied upon:
   * RECORD_UNTRUSTED; ConfigError when this release cannot go by it.
   */
  async current(): Promise<InForce<T>> {
    const known = this.#current;
    if (known !== null && performance.now() - known.readAt < VERSION_KEPT_MS) return known.document;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return await this.#reading;
  }

  /** The version that was in force when it was last read; null before that. For who must go on whatever happens. */
  get lastKnown(): InForce<T> | null {
    return this.#current?.document ?? null;
  }

  /** The version in force as it stands, fit for this release or not; null when none was published. Thrown: RECORD_UNTRUSTED. */
  async published(): Promise<DocumentVersion | null> {
    return await this.currentWithin(this.options.database.reader);
  }

  /** Whether any version was ever published. Thrown: RECORD_UNTRUSTED. */
  async isPublished(): Promise<boolean> {
    return (await newestNumber(this.options.database.reader, this.kind.id)) > 0;
  }

  /** The version in force as the transaction sees it; null when none was published. Thrown: RECORD_UNTRUSTED. */
  async currentWithin(manager: EntityManager): Promise<DocumentVersion | null> {
    const number = await newestNumber(manager, this.kind.id);
    return number === 0 ? null : await findVersion(manager, this.kind.id, number);
  }

  /** What that means, compiled. Thrown when none was published: INTERNAL; and as by `current`. */
  async compiledWithin(manager: EntityManager): Promise<T> {
    const number = await newestNumber(manager, this.kind.id);
    const known = this.#current?.document;
    if (known?.number === number) return known.compiled;
    const found = await findVersion(manager, this.kind.id, number);
    if (found === null) throw new GatewayError('INTERNAL', `no ${this.kind.id} were published`);
    return this.kind.compile(found.texts);
  }

  /** One version; null when it was never published. Thrown: RECORD_UNTRUSTED. */
  async version(number: number): Promise<DocumentVersion | null> {
    return await findVersion(this.options.database.reader, this.kind.id, number);
  }

  /** So many versions before a number, newest first. Thrown: RECORD_UNTRUSTED. */
  async history(before: number | null, limit: number): Promise<DocumentVersion[]> {
    return await versionsBefore(this.options.database.reader, this.kind.id, before, limit);
  }

  /** What differs; without an older document all is new and weaker. */
  changes(before: DocumentTexts | null, after: DocumentTexts, riskOf: RoleRisk): DocumentChange[] {
    if (before !== null) return this.kind.changes(before, after, riskOf);
    return [{ place: '', before: null, after: versionOf(this.kind.id, after), weakens: true }];
  }

  /**
   * Publishes within the transaction of the act that decided it. The caller MUST write the returned record with that
   * act's audit entry, and MUST have checked who may publish what.
   */
  async recordOf(manager: EntityManager, { texts, reason, by }: Publication): Promise<NewRecord> {
    const previous = (await this.currentWithin(manager))?.version ?? null;
    return documentRecord(this.kind.id, { texts, reason, by, previous });
  }

  /** Publishes as an act of its own. Thrown when another was published since `expected`: INVALID_INPUT. */
  async publish(
    actor: AuditActor,
    publication: Omit<Publication, 'by'>,
    expected: number,
  ): Promise<DocumentVersion> {
    const { database } = this.options;
    const number = await database.write((manager) =>
      this.#publishWithin(manager, actor, { ...publication, by: actor.account }, expected),
    );
    this.forget();
    const published = await this.version(number);
    if (published === null) throw new GatewayError('INTERNAL');
    return published;
  }

  /** Reads the version anew at the next question. */
  forget(): void {
    if (this.#current !== null) this.#current = { ...this.#current, readAt: -Infinity };
  }

  async #publishWithin(
    manager: EntityManager,
    actor: AuditActor,
    publication: Publication,
    expected: number,
  ): Promise<number> {
    const { audit, records } = this.options;
    const { id } = this.kind;
    const before = await this.currentWithin(manager);
    if ((before?.number ?? 0) !== expected) throw publishedMeanwhile();
    const entryId = audit.nextId();
    const seal = await records.append(manager, await this.recordOf(manager, publication), entryId);
    // another process committed between our look and this
    if (seal.version !== expected + 1) throw publishedMeanwhile();
    await audit.record(
      manager,
      actor,
      {
        ...{ action: PUBLISH_ACTION, outcome: 'DONE', object: { type: DOCUMENT_RECORD, id } },
        ...{ reason: publication.reason, records: [seal] },
        changes: [
          { field: numberField(id), before: before?.number ?? null, after: seal.version },
          {
            ...{ field: `${id}.version`, before: before?.version ?? null },
            after: versionOf(id, publication.texts),
          },
        ],
      },
      entryId,
    );
    return seal.version;
  }

  async #read(): Promise<InForce<T>> {
    const { reader } = this.options.database;
    const readAt = performance.now();
    const number = (await newestNumber(reader, this.kind.id)) || (await this.#publishShipped());
    const known = this.#current?.document;
    if (known !== undefined && number < known.number)
      throw new GatewayError('RECORD_UNTRUSTED', undefined, {
        ...{ record: DOCUMENT_RECORD, id: this.kind.id, version: known.number },
      });
    if (known?.number === number) {
      this.#current = { document: known, readAt };
      return known;
    }
    const found = await findVersion(reader, this.kind.id, number);
    if (found === null) throw new GatewayError('INTERNAL', 'a published document is gone');
    const document = { ...found, compiled: this.kind.compile(found.texts) };
    this.#current = { document, readAt };
    return document;
  }

  /** Resolves to the number. Several processes may try at once: one publishes, the others find it. */
  async #publishShipped(): Promise<number> {
    const texts = this.kind.read();
    this.kind.compile(texts);
    await this.kind.checkBeside?.(texts, this.options.database.reader);
    const publication = { texts, reason: SHIPPED_REASON, by: SYSTEM_ACTOR.account };
    try {
      return await this.options.database.write((manager) =>
        this.#publishWithin(manager, SYSTEM_ACTOR, publication, 0),
      );
    } catch (error) {
      const theirs = await newestNumber(this.options.database.reader, this.kind.id);
      if (theirs === 0) throw error;
      return theirs;
    }
  }
}

const publishedMeanwhile = (): GatewayError =>
  new GatewayError('INVALID_INPUT', 'Another version was published meanwhile; compare again.');
