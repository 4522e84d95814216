/** The golden lot and its holds. */
import { Entity, PrimaryColumn } from 'typeorm';
import {
  CalendarDate,
  Flag,
  InstantMs,
  LongText,
  Micros,
  Pk,
  Ref,
  Text,
} from '../../platform/database/columns';

@Entity('lot')
export class LotRow {
  @Pk() pk!: number;
  @Ref('item_pk') itemPk!: number;
  /** Null while no system says who made the lot. */
  @Ref('manufacturer_pk', { nullable: true }) manufacturerPk!: number | null;
  @Ref('supplier_pk', { nullable: true }) supplierPk!: number | null;
  /** Case-sensitive; as the most believed system writes it after its declared normalisation. */
  @Text('lot_number', 140) lotNumber!: string;
  @CalendarDate('manufactured_on', { nullable: true }) manufacturedOn!: string | null;
  /** Last usable day, inclusive; a month-precise expiry is the last day of its month. */
  @CalendarDate('expires_on', { nullable: true }) expiresOn!: string | null;
  /** DAY or MONTH: how precisely the source states the expiry. */
  @Text('expiry_precision', 5, { nullable: true }) expiryPrecision!: string | null;
  @Text('sterilization_load', 140, { nullable: true }) sterilizationLoad!: string | null;
  @Micros('produced_micros', { nullable: true }) producedMicros!: number | null;
  @Text('uom', 40, { nullable: true }) uom!: string | null;
  @Text('supplier_lot_number', 140, { nullable: true }) supplierLotNumber!: string | null;
  @CalendarDate('supplier_expires_on', { nullable: true }) supplierExpiresOn!: string | null;
  @LongText('remarks', { nullable: true }) remarks!: string | null;
  @Flag('mastered') mastered!: boolean;
}

/** One independent reason against use of a lot, as one system states it. */
@Entity('lot_hold')
export class LotHoldRow {
  /** Key of the source record that states the hold. */
  @Pk('record_pk') recordPk!: number;
  @Ref('lot_pk') lotPk!: number;
  @Text('system', 32) system!: string;
  @PrimaryColumn({ type: 'varchar', length: 20, name: 'kind' }) kind!: string;
  @LongText('reason', { nullable: true }) reason!: string | null;
  /** When the copy first saw this hold. */
  @InstantMs('since') since!: number;
}
