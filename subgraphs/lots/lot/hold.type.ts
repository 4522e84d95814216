/** One independent reason against use of a lot. */
import { ID, ObjectType } from 'type-graphql';
import { Instant } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { HoldKind } from './lot.enums';

@AccessRule('hold')
@ObjectType('Hold')
export class HoldType {
  /** Key of the record that states it; null for a computed one. */
  recordPk!: number | null;
  /** Id of a hold of our own; only those are lifted here. */
  @TermField(() => ID, 'hold.id') id!: string | null;
  @TermField(() => HoldKind, 'hold.kind') kind!: string;
  @TermField(() => String, 'hold.reason') reason!: string | null;
  @TermField(() => Instant, 'hold.since') since!: Date;
  @TermField(() => Boolean, 'hold.computed') computed!: boolean;
}
