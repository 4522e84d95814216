/** Stock of a lot at one location, and how current the figure is. */
import { Int, ObjectType } from 'type-graphql';
import type { StockAtLocation } from '../../../canonical/reads';
import { enumOf } from '../../../platform/graphql/enums';
import { Instant } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { QuantityType } from '../quantity.type';

export const StockMode = enumOf('StockMode', ['LIVE', 'COPY']);

@AccessRule('stock')
@ObjectType('Stock')
export class StockType {
  locationPk!: number;
  @TermField(() => QuantityType, 'stock.onHand') onHand!: QuantityType | null;
  @TermField(() => String, 'stock.system') system!: string;
  @TermField(() => StockMode, 'stock.mode') mode!: string;
  @TermField(() => Instant, 'stock.asOf') asOf!: Date | null;
  @TermField(() => Int, 'stock.ageSeconds') ageSeconds!: number | null;
  @TermField(() => Boolean, 'stock.stale') stale!: boolean;

  static from(stock: StockAtLocation, uom: string | null, now: number): StockType {
    const { asOf } = stock;
    return Object.assign(new StockType(), {
      locationPk: stock.locationPk,
      onHand: QuantityType.from(stock.onHandMicros, uom),
      system: stock.system,
      mode: stock.mode,
      asOf: asOf === null ? null : new Date(asOf),
      ageSeconds: asOf === null ? null : Math.max(0, Math.round((now - asOf) / 1000)),
      stale: stock.stale,
    });
  }
}
