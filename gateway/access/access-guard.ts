/** Refuses an operation that uses anything its caller may not, and says what of the answer will be masked. */
import { actorOf } from '../../controls/audit/audit-entry';
import { OperationJudge } from '../../controls/access/operation-judge';
import { digestOf } from '../../controls/integrity/digest';
import { AccessDeniedError } from '../../platform/errors';
import type { GuardedOperation, OperationGuard } from '../operation-guard';
import type { AuditLine } from '../reading/entry-writer';
import type { GatewayRequest } from '../request';

/** Coordinates that a refusal names; more tell a caller nothing new. */
const MOST_NAMED = 50;

export class AccessGuard implements OperationGuard {
  #judge: OperationJudge;

  constructor(
    supergraphSdl: string,
    private readonly audit: AuditLine,
  ) {
    this.#judge = OperationJudge.ofSupergraph(supergraphSdl);
  }

  /** Goes by another supergraph from now on. */
  serve(supergraphSdl: string): void {
    this.#judge = OperationJudge.ofSupergraph(supergraphSdl);
  }

  /** Thrown when something of the operation is denied, once that is written down: ACCESS_DENIED with the coordinates. */
  async before(operation: GuardedOperation, request: GatewayRequest): Promise<void> {
    const { denied, masked } = this.#judge.judge(operation, request.access);
    if (denied.length > 0) {
      await this.#writeDown(operation, request, denied);
      throw refusal(denied);
    }
    if (masked.length > 0) request.extensions['masked'] = masked;
  }

  async #writeDown(
    operation: GuardedOperation,
    request: GatewayRequest,
    denied: readonly string[],
  ): Promise<void> {
    await this.audit.write(actorOf(request.caller, request.requestId), {
      action: 'access.refused',
      outcome: 'REFUSED',
      code: 'ACCESS_DENIED',
      object: { type: 'query', id: digestOf(operation.source) },
      policyVersion: request.policyVersion,
      facts: { coordinates: denied.slice(0, MOST_NAMED), denied: denied.length },
    });
  }
}

function refusal(denied: readonly string[]): AccessDeniedError {
  const named = denied.slice(0, MOST_NAMED);
  const more = denied.length - named.length;
  return new AccessDeniedError(`You may not use ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`, {
    coordinates: named,
  });
}
