/** What an edge of the genealogy points to. */
import { Ctx, Resolver, Root } from 'type-graphql';
import { SourceRefType } from '../../../canonical/graph/source.type';
import { TermFieldResolver } from '../../../platform/graphql/term-field';
import type { LotsContext } from '../context';
import { DocumentType } from '../document/document.type';
import { findDocumentByRef, findLotByKey } from '../loaders/find';
import { LotType } from '../lot/lot.type';
import { sourceOf } from '../source/source';
import { GenealogyEdgeType } from './genealogy-edge.type';

@Resolver(() => GenealogyEdgeType)
export class GenealogyResolver {
  @TermFieldResolver(() => LotType, 'genealogy.lot')
  lot(@Root() edge: GenealogyEdgeType, @Ctx() context: LotsContext): Promise<LotType | null> {
    return findLotByKey(context, edge.otherLotPk);
  }

  @TermFieldResolver(() => DocumentType, 'genealogy.document')
  document(@Root() edge: GenealogyEdgeType, @Ctx() context: LotsContext): Promise<DocumentType | null> {
    return findDocumentByRef(context, edge.documentRef);
  }

  @TermFieldResolver(() => SourceRefType, 'genealogy.source')
  source(@Root() edge: GenealogyEdgeType, @Ctx() context: LotsContext): Promise<SourceRefType | null> {
    return sourceOf(context, edge.inputLinePk);
  }
}
