/** Rules by which a row does not count: those that a mapping lists, and reversals that void both rows of a pair. */
import { below, type CompileContext } from '../transforms/transform';
import { compileCondition } from './conditions';
import type { StreamSpec } from './document';
import type { CompiledVoid } from './row-mapper';

export function compileVoids(spec: StreamSpec, context: CompileContext): readonly CompiledVoid[] {
  const voids = (spec.void ?? []).map(({ when, reason }, i) => ({
    holds: compileCondition(when, below(context, 'void', i, 'when')),
    reason,
  }));
  return [...voids, ...compileReversal(spec, below(context, 'reversal'))];
}

function compileReversal({ reversal, sign }: StreamSpec, context: CompileContext): CompiledVoid[] {
  if (reversal === undefined) return [];
  if (reversal.by === 'negate') {
    if (sign === undefined)
      context.problem('only a quantity with a sign rule is counted the other way round');
    if (reversal.reversed !== undefined)
      context.problem('what is counted both ways stays as it was', 'leave it out, or say by: void', [
        'reversed',
      ]);
    return [];
  }
  const reverses = compileCondition(reversal.when, below(context, 'when'));
  if (reversal.reversed === undefined) {
    context.problem('a pair is void only when the row that was reversed is void too', 'add reversed:');
    return [];
  }
  const reversed = compileCondition(reversal.reversed, below(context, 'reversed'));
  return [
    { holds: reverses, reason: 'reversal' },
    { holds: reversed, reason: 'reversed' },
  ];
}
