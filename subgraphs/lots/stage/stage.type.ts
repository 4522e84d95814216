/** One of the six stages of a lot, and what shows that the lot passed it. */
import { Int, ObjectType } from 'type-graphql';
import { Instant } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { Stage } from '../document/document.type';
import { InspectionStub } from '../inspection/inspection.stub';
import { toNumber, toNumberOrNull } from '../loaders/sql-values';
import type { StageRow } from './stage.list';

@AccessRule('document')
@ObjectType('LotStageDocument')
export class LotStageDocumentType {
  lotPk!: number;
  recordPk!: number;
  documentPk!: number | null;
  @TermField(() => String, 'lotStage.document.number') number!: string;
  @TermField(() => Instant, 'lotStage.document.occurredAt') occurredAt!: Date | null;
  @TermField(() => Boolean, 'lotStage.document.throughGenealogy') throughGenealogy!: boolean;
  @TermField(() => InspectionStub, 'lotStage.document.inspection') inspection!: InspectionStub | null;

  static from(row: StageRow): LotStageDocumentType {
    const recordPk = toNumber(row.record_pk);
    const documentPk = toNumberOrNull(row.document_pk);
    const occurredAt = toNumberOrNull(row.occurred_at);
    return Object.assign(new LotStageDocumentType(), {
      lotPk: toNumber(row.lot_pk),
      recordPk,
      documentPk,
      number: row.number,
      occurredAt: occurredAt === null ? null : new Date(occurredAt),
      throughGenealogy: toNumber(row.depth) > 0,
      inspection: documentPk === null ? InspectionStub.of(recordPk) : null,
    });
  }
}

@AccessRule('document')
@ObjectType('LotStage')
export class LotStageType {
  @TermField(() => Stage, 'lotStage.stage') stage!: string;
  @TermField(() => Int, 'lotStage.documentCount') documentCount!: number;
  @TermField(() => [LotStageDocumentType], 'lotStage.documents') documents!: readonly LotStageDocumentType[];

  static from(stage: string, rows: readonly StageRow[]): LotStageType {
    return Object.assign(new LotStageType(), {
      stage,
      documentCount: toNumber(rows[0]?.entry_count ?? 0),
      documents: rows.map((row) => LotStageDocumentType.from(row)),
    });
  }
}
