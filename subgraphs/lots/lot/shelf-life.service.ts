/** By whose calendar a lot is judged, and what remains of its shelf life there. */
import type { SiteRow } from '../../../canonical/entities/catalogue.entity';
import { InvalidInputError } from '../../../platform/errors';
import type { LotsContext } from '../context';
import { SiteType } from '../site/site.type';
import { dateInZone, isKnownZone } from './calendar';
import type { LotType } from './lot.type';
import { remainingShelfLife } from './shelf-life';
import { ShelfLifeType, type TimeZoneBasisCode } from './shelf-life.type';

/** A calendar, why it is this one, and the date that it shows now. */
export interface ShelfLifeCalendar {
  readonly timeZone: string;
  readonly basis: TimeZoneBasisCode;
  readonly site: SiteRow | null;
  readonly today: string;
}

/**
 * The calendar of the site that is named, else of the site that holds most of the lot, else UTC; a site without a
 * known zone counts as none. Throws InvalidInputError for a site code that nobody knows.
 */
export async function shelfLifeCalendar(
  context: LotsContext,
  lotPk: number,
  siteCode?: string | null,
): Promise<ShelfLifeCalendar> {
  const site = siteCode == null ? await holdingSite(context, lotPk) : await requireSite(context, siteCode);
  const basis = siteCode == null ? 'HOLDING_SITE' : 'ARGUMENT';
  const zone = isKnownZone(site?.timeZone) ? site.timeZone : null;
  return zone === null
    ? { timeZone: 'UTC', basis: 'DEFAULT', site, today: dateInZone(context.now, 'UTC') }
    : { timeZone: zone, basis, site, today: dateInZone(context.now, zone) };
}

/** Remaining shelf life of the lot; null when its expiry is not known. */
export async function shelfLifeOf(
  context: LotsContext,
  lot: LotType,
  asOf?: string | null,
  siteCode?: string | null,
): Promise<ShelfLifeType | null> {
  const { expiresOn, manufacturedOn, pk } = lot.row;
  if (expiresOn === null) return null;
  await context.reportCopies('movement', 'site');
  const calendar = await shelfLifeCalendar(context, pk, siteCode);
  const date = asOf ?? calendar.today;
  return Object.assign(new ShelfLifeType(), {
    ...remainingShelfLife(expiresOn, manufacturedOn, date),
    asOf: date,
    timeZone: calendar.timeZone,
    timeZoneBasis: calendar.basis,
    site: calendar.site === null ? null : SiteType.from(calendar.site),
  });
}

async function holdingSite({ loaders }: LotsContext, lotPk: number): Promise<SiteRow | null> {
  const sitePk = await loaders.holdingSite.load(lotPk);
  return sitePk === null ? null : await loaders.site.load(sitePk);
}

async function requireSite({ loaders }: LotsContext, code: string): Promise<SiteRow> {
  const site = await loaders.siteByCode.load(code);
  if (site === null) {
    throw new InvalidInputError(`There is no site "${code}"; ask "sites" for those that are known.`, {
      argument: 'site',
    });
  }
  return site;
}
