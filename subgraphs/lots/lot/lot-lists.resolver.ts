/** The lists that hang on a lot. */
import { Args, Ctx, ID, Resolver, Root } from 'type-graphql';
import { type Page, PageArgs } from '../../../canonical/graph/page.type';
import { TermArg, TermFieldResolver } from '../../../platform/graphql/term-field';
import type { LotsContext } from '../context';
import { DOCUMENTS } from '../document/document.list';
import type { DocumentType } from '../document/document.type';
import { DocumentConnection, Stage } from '../document/document.type';
import { GenealogyConnection, GenealogyEdgeType } from '../genealogy/genealogy-edge.type';
import { type Direction, GENEALOGY } from '../genealogy/genealogy.list';
import { findDocument } from '../loaders/find';
import { toNumber } from '../loaders/sql-values';
import { MOVEMENTS } from '../movement/movement.list';
import { MovementConnection, MovementType } from '../movement/movement.type';
import { emptyPage, lotPage, mapPage } from '../paging/lot-pages';
import { SERIALS } from '../serial/serial.list';
import { SerialConnection, SerialState, SerialType } from '../serial/serial.type';
import { TimelineConnection, TimelineEntryType } from '../timeline/timeline-entry.type';
import { TIMELINE } from '../timeline/timeline.list';
import { LotType } from './lot.type';

@Resolver(() => LotType)
export class LotListsResolver {
  @TermFieldResolver(() => MovementConnection, 'lot.movements')
  async movements(
    @Root() { row }: LotType,
    @Ctx() context: LotsContext,
    @Args(() => PageArgs) page: PageArgs,
    @TermArg('ledger', () => ID, 'movement.ledger', { nullable: true }) named?: string | null,
  ): Promise<Page<MovementType>> {
    await context.reportCopies('movement');
    const ledger = named ?? (await context.loaders.ledgers.load(row.pk))[0];
    if (ledger === undefined) return emptyPage(page);
    const request = { lotPk: row.pk, page, choice: { ledger } };
    return await lotPage(MOVEMENTS, context.loaders.movementsOfLot, request, (one) => MovementType.from(one));
  }

  @TermFieldResolver(() => SerialConnection, 'lot.serials')
  async serials(
    @Root() { row }: LotType,
    @Ctx() context: LotsContext,
    @Args(() => PageArgs) page: PageArgs,
    @TermArg('state', () => SerialState, 'serial.state', { nullable: true }) state?: string | null,
  ): Promise<Page<SerialType>> {
    await context.reportCopies('serial');
    const request = { lotPk: row.pk, page, choice: { state: state ?? null } };
    const keys = await lotPage(SERIALS, context.loaders.serialsOfLot, request, (one) => toNumber(one.pk));
    return await mapPage(keys, async (pk) => {
      const serial = await context.loaders.serial.load(pk);
      return serial === null ? null : SerialType.from(serial);
    });
  }

  @TermFieldResolver(() => DocumentConnection, 'lot.documents')
  async documents(
    @Root() { row }: LotType,
    @Ctx() context: LotsContext,
    @Args(() => PageArgs) page: PageArgs,
    @TermArg('stage', () => Stage, 'document.stage', { nullable: true }) stage?: string | null,
  ): Promise<Page<DocumentType>> {
    await context.reportCopies('document', 'documentLine', 'movement', 'transformation', 'disposition');
    const request = { lotPk: row.pk, page, choice: { stage: stage ?? null } };
    const keys = await lotPage(DOCUMENTS, context.loaders.documentsOfLot, request, (one) =>
      toNumber(one.document_pk),
    );
    return await mapPage(keys, (pk) => findDocument(context, pk));
  }

  @TermFieldResolver(() => GenealogyConnection, 'lot.ancestors')
  ancestors(
    @Root() lot: LotType,
    @Ctx() context: LotsContext,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Page<GenealogyEdgeType>> {
    return edges(context, lot, page, 'ancestors');
  }

  @TermFieldResolver(() => GenealogyConnection, 'lot.descendants')
  descendants(
    @Root() lot: LotType,
    @Ctx() context: LotsContext,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Page<GenealogyEdgeType>> {
    return edges(context, lot, page, 'descendants');
  }

  @TermFieldResolver(() => TimelineConnection, 'lot.timeline')
  async timeline(
    @Root() { row }: LotType,
    @Ctx() context: LotsContext,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Page<TimelineEntryType>> {
    await context.reportCopies('lot', 'movement', 'document', 'documentLine', 'transformation');
    await context.reportCopies('inspection', 'disposition', 'recallCase', 'recallScope');
    const request = { lotPk: row.pk, page, choice: {} };
    return await lotPage(TIMELINE, context.loaders.timelineOfLot, request, (one) =>
      TimelineEntryType.from(one, context.language),
    );
  }
}

async function edges(
  context: LotsContext,
  { row }: LotType,
  page: PageArgs,
  direction: Direction,
): Promise<Page<GenealogyEdgeType>> {
  await context.reportCopies('transformation');
  const request = { lotPk: row.pk, page, choice: { direction } };
  return await lotPage(GENEALOGY, context.loaders.genealogyOfLot, request, (one) =>
    GenealogyEdgeType.from(one),
  );
}
