/** The six stages of a lot, and what an entry of a stage points to. */
import { Ctx, Int, Resolver, Root } from 'type-graphql';
import { SourceRefType } from '../../../canonical/graph/source.type';
import { groupBy } from '../../../platform/collections';
import { checkPageSize } from '../../../platform/graphql/page-size';
import { TermArg, TermFieldResolver } from '../../../platform/graphql/term-field';
import { STAGES } from '../../../schema/records/record-types';
import type { LotsContext } from '../context';
import { DocumentType } from '../document/document.type';
import { findDocument, findLotByKey } from '../loaders/find';
import { LotType } from '../lot/lot.type';
import { sourceOf } from '../source/source';
import { LotStageDocumentType, LotStageType } from './stage.type';

const DEFAULT_ENTRIES = 10;

@Resolver(() => LotType)
export class LotStagesResolver {
  @TermFieldResolver(() => [LotStageType], 'lot.stages')
  async stages(
    @Root() { row }: LotType,
    @Ctx() context: LotsContext,
    @TermArg('first', () => Int, 'page.first', { defaultValue: DEFAULT_ENTRIES }) first: number,
  ): Promise<LotStageType[]> {
    checkPageSize(first);
    await context.reportCopies('document', 'documentLine', 'movement', 'transformation', 'disposition');
    await context.reportCopies('lot', 'inspection');
    const byStage = groupBy(await context.loaders.stagesOfLot(first).load(row.pk), (entry) => entry.stage);
    return STAGES.map((stage) => LotStageType.from(stage, byStage.get(stage) ?? []));
  }
}

@Resolver(() => LotStageDocumentType)
export class LotStageDocumentResolver {
  @TermFieldResolver(() => DocumentType, 'lotStage.document.document')
  document(@Root() entry: LotStageDocumentType, @Ctx() context: LotsContext): Promise<DocumentType | null> {
    return findDocument(context, entry.documentPk);
  }

  @TermFieldResolver(() => LotType, 'lotStage.document.lot')
  lot(@Root() entry: LotStageDocumentType, @Ctx() context: LotsContext): Promise<LotType | null> {
    return findLotByKey(context, entry.lotPk);
  }

  @TermFieldResolver(() => SourceRefType, 'lotStage.document.source')
  source(@Root() entry: LotStageDocumentType, @Ctx() context: LotsContext): Promise<SourceRefType | null> {
    return sourceOf(context, entry.recordPk);
  }
}
