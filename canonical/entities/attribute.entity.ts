/** Golden values of attributes: terms that have no field of their own. */
import { Entity } from 'typeorm';
import { Flag, Micros, Pk, Ref, Text } from '../../platform/database/columns';
import { PrimaryColumn } from 'typeorm';

@Entity('attribute_value')
export class AttributeValueRow {
  /** Key of the lot, item, site, location or party. */
  @Pk('entity_pk') entityPk!: number;
  /** Id of the dictionary term, `<record type>.<name>`. */
  @PrimaryColumn({ type: 'varchar', length: 120 }) term!: string;
  /** Record that the value comes from. */
  @Ref('record_pk') recordPk!: number;
  /** Canonical text; a month-precise date stands as the month's last day. */
  @Text('value_text', 140) text!: string;
  /** Of numbers: the value in millionths, so that ranges compare as numbers do. */
  @Micros('value_micros', { nullable: true }) micros!: number | null;
  /** Whether two systems state different values. */
  @Flag('conflict') conflict!: boolean;
}
