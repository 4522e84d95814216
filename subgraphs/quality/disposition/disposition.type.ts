/** A quality decision about a lot: as its source recorded it, or as two people signed it here. */
import { ID, ObjectType } from 'type-graphql';
import type { Decision } from '../../../canonical/acts/decisions';
import type { OwnDecision } from '../../../canonical/acts/own-decisions';
import type { DispositionRow } from '../../../canonical/entities/quality.entity';
import { toId } from '../../../canonical/ids';
import { enumOf } from '../../../platform/graphql/enums';
import { Instant, LocalDate } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { DECISIONS } from '../../../schema/records/record-types';

export const DispositionDecision = enumOf('DispositionDecision', DECISIONS);

@AccessRule('disposition')
@ObjectType('Disposition')
export class DispositionType implements Decision {
  /** Key of the source's record; null for a decision of our own. */
  pk!: number | null;
  /** Proposal that was signed; null for a decision of a source. */
  proposal!: string | null;
  /** Instant of a decision of our own. */
  at!: number | null;
  order!: number;
  @TermField(() => ID, 'disposition.id', { nullable: false }) id!: string;
  @TermField(() => DispositionDecision, 'disposition.decision') decision!: string;
  @TermField(() => LocalDate, 'disposition.decidedOn') decidedOn!: string | null;
  @TermField(() => Instant, 'disposition.decidedAt') decidedAt!: Date | null;
  @TermField(() => String, 'disposition.number') number!: string | null;
  @TermField(() => String, 'disposition.document') document!: string | null;
  @TermField(() => String, 'disposition.reason') reason!: string | null;
  /** Who decided, as the source names the person. */
  sourceDecidedBy!: string | null;

  static from(row: DispositionRow): DispositionType {
    return Object.assign(new DispositionType(), {
      ...{ pk: row.pk, order: row.pk, proposal: null, at: null, decidedAt: null, reason: null },
      id: toId('disposition', row.pk),
      decision: row.decision,
      decidedOn: row.decidedOn,
      sourceDecidedBy: row.decidedBy,
      number: row.number,
      document: row.documentRef,
    });
  }

  static fromOwn(own: OwnDecision): DispositionType {
    const { decision, decidedOn, reason, proposal, at, order } = own;
    return Object.assign(new DispositionType(), {
      ...{ pk: null, document: null, sourceDecidedBy: null },
      ...{ decision, decidedOn, reason, proposal, at, order },
      id: `dis_${own.lot}_${own.version}`,
      decidedAt: new Date(at),
      number: proposal,
    });
  }
}
