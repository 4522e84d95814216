/** Golden records of what the company trades in and with: items, sites, locations, parties. */
import { Entity } from 'typeorm';
import { Flag, Pk, Ref, Text, Whole } from '../../platform/database/columns';

@Entity('item')
export class ItemRow {
  @Pk() pk!: number;
  /** Natural code after the normalisation that each system's mapping declares. */
  @Text('code', 140) code!: string;
  @Text('name', 280, { nullable: true }) name!: string | null;
  @Text('name_zh', 280, { nullable: true }) nameZh!: string | null;
  @Text('item_class', 140, { nullable: true }) itemClass!: string | null;
  @Text('uom', 40, { nullable: true }) uom!: string | null;
  @Whole('shelf_life_days', { nullable: true }) shelfLifeDays!: number | null;
  /** GTIN-14, left-padded. */
  @Text('gtin', 14, { nullable: true }) gtin!: string | null;
  @Flag('active') active!: boolean;
  /** False while the item is known only because other records refer to it. */
  @Flag('mastered') mastered!: boolean;
}

@Entity('site')
export class SiteRow {
  @Pk() pk!: number;
  @Text('code', 140) code!: string;
  @Text('name', 280, { nullable: true }) name!: string | null;
  @Text('name_zh', 280, { nullable: true }) nameZh!: string | null;
  /** IANA zone; expiry is judged by the calendar of the site that holds the lot. */
  @Text('time_zone', 64, { nullable: true }) timeZone!: string | null;
  @Flag('mastered') mastered!: boolean;
}

@Entity('location')
export class LocationRow {
  @Pk() pk!: number;
  @Ref('site_pk') sitePk!: number;
  @Text('code', 140) code!: string;
  @Text('name', 280, { nullable: true }) name!: string | null;
  @Text('location_type', 60, { nullable: true }) locationType!: string | null;
  @Flag('mastered') mastered!: boolean;
}

@Entity('party')
export class PartyRow {
  @Pk() pk!: number;
  @Text('code', 140) code!: string;
  /** SUPPLIER, CUSTOMER or MANUFACTURER; null while the party is known only by reference. */
  @Text('role', 20, { nullable: true }) role!: string | null;
  @Text('name', 280, { nullable: true }) name!: string | null;
  @Text('name_zh', 280, { nullable: true }) nameZh!: string | null;
  @Text('country', 80, { nullable: true }) country!: string | null;
  @Flag('mastered') mastered!: boolean;
}
