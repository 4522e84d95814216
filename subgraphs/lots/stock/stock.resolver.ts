/** Where stock lies. */
import { Ctx, Resolver, Root } from 'type-graphql';
import { TermFieldResolver } from '../../../platform/graphql/term-field';
import type { LotsContext } from '../context';
import { findLocation } from '../loaders/find';
import { LocationType } from '../site/site.type';
import { StockType } from './stock.type';

@Resolver(() => StockType)
export class StockResolver {
  @TermFieldResolver(() => LocationType, 'stock.location')
  location(@Root() stock: StockType, @Ctx() context: LotsContext): Promise<LocationType | null> {
    return findLocation(context, stock.locationPk);
  }
}
