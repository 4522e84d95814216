/**
 * Writes down reads that matter, before their answer goes out: of restricted terms, of many rows, and everything that a
 * visiting inspector opens. No entry, no answer. Values of variables are hashed only, since they may be what is being hidden.
 */
import { actorOf, type Json } from '../../controls/audit/audit-entry';
import { digestOf, digestOfJson } from '../../controls/integrity/digest';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import type { GuardedOperation, OperationGuard } from '../operation-guard';
import type { GatewayRequest } from '../request';
import { countRows } from './count-rows';
import type { AuditLine } from './entry-writer';
import { auditedText } from './query-text';
import { restrictedCoordinates } from './restricted-coordinates';
import { RestrictedReads } from './restricted-reads';

/** Roles of visitors, of whom it is kept what they opened, whatever it was. */
const VISITORS: ReadonlySet<string> = new Set(['inspector']);

export interface ReadGuardOptions {
  readonly audit: AuditLine;
  readonly dictionary: Dictionary;
  readonly supergraphSdl: string;
  /** An answer with more rows than this is a bulk read. */
  readonly bulkRows: number;
}

export class ReadGuard implements OperationGuard {
  #reads: RestrictedReads;

  constructor(private readonly options: ReadGuardOptions) {
    this.#reads = new RestrictedReads(restrictedCoordinates(options.supergraphSdl, options.dictionary));
  }

  /** Goes by another supergraph from now on. */
  serve(supergraphSdl: string): void {
    this.#reads = new RestrictedReads(restrictedCoordinates(supergraphSdl, this.options.dictionary));
  }

  /** Thrown when the read cannot be written down: AUDIT_UNAVAILABLE. */
  async after(operation: GuardedOperation, data: unknown, request: GatewayRequest): Promise<void> {
    if (data === null || data === undefined) return; // nothing was read
    const coordinates = this.#shown(operation, request);
    const rows = countRows(data);
    const bulk = rows > this.options.bulkRows;
    const visitor = request.caller.roles.some((role) => VISITORS.has(role));
    if (coordinates.length === 0 && !bulk && !visitor) return;
    await this.options.audit.write(actorOf(request.caller, request.requestId), {
      action: 'data.read',
      outcome: 'DONE',
      object: { type: 'query', id: digestOf(operation.source) },
      policyVersion: request.policyVersion,
      facts: this.#facts(operation, { coordinates, rows, bulk }),
    });
  }

  /** What is masked for the caller was not shown to it. */
  #shown(operation: GuardedOperation, request: GatewayRequest): readonly string[] {
    const { restricted } = this.#reads;
    return this.#reads
      .of(operation)
      .filter((coordinate) =>
        restricted.get(coordinate)?.some((term) => request.access.term(term) === 'READ'),
      );
  }

  #facts(
    operation: GuardedOperation,
    read: { coordinates: readonly string[]; rows: number; bulk: boolean },
  ): Record<string, Json> {
    const { restricted } = this.#reads;
    const terms = new Set(read.coordinates.flatMap((coordinate) => restricted.get(coordinate) ?? []));
    return {
      ...read,
      terms: [...terms].sort(),
      query: auditedText(operation.source, { withLiterals: terms.size === 0 }),
      operationName: operation.operationName ?? null,
      variablesHash: digestOfJson(operation.variables),
    };
  }
}
