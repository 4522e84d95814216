/** Places and parties as this subgraph knows them: by their key alone. */
import { Directive, ID, ObjectType } from 'type-graphql';
import { toId } from '../../../canonical/ids';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';

@Directive('@key(fields: "id")')
@AccessRule('location')
@ObjectType('Location')
export class LocationStub {
  @TermField(() => ID, 'location.id', { nullable: false }) id!: string;

  static of(pk: number): LocationStub {
    return Object.assign(new LocationStub(), { id: toId('location', pk) });
  }
}

@Directive('@key(fields: "id")')
@AccessRule('party')
@ObjectType('Party')
export class PartyStub {
  @TermField(() => ID, 'party.id', { nullable: false }) id!: string;

  static of(pk: number): PartyStub {
    return Object.assign(new PartyStub(), { id: toId('party', pk) });
  }
}
