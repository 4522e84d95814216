/** Remaining shelf life as the graph shows it: with the date and the calendar that it was judged by. */
import { Int, ObjectType } from 'type-graphql';
import { enumOf } from '../../../platform/graphql/enums';
import { Decimal, LocalDate } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { SiteType } from '../site/site.type';

export const TIME_ZONE_BASES = ['ARGUMENT', 'HOLDING_SITE', 'DEFAULT'] as const;
export type TimeZoneBasisCode = (typeof TIME_ZONE_BASES)[number];
export const TimeZoneBasis = enumOf('TimeZoneBasis', TIME_ZONE_BASES);

@AccessRule('shelfLife')
@ObjectType('ShelfLife')
export class ShelfLifeType {
  @TermField(() => Int, 'shelfLife.days') days!: number;
  @TermField(() => Decimal, 'shelfLife.percent') percent!: string | null;
  @TermField(() => Boolean, 'shelfLife.expired') expired!: boolean;
  @TermField(() => LocalDate, 'shelfLife.asOf') asOf!: string;
  @TermField(() => String, 'shelfLife.timeZone') timeZone!: string;
  @TermField(() => TimeZoneBasis, 'shelfLife.timeZoneBasis') timeZoneBasis!: string;
  @TermField(() => SiteType, 'shelfLife.site') site!: SiteType | null;
}
