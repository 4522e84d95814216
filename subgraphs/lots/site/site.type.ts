/** Sites and the locations within them. */
import { Directive, ID, ObjectType } from 'type-graphql';
import type { LocationRow, SiteRow } from '../../../canonical/entities/catalogue.entity';
import { toId } from '../../../canonical/ids';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';

@Directive('@key(fields: "id")')
@AccessRule('site')
@ObjectType('Site')
export class SiteType {
  pk!: number;
  @TermField(() => ID, 'site.id', { nullable: false }) id!: string;
  @TermField(() => String, 'site.code') code!: string;
  @TermField(() => String, 'site.name') name!: string | null;
  @TermField(() => String, 'site.nameZh') nameZh!: string | null;
  @TermField(() => String, 'site.timeZone') timeZone!: string | null;
  @TermField(() => Boolean, 'site.mastered') mastered!: boolean;

  static from(row: SiteRow): SiteType {
    return Object.assign(new SiteType(), row, { id: toId('site', row.pk) });
  }
}

@Directive('@key(fields: "id")')
@AccessRule('location')
@ObjectType('Location')
export class LocationType {
  sitePk!: number;
  @TermField(() => ID, 'location.id', { nullable: false }) id!: string;
  @TermField(() => String, 'location.code') code!: string;
  @TermField(() => String, 'location.name') name!: string | null;
  @TermField(() => String, 'location.locationType') locationType!: string | null;
  @TermField(() => Boolean, 'location.mastered') mastered!: boolean;

  static from(row: LocationRow): LocationType {
    return Object.assign(new LocationType(), row, { id: toId('location', row.pk) });
  }
}
