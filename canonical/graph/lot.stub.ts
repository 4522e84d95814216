/** The lot as a subgraph that does not own it knows it: by its key alone. Everything else about it is another subgraph's. */
import { Directive, ID, ObjectType } from 'type-graphql';
import { fromId, toId } from '../ids';
import { AccessRule, TermField } from '../../platform/graphql/term-field';

@Directive('@key(fields: "id")')
@AccessRule('lot')
@ObjectType('Lot')
export class LotStub {
  pk!: number;
  @TermField(() => ID, 'lot.id', { nullable: false }) id!: string;

  static of(pk: number): LotStub {
    return Object.assign(new LotStub(), { pk, id: toId('lot', pk) });
  }

  /** Null when the id is no lot's. */
  static fromReference(reference: Readonly<Record<string, unknown>>): LotStub | null {
    const pk = fromId('lot', String(reference['id']));
    return pk === null ? null : LotStub.of(pk);
  }
}
