/** The inspection as this subgraph knows it: by its key alone. Everything else about it is another subgraph's. */
import { Directive, ID, ObjectType } from 'type-graphql';
import { toId } from '../../../canonical/ids';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';

@Directive('@key(fields: "id")')
@AccessRule('inspection')
@ObjectType('Inspection')
export class InspectionStub {
  @TermField(() => ID, 'inspection.id', { nullable: false }) id!: string;

  static of(pk: number): InspectionStub {
    return Object.assign(new InspectionStub(), { id: toId('inspection', pk) });
  }
}
