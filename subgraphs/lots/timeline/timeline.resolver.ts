/** What an entry of the timeline points to, and the calendar that it is shown by. */
import { Ctx, Resolver, Root } from 'type-graphql';
import { SourceRefType } from '../../../canonical/graph/source.type';
import { SignatureType } from '../../../controls/sign-off/mutation-payload.type';
import type { SignatureView } from '../../../controls/sign-off/views';
import { LocalDate } from '../../../platform/graphql/scalars';
import { TermFieldResolver } from '../../../platform/graphql/term-field';
import type { LotsContext } from '../context';
import { DocumentType } from '../document/document.type';
import { findDocument, findSite } from '../loaders/find';
import { dateInZone, isKnownZone } from '../lot/calendar';
import { SiteType } from '../site/site.type';
import { sourceOf } from '../source/source';
import type { OwnAct } from './own-acts';
import { TimelineEntryType } from './timeline-entry.type';
import { ownActTitle } from './timeline-title';

/** Fields of the lot that entries without a record follow from. */
const LOT_TERMS: Readonly<Record<string, string>> = {
  MANUFACTURED: 'lot.manufacturedOn',
  EXPIRES: 'lot.expiresOn',
};

@Resolver(() => TimelineEntryType)
export class TimelineResolver {
  @TermFieldResolver(() => String, 'timeline.timeZone')
  timeZone(@Root() entry: TimelineEntryType, @Ctx() context: LotsContext): Promise<string | null> {
    return zoneOf(entry, context);
  }

  @TermFieldResolver(() => LocalDate, 'timeline.on')
  async on(@Root() entry: TimelineEntryType, @Ctx() context: LotsContext): Promise<string | null> {
    if (entry.at === null) return entry.row.on_date;
    return dateInZone(entry.at.getTime(), (await zoneOf(entry, context)) ?? 'UTC');
  }

  @TermFieldResolver(() => String, 'timeline.title')
  async title(@Root() entry: TimelineEntryType, @Ctx() context: LotsContext): Promise<string | null> {
    const act = await actOf(entry, context);
    return act === null ? entry.title : ownActTitle(entry.kind, act, context.language);
  }

  @TermFieldResolver(() => [SignatureType], 'timeline.signatures')
  async signatures(
    @Root() entry: TimelineEntryType,
    @Ctx() context: LotsContext,
  ): Promise<readonly SignatureView[]> {
    const proposal = (await actOf(entry, context))?.proposal ?? null;
    return proposal === null ? [] : await context.loaders.signatures.load(proposal);
  }

  @TermFieldResolver(() => SiteType, 'timeline.site')
  site(@Root() entry: TimelineEntryType, @Ctx() context: LotsContext): Promise<SiteType | null> {
    return findSite(context, entry.sitePk);
  }

  @TermFieldResolver(() => DocumentType, 'timeline.document')
  document(@Root() entry: TimelineEntryType, @Ctx() context: LotsContext): Promise<DocumentType | null> {
    return findDocument(context, entry.documentPk);
  }

  @TermFieldResolver(() => SourceRefType, 'timeline.source')
  async source(@Root() entry: TimelineEntryType, @Ctx() context: LotsContext): Promise<SourceRefType | null> {
    if (entry.actKey !== null) return null;
    if (entry.recordPk !== null) return await sourceOf(context, entry.recordPk);
    const fields = await context.loaders.lotProvenance.load(entry.lotPk);
    const source = fields.find((field) => field.term === LOT_TERMS[entry.kind])?.source ?? null;
    return source === null ? null : SourceRefType.from(source);
  }
}

async function actOf({ actKey }: TimelineEntryType, { loaders }: LotsContext): Promise<OwnAct | null> {
  return actKey === null ? null : await loaders.ownActs.load(actKey);
}

/** Zone of the entry's site, else UTC; null where only a date is known and no site. */
async function zoneOf(entry: TimelineEntryType, context: LotsContext): Promise<string | null> {
  const site = await findSite(context, entry.sitePk);
  if (isKnownZone(site?.timeZone)) return site.timeZone;
  return entry.at === null ? null : 'UTC';
}
