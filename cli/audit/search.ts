/** `lotgraph audit search` and `review`: through the gateway, as the person who is signed in, by their permissions. */
import type { WhoOptions } from '../identity/client';
import { askGraph, handOf } from '../sign-off/graph';

const DEMO_USER = 'auditor';

export interface SearchOptions extends WhoOptions {
  readonly person?: readonly string[];
  readonly action?: readonly string[];
  readonly object?: string;
  readonly type?: string;
  readonly from?: string;
  readonly to?: string;
  readonly text?: string;
  readonly field?: string;
  readonly value?: string;
  readonly outcome?: string;
  readonly first?: string;
  readonly after?: string;
  readonly json?: boolean;
}

interface ShownEntry {
  readonly id: string;
  readonly seq: number;
  readonly at: string;
  readonly action: string;
  readonly outcome: string;
  readonly account: string | null;
  readonly person: string | null;
  readonly objectType: string | null;
  readonly objectId: string | null;
  readonly code: string | null;
  readonly reason: string | null;
  readonly changes: readonly { field: string; before: unknown; after: unknown; masked: boolean }[] | null;
}

interface Found {
  readonly auditEntries: {
    readonly nodes: readonly ShownEntry[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

const ENTRY =
  'id seq at action outcome account person objectType objectId code reason changes { field before after masked }';

export async function searchCommand(root: string, options: SearchOptions): Promise<void> {
  const filter = {
    persons: options.person,
    actions: options.action,
    objectId: options.object,
    objectType: options.type,
    ...{ from: options.from, to: options.to, text: options.text, outcome: options.outcome },
    changedField: options.field,
    changedValue: options.value,
  };
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => isGiven(value)));
  const query = `query ($first: Int!, $after: String, $filter: AuditEntryFilter) {
    auditEntries(first: $first, after: $after, filter: $filter) { nodes { ${ENTRY} } pageInfo { hasNextPage endCursor } } }`;
  const variables = { filter: given, first: Number(options.first ?? 50), after: options.after ?? null };
  const { auditEntries } = await askGraph<Found>(await handOf(root, options, DEMO_USER), query, variables);
  if (options.json === true) {
    console.log(JSON.stringify(auditEntries, null, 2));
    return;
  }
  for (const entry of auditEntries.nodes) console.log(lineOf(entry).join('\n'));
  const { hasNextPage, endCursor } = auditEntries.pageInfo;
  if (hasNextPage) console.log(`more: --after ${endCursor ?? ''}`);
}

export interface ReviewOptions extends WhoOptions {
  readonly from: string;
  readonly to: string;
  readonly comment: string;
  readonly action?: readonly string[];
  readonly outcome?: string;
}

interface Offer {
  readonly auditReviewOffer: { readonly purpose: string; readonly entries: number; readonly root: string };
}

interface Reviewed {
  readonly reviewAuditTrail: {
    readonly review: { readonly id: string } | null;
    readonly refusals: readonly { readonly code: string; readonly message: string }[];
  };
}

/** Shows what is signed, authenticates again for exactly that, and signs. */
export async function reviewTrailCommand(root: string, options: ReviewOptions): Promise<number> {
  const hand = await handOf(root, options, DEMO_USER);
  const variables = {
    ...{ fromSeq: Number(options.from), toSeq: Number(options.to), comment: options.comment },
    actions: isGiven(options.action) ? options.action : null,
    outcome: options.outcome ?? null,
  };
  const declared =
    '$fromSeq: Int!, $toSeq: Int!, $comment: String!, $actions: [String!], $outcome: AuditOutcome';
  const given = 'fromSeq: $fromSeq, toSeq: $toSeq, comment: $comment, actions: $actions, outcome: $outcome';
  const asked = `query (${declared}) { auditReviewOffer(${given}) { purpose entries root } }`;
  const { auditReviewOffer: offer } = await askGraph<Offer>(hand, asked, variables);
  console.log(`${offer.entries} entries from ${options.from} to ${options.to}, under root ${offer.root}`);
  const ticket = await hand.client.ticket(hand.token, offer.purpose);
  const signing = `mutation (${declared}, $ticket: String!) {
    reviewAuditTrail(${given}, ticket: $ticket) { review { id } refusals { code message } } }`;
  const { reviewAuditTrail: done } = await askGraph<Reviewed>(hand, signing, { ...variables, ticket });
  for (const { code, message } of done.refusals) console.error(`${code}: ${message}`);
  if (done.review !== null) console.log(`Review ${done.review.id} is signed.`);
  return done.refusals.length === 0 ? 0 : 1;
}

const isGiven = (value: unknown): boolean =>
  value !== undefined && !(Array.isArray(value) && value.length === 0);

function lineOf(entry: ShownEntry): string[] {
  const about = entry.objectId === null ? '' : ` ${entry.objectType ?? ''} ${entry.objectId}`;
  const refusal = entry.code === null ? '' : ` ${entry.code}`;
  const who = entry.person ?? entry.account ?? '';
  return [
    `${entry.seq}  ${entry.at}  ${entry.action} ${entry.outcome}${refusal}  ${who}${about}  ${entry.id}`,
    ...(entry.reason === null ? [] : [`    reason: ${entry.reason}`]),
    ...(entry.changes ?? []).map(({ field, before, after, masked }) =>
      masked
        ? `    ${field}: (masked)`
        : `    ${field}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`,
    ),
  ];
}
