/** `lotgraph identity-map`: the queue of pairs that may be one, what was decided, and proposing a match or a split. */
import { type AskOptions, askGateway } from '../access/ask-gateway';

const DEFAULT_USER = 'data-steward';
const CANDIDATES = `query IdentityCandidates($type: IdentityEntityType, $first: Int!) {
  found: identityCandidates(entityType: $type, first: $first) { nodes {
    entityType firstId secondId confidence evidence { kind supports first second } } pageInfo { hasNextPage } }
}`;
const HISTORY = `query IdentityDecisions($entity: ID) { found: identityDecisions(entity: $entity, first: 50) {
  kind entityType into intoName other otherName reason records signOffId decidedAt } }`;
const RESULT = 'signOff { id } refusals { code message }';
const MATCH = `mutation MatchIdentities($into: ID!, $from: ID!, $reason: String!) {
  result: matchIdentities(into: $into, from: $from, reason: $reason) { ${RESULT} }
}`;
const SPLIT = `mutation SplitIdentity($entity: ID!, $system: String, $reason: String!) {
  result: splitIdentity(entity: $entity, system: $system, reason: $reason) { ${RESULT} }
}`;

const SETTLED = 'dismissal { entityType firstId secondId confidence reason } refusals { code message }';
const DISMISS = `mutation DismissIdentityCandidate($first: ID!, $second: ID!, $reason: String!) {
  result: dismissIdentityCandidate(firstId: $first, secondId: $second, reason: $reason) { ${SETTLED} }
}`;
const RESTORE = `mutation RestoreIdentityCandidate($first: ID!, $second: ID!, $reason: String!) {
  result: restoreIdentityCandidate(firstId: $first, secondId: $second, reason: $reason) { ${SETTLED} }
}`;
const DISMISSALS = `query IdentityDismissals { found: identityDismissals(first: 100) {
  entityType firstId secondId confidence evidence { kind supports first second } reason dismissedBy dismissedAt } }`;

export interface CandidateOptions extends AskOptions {
  readonly type?: string;
  readonly first: string;
  readonly json?: boolean;
}

export interface DecisionOptions extends AskOptions {
  readonly reason: string;
  readonly system?: string;
}

interface Candidate {
  readonly entityType: string;
  readonly firstId: string;
  readonly secondId: string;
  readonly confidence: number;
  readonly evidence: readonly {
    readonly kind: string;
    readonly supports: boolean;
    readonly first: string | null;
    readonly second: string | null;
  }[];
}

interface Dismissal extends Candidate {
  readonly reason: string;
  readonly dismissedBy: string;
  readonly dismissedAt: string;
}

interface Decision {
  readonly kind: string;
  readonly entityType: string;
  readonly into: string;
  readonly intoName: string;
  readonly other: string;
  readonly otherName: string;
  readonly reason: string;
  readonly records: number;
  readonly signOffId: string;
  readonly decidedAt: string;
}

/** Prints the queue; resolves to the exit code. */
export async function candidatesCommand(root: string, options: CandidateOptions): Promise<number> {
  const { found } = await askGateway<{
    found: { nodes: readonly Candidate[]; pageInfo: { hasNextPage: boolean } };
  }>(root, options, DEFAULT_USER, {
    query: CANDIDATES,
    variables: { type: options.type?.toUpperCase() ?? null, first: Number(options.first) },
  });
  if (options.json === true) console.log(JSON.stringify(found.nodes, null, 2));
  else for (const one of found.nodes) printCandidate(one);
  if (found.pageInfo.hasNextPage) console.error(`there are more than ${found.nodes.length}; use --first`);
  return 0;
}

function printCandidate({ entityType, firstId, secondId, confidence, evidence }: Candidate): void {
  console.log(`${confidence}  ${entityType.toLowerCase()}  ${firstId}  ${secondId}`);
  for (const { kind, supports, first, second } of evidence) {
    const values = first === null && second === null ? '' : `  ${first ?? '–'} | ${second ?? '–'}`;
    console.log(`    ${supports ? '+' : '-'} ${kind}${values}`);
  }
}

/** Prints decisions, of one entity or all; resolves to the exit code. */
export async function historyCommand(
  root: string,
  entity: string | undefined,
  options: AskOptions,
): Promise<number> {
  const { found } = await askGateway<{ found: readonly Decision[] }>(root, options, DEFAULT_USER, {
    query: HISTORY,
    variables: { entity: entity ?? null },
  });
  for (const one of found)
    console.log(
      `${one.decidedAt}  ${one.kind}  ${one.entityType.toLowerCase()}  ${one.otherName} (${one.other}) → ` +
        `${one.intoName} (${one.into})  ${one.records} records  ${one.signOffId}  ${one.reason}`,
    );
  return 0;
}

/** Proposes that two are one; resolves to the exit code. */
export async function matchCommand(
  root: string,
  into: string,
  from: string,
  options: DecisionOptions,
): Promise<number> {
  return await propose(root, options, MATCH, { into, from, reason: options.reason });
}

/** Proposes to take a match back, or to set the words of a system apart; resolves to the exit code. */
export async function splitCommand(root: string, entity: string, options: DecisionOptions): Promise<number> {
  const { reason, system } = options;
  return await propose(root, options, SPLIT, { entity, system: system ?? null, reason });
}

/** Prints what is set aside; resolves to the exit code. */
export async function dismissalsCommand(root: string, options: AskOptions): Promise<number> {
  const { found } = await askGateway<{ found: readonly Dismissal[] }>(root, options, DEFAULT_USER, {
    query: DISMISSALS,
    variables: {},
  });
  for (const one of found) {
    printCandidate(one);
    console.log(`    dismissed by ${one.dismissedBy} at ${one.dismissedAt}: ${one.reason}`);
  }
  return 0;
}

/** Sets a candidate aside, or takes that back; resolves to the exit code. */
export async function dismissCommand(
  root: string,
  act: 'dismiss' | 'restore',
  [first, second]: readonly [string, string],
  options: DecisionOptions,
): Promise<number> {
  const { result } = await askGateway<{
    result: {
      dismissal: Pick<Dismissal, 'firstId' | 'secondId' | 'confidence'> | null;
      refusals: readonly { readonly code: string; readonly message: string }[];
    };
  }>(root, options, DEFAULT_USER, {
    query: act === 'dismiss' ? DISMISS : RESTORE,
    variables: { first, second, reason: options.reason },
  });
  for (const { code, message } of result.refusals) console.error(`${code}: ${message}`);
  if (result.dismissal === null) return 1;
  const { firstId, secondId, confidence } = result.dismissal;
  console.log(
    act === 'dismiss'
      ? `${firstId} and ${secondId} are set aside (${confidence}) until what speaks for them changes.`
      : `${firstId} and ${secondId} were looked at anew.`,
  );
  return 0;
}

async function propose(root: string, options: AskOptions, query: string, variables: object): Promise<number> {
  const { result } = await askGateway<{
    result: {
      signOff: { id: string } | null;
      refusals: readonly { readonly code: string; readonly message: string }[];
    };
  }>(root, options, DEFAULT_USER, { query, variables });
  for (const { code, message } of result.refusals) console.error(`${code}: ${message}`);
  if (result.signOff === null) return 1;
  console.log(`proposed as ${result.signOff.id}; two people sign it: lotgraph sign ${result.signOff.id}`);
  return 0;
}
