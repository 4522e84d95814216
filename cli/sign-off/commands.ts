/** `lotgraph inbox`, `propose`, `sign`, `reject`, `withdraw`, `review` and `sign-off`: two people and a terminal. */
import { GatewayError, InvalidInputError } from '../../platform/errors';
import type { WhoOptions } from '../identity/client';
import { KNOWN_ACTS } from './acts';
import { valuesOf } from './act-values';
import { type Hand, askGraph, handOf, lotIdOf } from './graph';
import { PROPOSAL_FIELDS, type ShownOffer, type ShownProposal, type ShownSignature, wordsOf } from './show';

interface Refusal {
  readonly code: string;
  readonly message: string;
}

interface Payload {
  readonly signOff: {
    readonly id: string;
    readonly status: string;
    readonly signatures: readonly ShownSignature[];
  } | null;
  readonly refusals: readonly Refusal[];
}

const PAYLOAD = 'signOff { id status signatures { printed genuine } } refusals { code message }';

export interface ProposeOptions extends WhoOptions {
  readonly lot: string;
  readonly reason: string;
  readonly set: readonly string[];
  /** Gives the proposer's own signature at once. */
  readonly sign?: boolean;
}

/** Proposes an act; the exit code is 1 when it was refused. */
export async function proposeCommand(root: string, name: string, options: ProposeOptions): Promise<number> {
  const act = KNOWN_ACTS[name];
  if (act === undefined)
    throw new InvalidInputError(`Name one of ${Object.keys(KNOWN_ACTS).join(', ')}, not ${name}.`);
  const hand = await handOf(root, options);
  const lot = act.lot ?? 'lot';
  const types = { [lot]: 'ID!', reason: 'String!', ...act.more };
  const given = { [lot]: await lotIdOf(hand, options.lot), reason: options.reason };
  const values = { ...(await valuesOf(hand, act, options.set)), ...given };
  const declared = Object.entries(types).map(([argument, type]) => `$${argument}: ${type}`);
  const passed = Object.keys(types).map((argument) => `${argument}: $${argument}`);
  const query = `mutation (${declared.join(', ')}) { payload: ${act.mutation}(${passed.join(', ')}) { ${PAYLOAD} } }`;
  const { payload } = await askGraph<{ payload: Payload }>(hand, query, values);
  const code = tell(payload);
  const { signOff } = payload;
  return options.sign === true && code === 0 && signOff !== null
    ? await signCommand(root, signOff.id, options)
    : code;
}

/** Shows what waits for the caller's signature. */
export async function inboxCommand(root: string, options: WhoOptions): Promise<void> {
  const hand = await handOf(root, options);
  const query = `{ signOffInbox { ${PROPOSAL_FIELDS} } }`;
  const { signOffInbox } = await askGraph<{ signOffInbox: readonly ShownProposal[] }>(hand, query, {});
  if (signOffInbox.length === 0) console.log('Nothing waits for your signature.');
  for (const proposal of signOffInbox) console.log(wordsOf(proposal).join('\n'));
}

/** Shows one sign-off. */
export async function showCommand(root: string, id: string, options: WhoOptions): Promise<void> {
  console.log(wordsOf(await proposalOf(await handOf(root, options), id)).join('\n'));
}

export interface SignOptions extends WhoOptions {
  readonly comment?: string;
  /** Why the act must run on this signature alone. */
  readonly breakGlass?: string;
}

/** Shows what is signed, authenticates again for exactly that, and signs. */
export async function signCommand(root: string, id: string, options: SignOptions): Promise<number> {
  const hand = await handOf(root, options);
  const proposal = await proposalOf(hand, id);
  console.log(wordsOf(proposal).join('\n'));
  const offer = options.breakGlass === undefined ? proposal.mine : proposal.emergency;
  if (offer === null) throw new GatewayError('NOT_ELIGIBLE', 'The next signature is not yours to give.');
  const ticket = await hand.client.ticket(hand.token, offer.signingHash);
  return await give(hand, offer, { id, ticket, comment: options.comment, emergency: options.breakGlass });
}

async function give(
  hand: Hand,
  offer: ShownOffer,
  given: { id: string; ticket: string; comment: string | undefined; emergency: string | undefined },
): Promise<number> {
  const query = `mutation ($id: ID!, $ticket: String!, $comment: String, $emergency: String) {
    payload: ${offer.mutation}(signOff: $id, ticket: $ticket, comment: $comment, breakGlassReason: $emergency) { ${PAYLOAD} } }`;
  const { id, ticket, comment = null, emergency = null } = given;
  const { payload } = await askGraph<{ payload: Payload }>(hand, query, { id, ticket, comment, emergency });
  return tell(payload);
}

export interface SettleOptions extends WhoOptions {
  readonly reason: string;
}

/** Rejects or withdraws. */
export async function settleCommand(
  root: string,
  mutation: 'rejectSignOff' | 'withdrawSignOff',
  id: string,
  options: SettleOptions,
): Promise<number> {
  const hand = await handOf(root, options);
  const query = `mutation ($id: ID!, $reason: String!) { payload: ${mutation}(signOff: $id, reason: $reason) {
    proposal { id status } refusals { code message } } }`;
  const answer = await askGraph<{ payload: Settled }>(hand, query, { id, reason: options.reason });
  return tellSettled(answer.payload);
}

/** Reviews an act that was done on one signature. */
export async function reviewCommand(
  root: string,
  id: string,
  options: WhoOptions & { readonly finding: string },
): Promise<number> {
  const hand = await handOf(root, options);
  const { mine } = await proposalOf(hand, id);
  if (mine?.mutation !== 'reviewBreakGlass')
    throw new GatewayError('NOT_ELIGIBLE', 'This is not yours to review.');
  const ticket = await hand.client.ticket(hand.token, mine.signingHash);
  const query = `mutation ($id: ID!, $ticket: String!, $finding: String!) {
    payload: reviewBreakGlass(signOff: $id, ticket: $ticket, finding: $finding) { proposal { id status } refusals { code message } } }`;
  const variables = { id, ticket, finding: options.finding };
  return tellSettled((await askGraph<{ payload: Settled }>(hand, query, variables)).payload);
}

interface Settled {
  readonly proposal: { readonly id: string; readonly status: string } | null;
  readonly refusals: readonly Refusal[];
}

async function proposalOf(hand: Hand, id: string): Promise<ShownProposal> {
  const query = `query ($id: ID!) { signOff(id: $id) { ${PROPOSAL_FIELDS} } }`;
  const { signOff } = await askGraph<{ signOff: ShownProposal | null }>(hand, query, { id });
  if (signOff === null) throw new GatewayError('NOT_FOUND', `There is no sign-off ${id} that you may see.`);
  return signOff;
}

function tell({ signOff, refusals }: Payload): number {
  if (signOff !== null) console.log(`${signOff.id}  ${signOff.status}`);
  for (const { printed, genuine } of signOff?.signatures ?? [])
    console.log(`  signed: ${printed}${genuine ? '' : '  NOT GENUINE'}`);
  return tellRefusals(refusals);
}

function tellSettled({ proposal, refusals }: Settled): number {
  if (proposal !== null) console.log(`${proposal.id}  ${proposal.status}`);
  return tellRefusals(refusals);
}

function tellRefusals(refusals: readonly Refusal[]): number {
  for (const { code, message } of refusals) console.error(`${code}: ${message}`);
  return refusals.length === 0 ? 0 : 1;
}
