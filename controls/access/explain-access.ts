/** Says of each place that an operation uses what the policy decides there, and by which line. Touches no data. */
import { GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import type { AccessDecision } from '../../platform/access';
import { InvalidInputError } from '../../platform/errors';
import { type CompiledPolicy, type Ruling, severityOf } from './compiled-policy';
import type { Need } from './field-access';
import { type JudgedOperation, type OperationJudge, decideUse } from './operation-judge';
import type { PolicyLine } from './policy-content';

export interface PlaceExplanation {
  readonly coordinate: string;
  readonly decision: AccessDecision;
  /** What decided: `term lot.remarks`, `write mutation.releaseLot`, `rule lot`. */
  readonly subject: string;
  /** Null where no line speaks of it: what is not allowed is denied. */
  readonly line: PolicyLine | null;
  /** The term that made it stricter, where that is not the subject itself. */
  readonly derivedFrom: string | null;
}

const MOST_TOKENS = 5000;

/** The text as an operation. Thrown when it does not fit the graph: INVALID_INPUT. */
export function operationToExplain(
  schema: GraphQLSchema,
  text: string,
  variables: Readonly<Record<string, unknown>>,
): JudgedOperation {
  try {
    const document = parse(text, { maxTokens: MOST_TOKENS });
    const [error] = validate(schema, document);
    if (error) throw error;
    return { document, operationName: undefined, variables };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw new InvalidInputError(`The query does not fit the graph: ${error.message}`, { argument: 'query' });
  }
}

/** Every place that the operation uses, by coordinate. */
export function explainAccess(
  judge: OperationJudge,
  policy: CompiledPolicy,
  roles: readonly string[],
  operation: JudgedOperation,
): PlaceExplanation[] {
  const profile = policy.profile(roles);
  return judge.usesOf(operation).map((use) => {
    const rulings = use.needs.map((need) => ({ need, ruling: rulingOf(policy, roles, need, use.writing) }));
    const decisive = rulings.reduce((a, b) =>
      severityOf(b.ruling.decision) > severityOf(a.ruling.decision) ? b : a,
    );
    return {
      coordinate: use.coordinate,
      decision: decideUse(profile, use),
      subject: `${decisive.need.kind} ${decisive.need.id}`.trim(),
      line: decisive.ruling.line,
      derivedFrom: decisive.ruling.derivedFrom,
    };
  });
}

function rulingOf(policy: CompiledPolicy, roles: readonly string[], need: Need, writing: boolean): Ruling {
  switch (need.kind) {
    case 'rule':
      return policy.rule(roles, need.id);
    case 'write':
      return policy.write(roles, need.id);
    case 'term': {
      const reading = policy.term(roles, need.id);
      if (!writing || reading.decision === 'READ') return reading;
      const written = policy.write(roles, need.id);
      return written.decision === 'READ' ? written : reading;
    }
    case 'undeclared':
      return { decision: 'DENY', line: null, derivedFrom: null };
  }
}
