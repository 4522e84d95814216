/**
 * Looks at a parsed JSON body before anything walks it by recursion: nesting without end would overflow the stack of
 * whoever does, and a `__proto__` among the names is nobody's honest variable.
 */
import { GatewayError } from '../../platform/errors';
import type { OperationLimits } from './limits';

/** Thrown when the value is nested too deeply or holds too many values: OPERATION_TOO_COMPLEX; INVALID_REQUEST for `__proto__`. */
export function checkBodyShape(
  body: unknown,
  limits: Pick<OperationLimits, 'jsonDepth' | 'jsonValues'>,
): void {
  let level: object[] = isObject(body) ? [body] : [];
  let values = 0;
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > limits.jsonDepth) throw tooMuch('jsonDepth', limits.jsonDepth, 'levels of JSON');
    const below: object[] = [];
    for (const parent of level) {
      if (Object.hasOwn(parent, '__proto__')) {
        throw new GatewayError('INVALID_REQUEST', 'The body has a name that is not allowed.');
      }
      const children: unknown[] = Array.isArray(parent) ? parent : Object.values(parent);
      values += children.length;
      if (values > limits.jsonValues) throw tooMuch('jsonValues', limits.jsonValues, 'values of JSON');
      for (const child of children) if (isObject(child)) below.push(child);
    }
    level = below;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function tooMuch(limited: string, limit: number, what: string): GatewayError {
  return new GatewayError('OPERATION_TOO_COMPLEX', `The request has more than ${limit} ${what}.`, {
    limited,
    limit,
  });
}
