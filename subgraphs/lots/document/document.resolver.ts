/** Queries for documents, and what a document points to. */
import { Args, Ctx, ID, Resolver, Root } from 'type-graphql';
import { type Page, PageArgs } from '../../../canonical/graph/page.type';
import type { DocumentLineRow } from '../../../canonical/entities/stock.entity';
import { SourceRefType } from '../../../canonical/graph/source.type';
import { fromId } from '../../../canonical/ids';
import { TermArg, TermFieldResolver, TermQuery } from '../../../platform/graphql/term-field';
import type { LotsContext } from '../context';
import { ItemType } from '../item/item.type';
import {
  findDocument,
  findDocumentByRef,
  findItem,
  findLocation,
  findLotByKey,
  findParty,
  findSite,
} from '../loaders/find';
import { LotType } from '../lot/lot.type';
import { PartyType } from '../party/party.type';
import { LocationType, SiteType } from '../site/site.type';
import { sourceOf } from '../source/source';
import { listDocuments } from './document-list.service';
import { DocumentConnection, DocumentLineType, DocumentType } from './document.type';

@Resolver(() => DocumentType)
export class DocumentResolver {
  @TermQuery(() => DocumentType, 'query.document')
  document(
    @Ctx() context: LotsContext,
    @TermArg('id', () => ID, 'document.id') id: string,
  ): Promise<DocumentType | null> {
    return findDocument(context, fromId('document', id));
  }

  @TermQuery(() => DocumentConnection, 'query.documents')
  documents(
    @Ctx() context: LotsContext,
    @TermArg('number', () => String, 'document.number') number: string,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Page<DocumentType>> {
    return listDocuments(context, number, page);
  }

  @TermFieldResolver(() => SiteType, 'document.site')
  site(@Root() { row }: DocumentType, @Ctx() context: LotsContext): Promise<SiteType | null> {
    return findSite(context, row.sitePk);
  }

  @TermFieldResolver(() => PartyType, 'document.party')
  party(@Root() { row }: DocumentType, @Ctx() context: LotsContext): Promise<PartyType | null> {
    return findParty(context, row.partyPk);
  }

  @TermFieldResolver(() => DocumentType, 'document.basedOn')
  basedOn(@Root() { row }: DocumentType, @Ctx() context: LotsContext): Promise<DocumentType | null> {
    return findDocumentByRef(context, row.basedOnRef);
  }

  @TermFieldResolver(() => [DocumentLineType], 'document.lines')
  async lines(@Root() { row }: DocumentType, @Ctx() context: LotsContext): Promise<DocumentLineType[]> {
    await context.reportCopies('documentLine');
    const lines: readonly DocumentLineRow[] = await context.loaders.documentLines.load(row.ref);
    return lines.map((line) => DocumentLineType.from(line));
  }

  @TermFieldResolver(() => SourceRefType, 'document.source')
  source(@Root() { row }: DocumentType, @Ctx() context: LotsContext): Promise<SourceRefType | null> {
    return sourceOf(context, row.pk);
  }
}

@Resolver(() => DocumentLineType)
export class DocumentLineResolver {
  @TermFieldResolver(() => ItemType, 'documentLine.item')
  item(@Root() { row }: DocumentLineType, @Ctx() context: LotsContext): Promise<ItemType | null> {
    return findItem(context, row.itemPk);
  }

  @TermFieldResolver(() => LotType, 'documentLine.lot')
  lot(@Root() { row }: DocumentLineType, @Ctx() context: LotsContext): Promise<LotType | null> {
    return findLotByKey(context, row.lotPk);
  }

  @TermFieldResolver(() => LocationType, 'documentLine.location')
  location(@Root() { row }: DocumentLineType, @Ctx() context: LotsContext): Promise<LocationType | null> {
    return findLocation(context, row.locationPk);
  }
}
