/** What every trace is asked with. */
import { ArgsType, Int } from 'type-graphql';
import { InvalidInputError } from '../../../platform/errors';
import { TermField } from '../../../platform/graphql/term-field';
import type { ReachRequest, TraceDirection } from './trace-index';
import { TraceDirectionEnum } from './trace.types';

const DEFAULT_DEPTH = 20;
const MAX_DEPTH = 50;

@ArgsType()
export class TraceArgs {
  @TermField(() => TraceDirectionEnum, 'trace.direction', { nullable: false, defaultValue: 'FORWARD' })
  direction!: TraceDirection;
  /** Steps of manufacture to follow; what lies further away is reported as truncated. */
  @TermField(() => Int, 'trace.truncation.maxDepth', { nullable: false, defaultValue: DEFAULT_DEPTH })
  maxDepth!: number;
}

/** Throws InvalidInputError when the depth is out of bounds. */
export function reachRequest({ direction, maxDepth }: TraceArgs): ReachRequest {
  if (!Number.isInteger(maxDepth) || maxDepth < 1 || maxDepth > MAX_DEPTH) {
    const facts = { argument: 'maxDepth', max: MAX_DEPTH };
    throw new InvalidInputError(`"maxDepth" must be between 1 and ${MAX_DEPTH}, but is ${maxDepth}.`, facts);
  }
  return { direction, maxDepth };
}
