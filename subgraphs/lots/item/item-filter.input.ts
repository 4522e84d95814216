/** How a list of items is narrowed. */
import { InputType } from 'type-graphql';
import { TermField } from '../../../platform/graphql/term-field';
import { AttributeFilter } from '../attribute/attribute.type';

@InputType('ItemFilter')
export class ItemFilter {
  @TermField(() => String, 'item.code') codePrefix?: string | null;
  @TermField(() => String, 'item.gtin') gtin?: string | null;
  @TermField(() => String, 'item.itemClass') itemClass?: string | null;
  @TermField(() => Boolean, 'item.active') active?: boolean | null;
  /** All of these. */
  @TermField(() => [AttributeFilter], 'item.attributes') attributes?: AttributeFilter[] | null;
}
