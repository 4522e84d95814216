/** How a list of lots is narrowed and ordered. Each field carries the term it looks at, so that it needs its permission. */
import { InputType } from 'type-graphql';
import { LocalDate } from '../../../platform/graphql/scalars';
import { TermField } from '../../../platform/graphql/term-field';
import { AttributeFilter } from '../attribute/attribute.type';
import { HoldKind, SortDirection } from './lot.enums';

@InputType('LotFilter')
export class LotFilter {
  /** Any of these item codes. */
  @TermField(() => [String], 'lotFilter.items') items?: string[] | null;
  @TermField(() => String, 'lot.lotNumber') lotNumber?: string | null;
  @TermField(() => String, 'lot.lotNumber') lotNumberPrefix?: string | null;
  /** Code of a site where the lot has stock history. */
  @TermField(() => String, 'lotFilter.site') site?: string | null;
  @TermField(() => String, 'lotFilter.supplier') supplier?: string | null;
  @TermField(() => String, 'lotFilter.manufacturer') manufacturer?: string | null;
  /** The date itself is left out. */
  @TermField(() => LocalDate, 'lot.expiresOn') expiresBefore?: string | null;
  /** The date itself is left out. */
  @TermField(() => LocalDate, 'lot.expiresOn') expiresAfter?: string | null;
  /** Any of these holds. */
  @TermField(() => [HoldKind], 'lot.holds') hasHold?: string[] | null;
  @TermField(() => String, 'lot.sterilizationLoad') sterilizationLoad?: string | null;
  /** All of these. */
  @TermField(() => [AttributeFilter], 'lot.attributes') attributes?: AttributeFilter[] | null;
}

/** Exactly one field says what the list is ordered by; lots without a value come last either way. */
@InputType('LotOrder')
export class LotOrder {
  @TermField(() => SortDirection, 'lot.lotNumber') lotNumber?: Direction | null;
  @TermField(() => SortDirection, 'lot.expiresOn') expiresOn?: Direction | null;
  @TermField(() => SortDirection, 'lot.manufacturedOn') manufacturedOn?: Direction | null;
  @TermField(() => SortDirection, 'lot.id') id?: Direction | null;
}

export type Direction = 'ASC' | 'DESC';
