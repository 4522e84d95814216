/**
 * The state of a lot that an act relies on, read through the act's own transaction and by nothing else: what a loader
 * or another connection saw is another moment.
 */
import { DateTime, IANAZone } from 'luxon';
import type { EntityManager } from 'typeorm';
import type { ActContext } from '../../controls/sign-off/act-context';
import type { Json } from '../../controls/audit/audit-entry';
import { type OwnHold, openHolds } from '../../controls/holds/holds';
import type { RequestContext } from '../../platform/request';
import type { RecordType } from '../../schema/records/record-types';
import { loadCopies, stateOfCopy } from '../copies';
import { LotHoldRow, LotRow } from '../entities/lot.entity';
import { DispositionRow } from '../entities/quality.entity';
import { fromId, toId } from '../ids';
import { rowScopeOf } from '../scope/row-scope';
import { STALE_AFTER_MS } from '../stale-after';
import type { SubgraphServices } from '../subgraph-services';
import { type Decision, currentDecision } from './decisions';
import { ownDecisions } from './own-decisions';

export interface LotState {
  readonly row: LotRow;
  readonly id: string;
  /** What systems state, in their order. */
  readonly stated: readonly { readonly system: string; readonly kind: string; readonly since: number }[];
  readonly own: readonly OwnHold[];
  /** By the calendar of any place where it is held: in doubt it is expired. */
  readonly expired: boolean;
  /** In the scope of a recall that is not closed. */
  readonly recalled: boolean;
  readonly disposition: string;
  /** How many decisions were signed here. */
  readonly decisions: number;
  /** Instant of the last of them; null when there is none. */
  readonly decidedHereAt: number | null;
  /** Date on the wall where the lot is held. */
  readonly today: string;
}

type Acting = Pick<RequestContext, 'caller'>;
/** What reading the state for an act needs of it. */
type Refusing = Pick<ActContext, 'manager' | 'now' | 'refuse'>;

/** The lot that an act is about; null, and the act refused, when the caller can see none by this id. */
export async function lotForAct(act: Refusing, { caller }: Acting, lotId: string): Promise<LotState | null> {
  const query = act.manager
    .createQueryBuilder(LotRow, 'lot')
    .where('lot.pk = :pk', { pk: fromId('lot', lotId) ?? 0 });
  const scope = rowScopeOf(caller);
  if (scope !== null) query.andWhere(scope.lot('lot'), scope.parameters);
  const row = await query.getOne();
  if (row === null) {
    act.refuse('NOT_FOUND');
    return null;
  }
  return await stateOf(act.manager, row, act.now);
}

async function stateOf(manager: EntityManager, row: LotRow, now: number): Promise<LotState> {
  const id = toId('lot', row.pk);
  const stated = await manager.find(LotHoldRow, {
    where: { lotPk: row.pk },
    order: { system: 'ASC', kind: 'ASC', recordPk: 'ASC' },
  });
  const decisions = await decisionsAbout(manager, row.pk, id);
  const own = decisions.filter(({ at }) => at !== null);
  const dates = (await zonesOf(manager, row.pk)).map((zone) =>
    DateTime.fromMillis(now, { zone }).toFormat('yyyy-MM-dd'),
  );
  const today = dates.sort().at(-1) ?? new Date(now).toISOString().slice(0, 10);
  return {
    ...{ row, id, today },
    stated: stated.map(({ system, kind, since }) => ({ system, kind, since })),
    own: await openHolds(manager, [id]),
    expired: row.expiresOn !== null && row.expiresOn < today,
    recalled: await isRecalled(manager, row.pk),
    disposition: currentDecision(decisions),
    decisions: own.length,
    decidedHereAt: own.at(-1)?.at ?? null,
  };
}

async function decisionsAbout(manager: EntityManager, lotPk: number, id: string): Promise<Decision[]> {
  const rows = await manager.find(DispositionRow, { where: { lotPk }, order: { pk: 'ASC' } });
  const ofSources = rows.map(({ pk, decision, decidedOn }) => ({ decision, decidedOn, at: null, order: pk }));
  return [...ofSources, ...(await ownDecisions(manager, [id]))];
}

/** Zones of the sites that hold some of the lot by any ledger; UTC when none does. */
async function zonesOf(manager: EntityManager, lotPk: number): Promise<string[]> {
  const rows = await manager.query<{ zone: string | null }[]>(
    `SELECT DISTINCT s.time_zone AS zone FROM site s WHERE s.pk IN (
       SELECT l.site_pk FROM movement m JOIN location l ON l.pk = m.location_pk WHERE m.lot_pk = ?
        GROUP BY m.system, l.site_pk HAVING SUM(m.quantity_micros) > 0)`,
    [lotPk],
  );
  const zones = rows.map(({ zone }) => zone).filter((zone) => zone !== null && IANAZone.isValidZone(zone));
  return zones.length === 0 ? ['UTC'] : (zones as string[]);
}

async function isRecalled(manager: EntityManager, lotPk: number): Promise<boolean> {
  const rows = await manager.query<unknown[]>(
    `SELECT c.pk FROM recall_scope s JOIN recall_case c ON c.ref = s.recall_ref
      WHERE s.lot_pk = ? AND c.state = 'OPEN' LIMIT 1`,
    [lotPk],
  );
  return rows.length > 0;
}

/** What of the state an act relies on; another at execution makes the proposal stale. */
export function reliedState(state: LotState): { readonly [name: string]: Json } {
  return {
    expiresOn: state.row.expiresOn,
    expired: state.expired,
    recalled: state.recalled,
    stated: state.stated.map(({ system, kind }) => `${system}:${kind}`),
    own: state.own.map(({ id, version }) => `${id}:${version}`),
    disposition: state.disposition,
    decisions: state.decisions,
  };
}

/** Refuses the act when a copy that it needs is not fresh, naming the systems. Resolves to whether all are. */
export async function requireFresh(
  act: Refusing,
  { canonical }: Pick<SubgraphServices, 'canonical'>,
  recordTypes: readonly RecordType[],
): Promise<boolean> {
  const copies = await loadCopies({ reader: act.manager });
  const needed = [...new Set(recordTypes.flatMap((type) => canonical.systemsOf(type)))].sort();
  const stale = needed.filter((system) => {
    const own = copies.filter(
      (copy) => copy.system === system && recordTypes.includes(copy.recordType as RecordType),
    );
    const { status, error } = stateOfCopy(system, own, act.now, STALE_AFTER_MS);
    return status !== 'OK' || error !== null;
  });
  if (stale.length > 0) act.refuse('SOURCE_STALE', { names: stale });
  return stale.length === 0;
}
