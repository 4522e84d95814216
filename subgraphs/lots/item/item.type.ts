/** An item: what lots are lots of. */
import { Directive, ID, Int, ObjectType } from 'type-graphql';
import type { ItemRow } from '../../../canonical/entities/catalogue.entity';
import { toId } from '../../../canonical/ids';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { connectionOf } from '../../../canonical/graph/page.type';

@Directive('@key(fields: "id")')
@AccessRule('item')
@ObjectType('Item')
export class ItemType {
  pk!: number;
  @TermField(() => ID, 'item.id', { nullable: false }) id!: string;
  @TermField(() => String, 'item.code') code!: string;
  @TermField(() => String, 'item.name') name!: string | null;
  @TermField(() => String, 'item.nameZh') nameZh!: string | null;
  @TermField(() => String, 'item.itemClass') itemClass!: string | null;
  @TermField(() => String, 'item.uom') uom!: string | null;
  @TermField(() => Int, 'item.shelfLifeDays') shelfLifeDays!: number | null;
  @TermField(() => String, 'item.gtin') gtin!: string | null;
  @TermField(() => Boolean, 'item.active') active!: boolean;
  @TermField(() => Boolean, 'item.mastered') mastered!: boolean;

  static from(row: ItemRow): ItemType {
    return Object.assign(new ItemType(), row, { id: toId('item', row.pk) });
  }
}

export const ItemConnection = connectionOf('ItemConnection', () => ItemType);
