/** The list of sites, and the site of a location. */
import { Ctx, Resolver, Root } from 'type-graphql';
import { narrow } from '../../../canonical/scope/scoped-sql';
import { SiteRow } from '../../../canonical/entities/catalogue.entity';
import { TermFieldResolver, TermQuery } from '../../../platform/graphql/term-field';
import type { LotsContext } from '../context';
import { findSite } from '../loaders/find';
import { LocationType, SiteType } from './site.type';

@Resolver(() => LocationType)
export class SiteResolver {
  @TermQuery(() => [SiteType], 'query.sites')
  async sites(@Ctx() context: LotsContext): Promise<SiteType[]> {
    await context.reportCopies('site');
    const query = context.services.database.reader.createQueryBuilder(SiteRow, 'site').orderBy('site.code');
    const rows = await narrow(query, context.scope, (scope) => scope.site('site')).getMany();
    return rows.map((row) => SiteType.from(row));
  }

  @TermFieldResolver(() => SiteType, 'location.site')
  site(@Root() location: LocationType, @Ctx() context: LotsContext): Promise<SiteType | null> {
    return findSite(context, location.sitePk);
  }
}
