/** `lotgraph delegation`: lending the right to sign, after a step-up for exactly that; and taking it back. */
import { delegationPurpose } from '../../controls/sign-off/delegations';
import { InvalidInputError } from '../../platform/errors';
import type { WhoOptions } from '../identity/client';
import { askGraph, handOf } from './graph';

interface Delegation {
  readonly id: string;
  readonly action: string;
  readonly role: string;
  readonly from: string;
  readonly to: string;
  readonly startsAt: string;
  readonly endsAt: string;
}

interface Payload {
  readonly delegation: Delegation | null;
  readonly refusals: readonly { readonly code: string; readonly message: string }[];
}

const FIELDS = 'id action role from to startsAt endsAt';

export interface LendOptions extends WhoOptions {
  readonly role: string;
  /** Id of the person. */
  readonly to: string;
  /** ISO instants with their zone; from now on where it is not said. */
  readonly from?: string;
  readonly until: string;
  readonly reason: string;
}

/** Lends the right to sign for an action; the exit code is 1 when that was refused. */
export async function lendCommand(root: string, action: string, options: LendOptions): Promise<number> {
  const { role, to, reason } = options;
  const startsAt = options.from === undefined ? Date.now() : instantOf('--from', options.from);
  const endsAt = instantOf('--until', options.until);
  const hand = await handOf(root, options);
  const purpose = delegationPurpose({ action, role, toPerson: to, startsAt, endsAt });
  const ticket = await hand.client.ticket(hand.token, purpose);
  const query = `mutation ($action: String!, $role: String!, $to: String!, $from: Instant!, $until: Instant!,
      $reason: String!, $ticket: String!) {
    payload: delegateSignOff(action: $action, role: $role, to: $to, from: $from, until: $until, reason: $reason,
      ticket: $ticket) { delegation { ${FIELDS} } refusals { code message } } }`;
  const [from, until] = [new Date(startsAt).toISOString(), new Date(endsAt).toISOString()];
  const variables = { action, role, to, from, until, reason, ticket };
  return tell((await askGraph<{ payload: Payload }>(hand, query, variables)).payload);
}

/** Takes a delegation back, at once. */
export async function revokeCommand(root: string, id: string, options: WhoOptions): Promise<number> {
  const query = `mutation ($id: ID!) { payload: revokeDelegation(id: $id) {
    delegation { ${FIELDS} } refusals { code message } } }`;
  return tell((await askGraph<{ payload: Payload }>(await handOf(root, options), query, { id })).payload);
}

/** What the caller has lent or borrowed. */
export async function delegationsCommand(root: string, options: WhoOptions): Promise<void> {
  const hand = await handOf(root, options);
  const { signOffDelegations } = await askGraph<{ signOffDelegations: readonly Delegation[] }>(
    hand,
    `{ signOffDelegations { ${FIELDS} } }`,
    {},
  );
  for (const one of signOffDelegations) console.log(lineOf(one));
  if (signOffDelegations.length === 0) console.log('Nothing is lent by you or to you.');
}

const lineOf = ({ id, action, role, from, to, startsAt, endsAt }: Delegation): string =>
  `${id}  ${action}  ${role}  ${from} → ${to}  ${startsAt} to ${endsAt}`;

function tell({ delegation, refusals }: Payload): number {
  if (delegation !== null) console.log(lineOf(delegation));
  for (const { code, message } of refusals) console.error(`${code}: ${message}`);
  return refusals.length === 0 ? 0 : 1;
}

/** Thrown when it is no instant, or does not say its zone: INVALID_INPUT. */
function instantOf(option: string, text: string): number {
  const at = Date.parse(text);
  if (/(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(at)) return at;
  throw new InvalidInputError(`${option} takes an ISO instant with its zone, e.g. 2026-12-01T10:00:00Z`);
}
