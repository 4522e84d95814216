/** A quality decision about a lot, as its source recorded it. */
import { ID, ObjectType } from 'type-graphql';
import type { DispositionRow } from '../../../canonical/entities/quality.entity';
import { toId } from '../../../canonical/ids';
import { enumOf } from '../../../platform/graphql/enums';
import { LocalDate } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { DECISIONS } from '../../../schema/records/record-types';

export const DispositionDecision = enumOf('DispositionDecision', DECISIONS);

@AccessRule('disposition')
@ObjectType('Disposition')
export class DispositionType {
  pk!: number;
  @TermField(() => ID, 'disposition.id', { nullable: false }) id!: string;
  @TermField(() => DispositionDecision, 'disposition.decision') decision!: string;
  @TermField(() => LocalDate, 'disposition.decidedOn') decidedOn!: string | null;
  @TermField(() => String, 'disposition.decidedBy') decidedBy!: string | null;
  @TermField(() => String, 'disposition.number') number!: string | null;
  @TermField(() => String, 'disposition.document') document!: string | null;

  static from(row: DispositionRow): DispositionType {
    return Object.assign(new DispositionType(), {
      pk: row.pk,
      id: toId('disposition', row.pk),
      decision: row.decision,
      decidedOn: row.decidedOn,
      decidedBy: row.decidedBy,
      number: row.number,
      document: row.documentRef,
    });
  }
}
