/** `lotgraph alarms`: what was raised, who saw to it, and rules that are silent for a while. */
import { InvalidInputError } from '../../platform/errors';
import type { WhoOptions } from '../identity/client';
import { type Hand, askGraph, handOf } from '../sign-off/graph';

const DEMO_USER = 'security-officer';

interface Alarm {
  readonly id: string;
  readonly severity: string;
  readonly state: string;
  readonly occurrences: number;
  readonly openedAt: string | null;
  readonly acknowledgedBy: string | null;
  readonly ruleId: string;
  readonly rule: { readonly name: { readonly zh: string; readonly en: string } | null } | null;
}

interface Refusal {
  readonly code: string;
  readonly message: string;
}

export interface ListOptions extends WhoOptions {
  /** Closed and silenced ones too. */
  readonly all?: boolean;
}

const OPEN = ['OPEN', 'ESCALATED', 'ACKNOWLEDGED'];
const PAGE = 50;

/** Alarms that are not closed, newest first. */
export async function listCommand(root: string, options: ListOptions): Promise<void> {
  const hand = await handOf(root, options, DEMO_USER);
  const query = `query ($first: Int!, $filter: AlarmFilter) { alarms(first: $first, filter: $filter) {
    nodes { id severity state occurrences openedAt acknowledgedBy ruleId rule { name { zh en } } }
    pageInfo { hasNextPage } } }`;
  const filter = options.all === true ? null : { states: OPEN };
  const { alarms } = await askGraph<{
    alarms: { nodes: readonly Alarm[]; pageInfo: { hasNextPage: boolean } };
  }>(hand, query, { first: PAGE, filter });
  for (const alarm of alarms.nodes) console.log(lineOf(alarm, hand));
  if (alarms.nodes.length === 0) console.log('No alarm is open.');
  if (alarms.pageInfo.hasNextPage) console.log(`The newest ${PAGE}; there are more.`);
}

function lineOf(alarm: Alarm, { language }: Hand): string {
  const { id, severity, state, occurrences, openedAt, acknowledgedBy, ruleId } = alarm;
  const name = alarm.rule?.name?.[language ?? 'en'] ?? ruleId;
  const by = acknowledgedBy === null ? '' : `  acknowledged by ${acknowledgedBy}`;
  return `${id}  ${severity}  ${state}  ${openedAt ?? '-'}  ${name} (${ruleId}), ${occurrences} times${by}`;
}

interface Rule {
  readonly id: string;
  readonly severity: string;
  readonly suppressible: boolean;
  readonly silentUntil: string | null;
  readonly name: { readonly zh: string; readonly en: string } | null;
}

/** The rules in force, and which of them are silent. */
export async function rulesCommand(root: string, options: WhoOptions): Promise<void> {
  const hand = await handOf(root, options, DEMO_USER);
  const { alarmRules } = await askGraph<{ alarmRules: readonly Rule[] }>(
    hand,
    '{ alarmRules { id severity suppressible silentUntil name { zh en } } }',
    {},
  );
  for (const { id, severity, suppressible, silentUntil, name } of alarmRules) {
    const silent = silentUntil === null ? '' : `  silent until ${silentUntil}`;
    const always = suppressible ? '' : '  never silent';
    console.log(`${id}  ${severity}  ${name?.[hand.language ?? 'en'] ?? id}${always}${silent}`);
  }
}

export interface SettleOptions extends WhoOptions {
  /** What was found, or why; the trail keeps it. */
  readonly reason: string;
}

const SETTLING = {
  acknowledge: 'acknowledgeAlarm(id: $id, comment: $reason)',
  close: 'closeAlarm(id: $id, reason: $reason)',
} as const;

/** Acknowledges or closes an alarm; the exit code is 1 when that was refused. */
export async function settleCommand(
  root: string,
  act: keyof typeof SETTLING,
  id: string,
  options: SettleOptions,
): Promise<number> {
  const query = `mutation ($id: ID!, $reason: String!) { payload: ${SETTLING[act]} {
    alarm { id state } refusals { code message } } }`;
  const { payload } = await askGraph<{
    payload: { alarm: { id: string; state: string } | null; refusals: readonly Refusal[] };
  }>(await handOf(root, options, DEMO_USER), query, { id, reason: options.reason });
  if (payload.alarm !== null) console.log(`${payload.alarm.id}  ${payload.alarm.state}`);
  return tell(payload.refusals);
}

export interface SuppressOptions extends SettleOptions {
  /** ISO instant with its zone. */
  readonly until: string;
}

/** Silences a rule until an instant; the exit code is 1 when that was refused. Thrown for no instant: INVALID_INPUT. */
export async function suppressCommand(root: string, rule: string, options: SuppressOptions): Promise<number> {
  const { until, reason } = options;
  if (!/(Z|[+-]\d\d:\d\d)$/.test(until) || Number.isNaN(Date.parse(until)))
    throw new InvalidInputError('--until takes an ISO instant with its zone, e.g. 2026-12-01T10:00:00Z');
  const query = `mutation ($rule: ID!, $until: Instant!, $reason: String!) {
    payload: suppressAlarm(rule: $rule, until: $until, reason: $reason) {
      rule { id silentUntil } refusals { code message } } }`;
  const variables = { rule, until: new Date(until).toISOString(), reason };
  const { payload } = await askGraph<{
    payload: { rule: Pick<Rule, 'id' | 'silentUntil'> | null; refusals: readonly Refusal[] };
  }>(await handOf(root, options, DEMO_USER), query, variables);
  const silent = payload.rule?.silentUntil ?? null;
  if (payload.rule !== null && silent !== null)
    console.log(`${payload.rule.id} is silent until ${silent}; that itself is an alarm.`);
  return tell(payload.refusals);
}

function tell(refusals: readonly Refusal[]): number {
  for (const { code, message } of refusals) console.error(`${code}: ${message}`);
  return refusals.length === 0 ? 0 : 1;
}
