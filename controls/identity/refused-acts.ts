/** Refusals of what people do about accounts: their transaction is rolled back, so that they are written in one of their own. */
import { GatewayError } from '../../platform/errors';
import type { AuditActor } from '../audit/audit-entry';
import type { IdentityContext } from './identity-context';

export interface RefusableAct {
  readonly action: string;
  readonly object?: { readonly type: string; readonly id: string } | undefined;
}

/** Does the work; where it is refused, writes that down with its code and throws the refusal. */
export async function writeRefusals<T>(
  { database, audit }: Pick<IdentityContext, 'database' | 'audit'>,
  actor: AuditActor,
  act: RefusableAct,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const { code } = error;
    await database.write((manager) => audit.record(manager, actor, { ...act, outcome: 'REFUSED', code }));
    throw error;
  }
}
