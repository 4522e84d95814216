/** Reads the facts of a request that another process of ours signed. */
import { GatewayError } from '../../platform/errors';
import type { Caller, RequestFacts } from '../../platform/request';

/** Thrown when the text is not what the gateway writes: UNAUTHENTICATED, since it cannot be the gateway's. */
export function readFacts(base64: string): RequestFacts {
  const facts = parse(base64) as Partial<RequestFacts> | null;
  if (
    typeof facts?.requestId !== 'string' ||
    typeof facts.now !== 'number' ||
    typeof facts.policyVersion !== 'string' ||
    (facts.language !== 'en' && facts.language !== 'zh') ||
    !isCaller(facts.caller)
  ) {
    throw new GatewayError('UNAUTHENTICATED');
  }
  const { requestId, caller, language, now, policyVersion } = facts;
  return Object.freeze({ requestId, caller: Object.freeze(caller), language, now, policyVersion });
}

function parse(base64: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}

function isCaller(value: unknown): value is Caller {
  const caller = value as Partial<Caller> | null | undefined;
  return (
    typeof caller?.subject === 'string' &&
    typeof caller.name === 'string' &&
    typeof caller.session === 'string' &&
    (caller.kind === 'person' || caller.kind === 'service') &&
    Array.isArray(caller.roles) &&
    Array.isArray(caller.sites) &&
    Array.isArray(caller.suppliers) &&
    isTextOrNull(caller.person) &&
    isTextOrNull(caller.client) &&
    isTextOrNull(caller.onBehalfOf)
  );
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}
