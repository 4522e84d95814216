/** The item as this subgraph knows it: by its key alone. */
import { Directive, ID, ObjectType } from 'type-graphql';
import { toId } from '../../../canonical/ids';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';

@Directive('@key(fields: "id")')
@AccessRule('item')
@ObjectType('Item')
export class ItemStub {
  @TermField(() => ID, 'item.id', { nullable: false }) id!: string;

  static of(pk: number): ItemStub {
    return Object.assign(new ItemStub(), { id: toId('item', pk) });
  }
}
