/** A lot: the centre of the graph. Its quality and recall fields are added by their own subgraphs. */
import { Directive, ID, ObjectType } from 'type-graphql';
import type { LotRow } from '../../../canonical/entities/lot.entity';
import { toId } from '../../../canonical/ids';
import { LocalDate } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { connectionOf } from '../../../canonical/graph/page.type';
import { QuantityType } from '../quantity.type';
import { ExpiryPrecision } from './lot.enums';

@Directive('@key(fields: "id")')
@AccessRule('lot')
@ObjectType('Lot')
export class LotType {
  /** The golden row that the lot is shown from. */
  row!: LotRow;
  @TermField(() => ID, 'lot.id', { nullable: false }) id!: string;
  @TermField(() => String, 'lot.lotNumber') lotNumber!: string;
  @TermField(() => LocalDate, 'lot.manufacturedOn') manufacturedOn!: string | null;
  @TermField(() => LocalDate, 'lot.expiresOn') expiresOn!: string | null;
  @TermField(() => ExpiryPrecision, 'lot.expiryPrecision') expiryPrecision!: string | null;
  @TermField(() => String, 'lot.sterilizationLoad') sterilizationLoad!: string | null;
  @TermField(() => String, 'lot.supplierLotNumber') supplierLotNumber!: string | null;
  @TermField(() => LocalDate, 'lot.supplierExpiresOn') supplierExpiresOn!: string | null;
  @TermField(() => String, 'lot.remarks') remarks!: string | null;
  @TermField(() => QuantityType, 'lot.producedQuantity') producedQuantity!: QuantityType | null;
  @TermField(() => Boolean, 'lot.mastered') mastered!: boolean;

  static from(row: LotRow): LotType {
    return Object.assign(new LotType(), {
      row,
      id: toId('lot', row.pk),
      lotNumber: row.lotNumber,
      manufacturedOn: row.manufacturedOn,
      expiresOn: row.expiresOn,
      expiryPrecision: row.expiryPrecision,
      sterilizationLoad: row.sterilizationLoad,
      supplierLotNumber: row.supplierLotNumber,
      supplierExpiresOn: row.supplierExpiresOn,
      remarks: row.remarks,
      producedQuantity: QuantityType.from(row.producedMicros, row.uom),
      mastered: row.mastered,
    });
  }
}

export const LotConnection = connectionOf('LotConnection', () => LotType);
