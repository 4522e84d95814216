/** Cost before planning: of the operation, and of what its caller has left in this minute. */
import type { GuardedOperation, OperationGuard } from '../operation-guard';
import type { GatewayRequest } from '../request';
import type { CallerLimits } from './caller-limits';
import type { OperationLimits } from './limits';
import { checkCost } from './operation-cost';

export class LimitGuard implements OperationGuard {
  constructor(
    private readonly limits: OperationLimits,
    private readonly callers: CallerLimits,
  ) {}

  async before(operation: GuardedOperation, request: GatewayRequest): Promise<void> {
    const cost = checkCost(operation.schema, operation, this.limits.cost);
    if (cost > 0) await this.callers.charge(request.caller, cost);
  }
}
