/** What every mutation's payload shows beside its object: the sign-off that it waits for, and why it was refused. */
import { Directive, ID, ObjectType } from 'type-graphql';
import { AccessRule, TermField } from '../../platform/graphql/term-field';

@Directive('@shareable')
@AccessRule('signOff')
@ObjectType('SignOff')
export class SignOffType {
  @TermField(() => ID, 'signOff.id', { nullable: false }) id!: string;
  @TermField(() => String, 'signOff.status') status!: string;
}

@Directive('@shareable')
@AccessRule('refusal')
@ObjectType('Refusal')
export class RefusalType {
  @TermField(() => String, 'refusal.code', { nullable: false }) code!: string;
  @TermField(() => String, 'refusal.message', { nullable: false }) message!: string;
}
