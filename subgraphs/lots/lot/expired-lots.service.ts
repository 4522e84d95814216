/**
 * Which lots are expired where they are held. The date differs from zone to zone, but by a day or two at most: lots
 * that expired before the earliest of today's dates are expired everywhere, and only those of the days in doubt are
 * judged one by one.
 */
import { narrow } from '../../../canonical/scope/scoped-sql';
import { LotRow } from '../../../canonical/entities/lot.entity';
import { SiteRow } from '../../../canonical/entities/catalogue.entity';
import type { LotsContext } from '../context';
import type { ExpiredLots } from './lot-conditions';
import { dateInZone, isKnownZone } from './calendar';
import { shelfLifeCalendar } from './shelf-life.service';

/** The lots that are expired at the request's instant. */
export async function findExpiredLots(context: LotsContext): Promise<ExpiredLots> {
  const { reader } = context.services.database;
  const sites = await narrow(reader.createQueryBuilder(SiteRow, 'site'), context.scope, (rows) =>
    rows.site('site'),
  ).getMany();
  const zones = new Set(['UTC', ...sites.map((site) => site.timeZone).filter(isKnownZone)]);
  const today = [...zones].map((zone) => dateInZone(context.now, zone)).sort();
  const everywhereBefore = today[0] ?? '';
  const ofDates = reader
    .createQueryBuilder(LotRow, 'lot')
    .where('lot.expiresOn >= :from AND lot.expiresOn < :to', { from: everywhereBefore, to: today.at(-1) });
  const inDoubt = await narrow(ofDates, context.scope, (rows) => rows.lot('lot')).getMany();
  const expired = await Promise.all(
    inDoubt.map(async (lot) => {
      const calendar = await shelfLifeCalendar(context, lot.pk);
      return lot.expiresOn !== null && lot.expiresOn < calendar.today;
    }),
  );
  return {
    everywhereBefore,
    lotPks: inDoubt.filter((_, index) => expired[index]).map((lot) => lot.pk),
  };
}
