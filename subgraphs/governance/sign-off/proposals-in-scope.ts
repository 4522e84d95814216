/** Sign-offs by the rows that they are about: what is proposed for a lot out of the caller's scope is absent. */
import { type IdKind, fromId } from '../../../canonical/ids';
import { scopedSelectIn } from '../../../canonical/scope/scoped-sql';
import { HOLD_RECORD, findHold } from '../../../controls/holds/holds';
import { type FrozenPayload, thaw } from '../../../controls/sign-off/payload';
import type { SignOffSearch } from '../../../controls/sign-off/inbox';
import type { SignOffProposalRow } from '../../../controls/sign-off/sign-off.entity';
import type { GovernanceContext } from '../context';

/** Rows that are looked through at once for a limited caller. */
const LOOK_AT = 100;

/**
 * The proposals of which every lot and place that they name is in scope; those that name none are judged by role
 * alone. A hold that is to be lifted stands for its lot.
 */
export async function proposalsInScope(
  context: GovernanceContext,
  rows: readonly SignOffProposalRow[],
): Promise<SignOffProposalRow[]> {
  const { scope, services, canSeeLot } = context;
  if (scope === null) return [...rows];
  const { reader } = services.database;
  const named = rows.map(({ payload }) => idsOf(thaw(payload)));
  const places = [...new Set(named.flatMap((ids) => keysOf('location', ids)))];
  const sql = `SELECT l.pk FROM location l WHERE l.pk IN (?) AND ${scope.location('l')}`;
  const known = new Set(
    (await scopedSelectIn<{ pk: number }>(reader, scope, sql, places)).map((row) => row.pk),
  );
  const seen = await Promise.all(
    named.map(async (ids) => {
      const holds = await Promise.all(
        ids.filter(({ type }) => type === HOLD_RECORD).map(({ id }) => findHold(reader, id)),
      );
      const ofHolds = holds.map((hold) => ({ type: 'lot', id: hold?.lot ?? '' }));
      if (ofHolds.some(({ id }) => fromId('lot', id) === null)) return false;
      const lots = await Promise.all(keysOf('lot', [...ids, ...ofHolds]).map(canSeeLot));
      return lots.every(Boolean) && keysOf('location', ids).every((pk) => known.has(pk));
    }),
  );
  return rows.filter((_, index) => seen[index]);
}

interface NamedId {
  readonly type: string;
  readonly id: string;
}

/** Every id that a proposal names, in what it relies on and in its arguments; a level is that of a lot at a place. */
function idsOf({ target, arguments: values }: FrozenPayload): NamedId[] {
  const relied = target.flatMap(({ type, id }) => id.split('@').map((part) => ({ type, id: part })));
  const given = Object.values(values).flatMap((value) =>
    typeof value === 'string' ? [{ type: 'argument', id: value }] : [],
  );
  return [...relied, ...given];
}

function keysOf(kind: IdKind, ids: readonly NamedId[]): number[] {
  return ids.flatMap(({ id }) => fromId(kind, id) ?? []);
}

/** A page of proposals in scope, filled up from those that come after the ones that are left out. */
export async function listProposals(
  context: GovernanceContext,
  search: SignOffSearch,
): Promise<SignOffProposalRow[]> {
  const { signOff } = context.services.controls;
  if (context.scope === null) return await signOff.list(context, search);
  const found: SignOffProposalRow[] = [];
  let { before } = search;
  while (found.length < search.take) {
    const rows = await signOff.list(context, { ...search, before, take: LOOK_AT });
    found.push(...(await proposalsInScope(context, rows)));
    before = rows.at(-1)?.id ?? before;
    if (rows.length < LOOK_AT) break;
  }
  return found.slice(0, search.take);
}
