/** `lotgraph access explain`: allowed, masked or denied, field by field, and by which line of the policy. */
import { readFileSync } from 'node:fs';
import { GatewayError } from '../../platform/errors';
import { type AskOptions, askGateway } from './ask-gateway';

export interface ExplainOptions extends AskOptions {
  readonly query: string;
  readonly variables?: string;
  readonly roles?: string;
  readonly person?: string;
}

interface FieldAccess {
  readonly coordinate: string;
  readonly decision: 'READ' | 'MASK' | 'DENY';
  readonly subject: string;
  readonly derivedFrom: string | null;
  readonly line: string | null;
  readonly pattern: string | null;
  readonly place: string | null;
}

const QUERY = `query Explain($query: String!, $variables: JSON, $person: ID, $roles: [String!]) {
  explainAccess(query: $query, variables: $variables, person: $person, roles: $roles) {
    coordinate decision subject derivedFrom line pattern place
  }
}`;
/** Without the arguments that need a permission of their own, since naming them is asking for them. */
const OWN_QUERY = `query Explain($query: String!, $variables: JSON) {
  explainAccess(query: $query, variables: $variables) {
    coordinate decision subject derivedFrom line pattern place
  }
}`;
const WORDS = { READ: 'allowed', MASK: 'masked ', DENY: 'denied ' } as const;

/** Resolves to the exit code: 0 when all is allowed or masked, 1 when something is denied. */
export async function explainCommand(root: string, options: ExplainOptions): Promise<number> {
  const ofOthers = options.roles !== undefined || options.person !== undefined;
  const { explainAccess } = await askGateway<{ explainAccess: readonly FieldAccess[] }>(
    root,
    options,
    ofOthers ? 'security-officer' : 'analyst',
    {
      query: ofOthers ? QUERY : OWN_QUERY,
      variables: {
        query: readFileSync(options.query === '-' ? 0 : options.query, 'utf8'),
        variables: parseVariables(options.variables),
        ...(ofOthers ? { person: options.person, roles: options.roles?.split(',') } : {}),
      },
    },
  );
  const width = Math.max(0, ...explainAccess.map(({ coordinate }) => coordinate.length));
  for (const one of explainAccess)
    console.log(`${WORDS[one.decision]}  ${one.coordinate.padEnd(width)}  ${reasonOf(one)}`);
  return explainAccess.some(({ decision }) => decision === 'DENY') ? 1 : 0;
}

function reasonOf({ subject, derivedFrom, line, pattern, place }: FieldAccess): string {
  const about = derivedFrom === null ? subject : `${subject}, derived from ${derivedFrom}`;
  return line === null
    ? `no line allows it (${about})`
    : `line ${line}: ${pattern ?? ''} (${about}) ${place ?? ''}`;
}

function parseVariables(text: string | undefined): unknown {
  try {
    return text === undefined ? null : JSON.parse(text);
  } catch (error) {
    throw new GatewayError('INVALID_INPUT', '--variables must be JSON, like {"first":10}', {}, error);
  }
}
