/** A quantity: an exact amount in a unit of measure. */
import { ObjectType } from 'type-graphql';
import { fromMicros } from '../../platform/decimal';
import { Decimal } from '../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../platform/graphql/term-field';

@AccessRule('quantity')
@ObjectType('Quantity')
export class QuantityType {
  @TermField(() => Decimal, 'quantity.amount', { nullable: false }) amount!: string;
  @TermField(() => String, 'quantity.uom') uom!: string | null;

  /** Null when the amount is not known: an unknown quantity is not zero. */
  static from(micros: number | null, uom: string | null): QuantityType | null {
    if (micros === null) return null;
    return Object.assign(new QuantityType(), { amount: fromMicros(micros), uom });
  }
}
