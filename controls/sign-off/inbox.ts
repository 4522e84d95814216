/** Which sign-offs a person may see, and which wait for them. */
import { In, LessThan } from 'typeorm';
import { signingNameOf } from './guard-sign-off';
import type { Offer, SigningKind } from './offers';
import type { SignOffDeps, SignOffRequest } from './ports';
import { OPEN_STATES, SignOffProposalRow, type SignOffState } from './sign-off.entity';
import { signingHashFor } from './signing';
import { signaturesByProposal, signaturesOf } from './store';
import { offerTo } from './views';

/** Open proposals that are looked through for an inbox; more than that wait for nobody's eyes. */
const MOST_OPEN = 500;

export interface SignOffSearch {
  readonly statuses: readonly string[] | null;
  readonly actions: readonly string[] | null;
  /** Id that the page comes after; the newest come first. */
  readonly before: string | null;
  readonly take: number;
}

/** Sign-offs that the caller may see, newest first. */
export async function listSignOffs(
  deps: SignOffDeps,
  request: SignOffRequest,
  search: SignOffSearch,
): Promise<SignOffProposalRow[]> {
  const seen = await visibleActions(deps, request);
  const { statuses, actions, before, take } = search;
  const narrow = {
    ...(statuses === null ? {} : { state: In([...statuses] as SignOffState[]) }),
    ...(before === null ? {} : { id: LessThan(before) }),
  };
  const wanted = (ids: readonly string[]): string[] => ids.filter((id) => actions?.includes(id) ?? true);
  const own = {
    ...narrow,
    proposerAccount: request.caller.subject,
    ...(actions === null ? {} : { action: In([...actions]) }),
  };
  const all = { ...narrow, ...(actions === null ? {} : { action: In([...actions]) }) };
  return await deps.database.reader.find(SignOffProposalRow, {
    where: seen === 'ALL' ? all : [own, { ...narrow, action: In(wanted(seen)) }],
    order: { id: 'DESC' },
    take,
  });
}

/** A sign-off; null when there is none that the caller may see. */
export async function visibleSignOff(
  deps: SignOffDeps,
  request: SignOffRequest,
  id: string,
): Promise<SignOffProposalRow | null> {
  const row = await deps.database.reader.findOneBy(SignOffProposalRow, { id });
  if (row === null || row.proposerAccount === request.caller.subject) return row;
  const seen = await visibleActions(deps, request);
  if (seen === 'ALL' || seen.includes(row.action)) return row;
  return (await offerTo(deps, request, row, await signaturesOf(deps.database.reader, id))) === null
    ? null
    : row;
}

/** Proposals whose next signature, or whose review, is the caller's to give, oldest first. */
export async function inboxOf(deps: SignOffDeps, request: SignOffRequest): Promise<SignOffProposalRow[]> {
  const { reader } = deps.database;
  const rows = await reader
    .createQueryBuilder(SignOffProposalRow, 'p')
    .where('p.state IN (:...open) OR p.review_by IS NOT NULL', { open: [...OPEN_STATES] })
    .orderBy('p.id', 'ASC')
    .limit(MOST_OPEN)
    .getMany();
  const signatures = await signaturesByProposal(
    reader,
    rows.map((row) => row.id),
  );
  const mine: SignOffProposalRow[] = [];
  for (const row of rows)
    if ((await offerTo(deps, request, row, signatures.get(row.id) ?? [])) !== null) mine.push(row);
  return mine;
}

export interface MyOffer extends Offer {
  readonly signingHash: string;
  /** Mutation that gives the signature. */
  readonly mutation: string;
}

/** The signature that is the caller's to give, with what to authenticate for; null when there is none. */
export async function offerOf(
  deps: SignOffDeps,
  request: SignOffRequest,
  row: SignOffProposalRow,
  kind?: SigningKind,
): Promise<MyOffer | null> {
  const signatures = await signaturesOf(deps.database.reader, row.id);
  const offer = await offerTo(deps, request, row, signatures, kind);
  if (offer === null) return null;
  const signingHash = signingHashFor(deps, row, offer, request.caller.person ?? '');
  const name = row.coordinate.slice(row.coordinate.indexOf('.') + 1);
  return {
    ...offer,
    signingHash,
    mutation: offer.kind === 'REVIEW' ? 'reviewBreakGlass' : signingNameOf(name),
  };
}

/** Actions that one of the caller's roles signs for; readers of the policy see all. */
async function visibleActions(deps: SignOffDeps, { caller }: SignOffRequest): Promise<'ALL' | string[]> {
  const { document } = await deps.policies.current();
  const holds = (roles: readonly string[]): boolean => roles.some((role) => caller.roles.includes(role));
  if (holds(document.readers)) return 'ALL';
  return document.actions
    .filter((action) =>
      holds([...action.first.roles, ...action.second.roles, ...(action.breakGlass?.reviewRoles ?? [])]),
    )
    .map((action) => action.id);
}
