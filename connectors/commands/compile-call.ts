/** Compiles the call of a stored procedure: what its parameters are bound to, and what its codes mean. */
import type { SendAnswer } from '../../controls/outbox/command-sender';
import type { RawRow } from '../contract';
import type { CallOutcomeSpec, CommandCallSpec, RefusalCodes, Scalar, Template } from '../mapping/document';
import { textOf, type CompileContext } from '../transforms/transform';
import { compileTemplate, type FillJson } from './template';

export interface CompiledCall {
  readonly procedure: string;
  readonly parameters: ReadonlyMap<string, FillJson>;
  /** Parameter or column that tells how it ended; null where an end without an error says enough. */
  readonly from: string | null;
  /** What an end without an error says; the row is the first one, with the OUT parameters. */
  readonly ended: (row: RawRow | null) => SendAnswer;
  /** What an error of the database says. None that is not declared proves anything. */
  readonly failed: (codes: readonly string[]) => SendAnswer;
}

/** Codes that are shown though they are not declared: numbers, SQLSTATE. A text in their place may hold anything. */
const CODE = /^(?:-?\d{1,9}|[0-9A-Z]{5}|ORA-\d{5})$/u;

export function compileCall(
  spec: CommandCallSpec,
  keyParameter: string | undefined,
  known: ReadonlySet<string>,
  context: CompileContext,
): CompiledCall {
  const given: Record<string, Template> = { ...spec.parameters };
  if (keyParameter !== undefined) {
    if (Object.hasOwn(given, keyParameter))
      context.problem(`"${keyParameter}" takes the idempotency key`, 'leave it out here', [
        ...['parameters', keyParameter],
      ]);
    given[keyParameter] = '{key}';
  }
  const parameters = Object.entries(given).map(([name, template]) => {
    const fill = compileTemplate(template, known, (message, where) =>
      context.problem(message, undefined, ['parameters', name, ...where]),
    );
    return [name, fill] as const;
  });
  const outcome = spec.outcome ?? {};
  checkOutcome(outcome, context);
  const ended = meaningOf(outcome.confirmed, outcome.refused);
  const failed = meaningOf(outcome.errors?.confirmed, outcome.errors?.refused);
  const from = outcome.from ?? null;
  return {
    procedure: spec.procedure,
    parameters: new Map(parameters),
    from,
    ended: (row) => {
      if (from === null) return { said: 'YES', code: 'DONE' };
      const code = textOf(row?.[from] ?? null)?.trim() ?? '';
      return code === '' ? { said: 'NOTHING', code: 'NO_CODE' } : ended([code]);
    },
    failed,
  };
}

function meaningOf(
  confirmed: readonly Scalar[] | undefined,
  refused: RefusalCodes | undefined,
): (codes: readonly string[]) => SendAnswer {
  const done = new Set((confirmed ?? []).map(String));
  const reasons = new Map(Object.entries(refused ?? {}));
  return (codes) => {
    for (const code of codes) {
      if (done.has(code)) return { said: 'YES', code };
      const reason = reasons.get(code);
      if (reason !== undefined) return { said: 'NO', code, reason };
    }
    return { said: 'NOTHING', code: codes.find((code) => CODE.test(code)) ?? 'UNKNOWN_CODE' };
  };
}

function checkOutcome({ from, confirmed, refused, errors }: CallOutcomeSpec, context: CompileContext): void {
  const at = (...where: string[]) => ['outcome', ...where];
  if (from === undefined && (confirmed !== undefined || refused !== undefined)) {
    const hint = 'add from:, the OUT parameter or column with the code';
    context.problem('nothing says where the code stands', hint, at());
  }
  if (from !== undefined && confirmed === undefined)
    context.problem('no code would ever say that it is done', 'add confirmed:', at('from'));
  for (const [one, where] of [
    [{ confirmed, refused }, []],
    [errors ?? {}, ['errors']],
  ] as const) {
    for (const code of one.confirmed ?? [])
      if (Object.hasOwn(one.refused ?? {}, String(code)))
        context.problem(`"${code}" cannot say both yes and no`, undefined, at(...where, 'refused'));
  }
}
