/** Gives the text of what a caller wants to run: a registered document by its id, or, where it may, a text of its own. */
import type { GraphQLSchema } from 'graphql';
import { actorOf } from '../../controls/audit/audit-entry';
import type { ReadingSettings } from '../../platform/config';
import { ConfigError, GatewayError, NotFoundError } from '../../platform/errors';
import type { Caller } from '../../platform/request';
import type { OperationLimits } from '../limits/limits';
import type { AuditLine } from '../reading/entry-writer';
import { checkDocuments } from './check-documents';
import { readDocuments, SHARED, type RegisteredDocument } from './document-file';
import { compareWithManifest } from './manifest';

/** What a body asks to be run: one of the two. */
export type Asked = { readonly query: string } | { readonly documentId: string };

export class DocumentDesk {
  readonly #byId: ReadonlyMap<string, RegisteredDocument>;

  constructor(
    readonly documents: readonly RegisteredDocument[],
    /** Who may run registered documents alone. */
    private readonly only: ReadingSettings['documentsOnly'],
    private readonly audit: AuditLine,
  ) {
    this.#byId = new Map(documents.map((document) => [document.id, document]));
  }

  /** Reads the folder. Throws ConfigError for a document that cannot be read, or that the manifest does not name. */
  static open(settings: ReadingSettings, audit: AuditLine): DocumentDesk {
    const { documents, problems } = readDocuments(settings.documentsDir);
    const all = [...problems, ...compareWithManifest(settings.documentsDir, documents)];
    if (all.length > 0) throw new ConfigError(all);
    return new DocumentDesk(documents, settings.documentsOnly, audit);
  }

  /** `file:line: what is wrong` for each document that does not fit the schema or the limits. */
  misfits(schema: GraphQLSchema, limits: OperationLimits): string[] {
    return checkDocuments(this.documents, schema, limits);
  }

  /** Thrown when the caller may not run it: DOCUMENT_NOT_ALLOWED, audited; when there is none of that id: NOT_FOUND. */
  async textOf(asked: Asked, caller: Caller, requestId: string): Promise<string> {
    if ('query' in asked) {
      if (!this.#needsDocument(caller)) return asked.query;
      throw await this.#refusal(caller, requestId, {});
    }
    const found = this.#byId.get(asked.documentId);
    if (found === undefined) throw new NotFoundError('There is no registered document of that id.');
    if (mayRun(caller, found)) return found.text; // checked like any other from here on
    throw await this.#refusal(caller, requestId, { document: found.id });
  }

  #needsDocument(caller: Caller): boolean {
    return this.only === 'all' || (this.only === 'services' && caller.kind === 'service');
  }

  async #refusal(caller: Caller, requestId: string, facts: Record<string, string>): Promise<GatewayError> {
    const code = 'DOCUMENT_NOT_ALLOWED';
    await this.audit.write(actorOf(caller, requestId), {
      ...{ action: 'access.refused', outcome: 'REFUSED', code, facts },
    });
    return new GatewayError(code);
  }
}

/** A service runs what is registered for its app; people may run every document, as they may write their own. */
function mayRun(caller: Caller, { app }: RegisteredDocument): boolean {
  return caller.kind !== 'service' || app === SHARED || app === caller.client;
}
