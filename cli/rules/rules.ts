/** `lotgraph rules` and `lotgraph findings`: what systems must agree on, where they do not, and who sees to it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayError, InvalidInputError } from '../../platform/errors';
import type { WhoOptions } from '../identity/client';
import { type Hand, askGraph, handOf } from '../sign-off/graph';

const DEMO_USER = 'data-steward';

interface Text {
  readonly zh: string;
  readonly en: string;
}

interface Rule {
  readonly id: string;
  readonly kind: string;
  readonly severity: string;
  readonly owner: string | null;
  readonly name: Text | null;
}

/** The rules in the order of their file. */
export async function listRules(root: string, options: WhoOptions): Promise<void> {
  const hand = await handOf(root, options, DEMO_USER);
  const query = '{ consistencyRules { id kind severity owner name { zh en } } }';
  const { consistencyRules } = await askGraph<{ consistencyRules: readonly Rule[] }>(hand, query, {});
  for (const { id, kind, severity, owner, name } of consistencyRules)
    console.log(
      `${id}  ${severity}  ${owner ?? 'steward of the term'}  ${kind}  ${name?.[hand.language ?? 'en'] ?? ''}`,
    );
}

interface Run {
  readonly id: string;
  readonly state: string;
  readonly lotsTotal: number;
  readonly lotsDone: number;
}

export interface RunOptions extends WhoOptions {
  readonly rule?: string;
  /** Seconds to wait for the end; 0 does not wait. */
  readonly wait: string;
}

const ASK_EVERY_MS = 1_000;

/** Asks for a run and waits for its end; the exit code is 1 when it failed, or had not ended by then. */
export async function runRules(root: string, options: RunOptions): Promise<number> {
  const seconds = Number(options.wait);
  if (!Number.isFinite(seconds) || seconds < 0) throw new InvalidInputError('--wait takes seconds');
  const hand = await handOf(root, options, DEMO_USER);
  const mutation =
    'mutation ($rule: ID) { run: runConsistencyRules(rule: $rule) { id state lotsTotal lotsDone } }';
  let { run } = await askGraph<{ run: Run }>(hand, mutation, { rule: options.rule ?? null });
  const until = Date.now() + seconds * 1000;
  while (run.state === 'WAITING' && Date.now() < until) {
    await sleep(ASK_EVERY_MS);
    run = await runOf(hand, run.id);
  }
  console.log(`${run.id}  ${run.state}  ${run.lotsDone} of ${run.lotsTotal} lots`);
  return run.state === 'FAILED' || (seconds > 0 && run.state === 'WAITING') ? 1 : 0;
}

async function runOf(hand: Hand, id: string): Promise<Run> {
  const query = 'query ($id: ID!) { run: consistencyRun(id: $id) { id state lotsTotal lotsDone } }';
  const { run } = await askGraph<{ run: Run | null }>(hand, query, { id });
  if (run === null) throw new GatewayError('NOT_FOUND', `There is no run ${id}.`);
  return run;
}

interface Finding {
  readonly id: string;
  readonly rule: string;
  readonly consistencyRule: string | null;
  readonly severity: string;
  readonly state: string;
  readonly owner: string | null;
  readonly assignee: string | null;
  readonly subjectType: string | null;
  readonly item: { readonly code: string | null } | null;
  readonly lot: {
    readonly lotNumber: string | null;
    readonly item: { readonly code: string | null } | null;
  } | null;
  readonly field: string | null;
  readonly values: readonly { readonly system: string; readonly value: string | null }[] | null;
}

export interface ListOptions extends WhoOptions {
  readonly mine?: boolean;
  readonly owner?: string;
  readonly state?: string;
  readonly rule?: string;
  readonly system?: string;
}

const PAGE = 50;

/** The queue, newest first. */
export async function listFindings(root: string, options: ListOptions): Promise<void> {
  const { mine, owner, state, rule, system } = options;
  const query = `query ($filter: FindingFilter) { findings(first: ${PAGE}, filter: $filter) { nodes {
    id rule consistencyRule severity state owner assignee subjectType field values { system value }
    item { code } lot { lotNumber item { code } } }
    pageInfo { hasNextPage } } }`;
  const filter = {
    ...(mine === true ? { assignedToMe: true } : {}),
    ...(owner === undefined ? {} : { owner }),
    ...(state === undefined ? {} : { state: state.toUpperCase() }),
    ...(rule === undefined ? {} : { consistencyRules: [rule] }),
    ...(system === undefined ? {} : { system }),
  };
  const { findings } = await askGraph<{
    findings: { nodes: readonly Finding[]; pageInfo: { hasNextPage: boolean } };
  }>(await handOf(root, options, DEMO_USER), query, { filter });
  for (const one of findings.nodes) console.log(lineOf(one));
  if (findings.nodes.length === 0) console.log('Nothing fits.');
  if (findings.pageInfo.hasNextPage) console.log(`The newest ${PAGE}; there are more.`);
}

function lineOf({
  id,
  rule,
  consistencyRule,
  severity,
  state,
  owner,
  assignee,
  field,
  values,
  ...about
}: Finding): string {
  const said = (values ?? []).map((one) => `${one.system}=${one.value ?? '-'}`).join(' ');
  const who = assignee === null ? (owner ?? '-') : `${owner ?? '-'}/${assignee}`;
  return `${id}  ${severity}  ${state}  ${who}  ${consistencyRule ?? rule}  ${subjectOf(about)}  ${field ?? ''}  ${said}`.trimEnd();
}

/** What a finding is about: a lot, an item, or else what kind of thing. */
function subjectOf({ lot, item, subjectType }: Pick<Finding, 'lot' | 'item' | 'subjectType'>): string {
  if (lot !== null) return `${lot.item?.code ?? '?'}/${lot.lotNumber ?? '?'}`;
  return item?.code ?? subjectType ?? '-';
}

export interface SettleOptions extends WhoOptions {
  readonly to?: string;
  readonly state?: string;
  readonly reason?: string;
  readonly until?: string;
  readonly text?: string;
}

const ACTS = {
  take: 'takeFinding(id: $id)',
  assign: 'assignFinding(id: $id, assignee: $to)',
  state: 'changeFindingState(id: $id, state: $state, reason: $reason, until: $until)',
  comment: 'commentFinding(id: $id, text: $text)',
} as const;
const VARIABLES = {
  take: '',
  assign: ', $to: ID',
  state: ', $state: FindingState!, $reason: String, $until: Instant',
  comment: ', $text: String!',
} as const;

/** One step of the work on a finding; the exit code is 1 when it was refused. */
export async function settleFinding(
  root: string,
  act: keyof typeof ACTS,
  id: string,
  options: SettleOptions,
): Promise<number> {
  const mutation = `mutation ($id: ID!${VARIABLES[act]}) { payload: ${ACTS[act]} {
    finding { id state assignee } refusals { code message } } }`;
  const { to, state, reason, until, text } = options;
  const { payload } = await askGraph<{
    payload: {
      finding: Pick<Finding, 'id' | 'state' | 'assignee'> | null;
      refusals: readonly { code: string; message: string }[];
    };
  }>(await handOf(root, options, DEMO_USER), mutation, {
    id,
    ...(act === 'assign' ? { to: to ?? null } : {}),
    ...(act === 'state' ? { state: state?.toUpperCase(), reason: reason ?? null, until: until ?? null } : {}),
    ...(act === 'comment' ? { text } : {}),
  });
  const { finding, refusals } = payload;
  if (finding !== null) console.log(`${finding.id}  ${finding.state}  ${finding.assignee ?? 'nobody'}`);
  for (const { code, message } of refusals) console.error(`${code}: ${message}`);
  return refusals.length === 0 ? 0 : 1;
}
