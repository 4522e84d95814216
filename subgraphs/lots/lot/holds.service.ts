/** The holds of a lot: what the systems state, and expiry by the calendar where the lot is held. */
import type { OwnHold } from '../../../controls/holds/holds';
import type { LotHoldRow } from '../../../canonical/entities/lot.entity';
import type { LotsContext } from '../context';
import { nextDay, startOfDay } from './calendar';
import { HoldType } from './hold.type';
import type { LotType } from './lot.type';
import { shelfLifeCalendar } from './shelf-life.service';

/** Every hold of the lot, stated ones first. Two systems that say the same are two holds: each lifts only its own. */
export async function holdsOf(context: LotsContext, lot: LotType): Promise<HoldType[]> {
  await context.reportCopies('lot', 'movement', 'site');
  const [stated, own, expiry] = await Promise.all([
    context.loaders.holds.load(lot.row.pk),
    context.loaders.ownHolds.load(lot.id),
    expiryHold(context, lot),
  ]);
  return [...stated.map(statedHold), ...own.map(ownHold), ...(expiry === null ? [] : [expiry])];
}

function statedHold(row: LotHoldRow): HoldType {
  return Object.assign(new HoldType(), {
    id: null,
    recordPk: row.recordPk,
    kind: row.kind,
    reason: row.reason,
    since: new Date(row.since),
    computed: false,
  });
}

function ownHold({ id, kind, reason, placedAt }: OwnHold): HoldType {
  return Object.assign(new HoldType(), {
    ...{ id, kind, reason, recordPk: null, computed: false },
    since: new Date(placedAt),
  });
}

async function expiryHold(context: LotsContext, { row }: LotType): Promise<HoldType | null> {
  if (row.expiresOn === null) return null;
  const { today, timeZone } = await shelfLifeCalendar(context, row.pk);
  if (row.expiresOn >= today) return null;
  return Object.assign(new HoldType(), {
    id: null,
    recordPk: null,
    kind: 'EXPIRY',
    reason: null,
    since: new Date(startOfDay(nextDay(row.expiresOn), timeZone)),
    computed: true,
  });
}
