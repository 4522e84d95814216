/** Refuses a document that holds more than one act that is signed for, over all subgraphs together. */
import { Kind, parse } from 'graphql';
import { actorOf } from '../../controls/audit/audit-entry';
import { digestOf } from '../../controls/integrity/digest';
import { signingNameOf } from '../../controls/sign-off/guard-sign-off';
import { requireOneAct } from '../../controls/sign-off/one-act';
import { GatewayError } from '../../platform/errors';
import type { GuardedOperation, OperationGuard } from '../operation-guard';
import type { AuditLine } from '../reading/entry-writer';
import type { GatewayRequest } from '../request';

export class OneActGuard implements OperationGuard {
  #acts: ReadonlySet<string>;

  constructor(
    supergraphSdl: string,
    private readonly audit: AuditLine,
  ) {
    this.#acts = actsOf(supergraphSdl);
  }

  /** Goes by another supergraph from now on. */
  serve(supergraphSdl: string): void {
    this.#acts = actsOf(supergraphSdl);
  }

  /** Thrown when the document holds two acts, once that is written down: SIGN_OFF_ONE_ACT. */
  async before(operation: GuardedOperation, request: GatewayRequest): Promise<void> {
    try {
      requireOneAct(operation.document, this.#acts);
    } catch (error) {
      if (error instanceof GatewayError)
        await this.audit.write(actorOf(request.caller, request.requestId), {
          ...{ action: 'signOff.propose', outcome: 'REFUSED', code: error.code },
          object: { type: 'query', id: digestOf(operation.source) },
        });
      throw error;
    }
  }
}

/** Names of the marked mutations and of those that sign them. */
function actsOf(supergraphSdl: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const definition of parse(supergraphSdl, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION || definition.name.value !== 'Mutation') continue;
    for (const field of definition.fields ?? []) {
      if (field.directives?.some((one) => one.name.value === 'dualSignOff') !== true) continue;
      names.add(field.name.value).add(signingNameOf(field.name.value));
    }
  }
  return names;
}
