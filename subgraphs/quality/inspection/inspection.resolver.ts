/** Finding inspections, and what an inspection leads to. */
import { Args, Ctx, Resolver, Root } from 'type-graphql';
import { SourceRefType } from '../../../canonical/graph/source.type';
import { TermArg, TermFieldResolver, TermQuery } from '../../../platform/graphql/term-field';
import type { QualityContext } from '../context';
import { LotStub } from '../lot/lot.stub';
import { type Page, PageArgs } from '../../../canonical/graph/page.type';
import { InspectionFilter } from './inspection-filter.input';
import { InspectionResultType } from './inspection-result.type';
import { InspectionVerdict } from './inspection.enums';
import { findInspection, judge, listInspections, resultsOf } from './inspection.service';
import { InspectionConnection, InspectionType } from './inspection.type';

@Resolver(() => InspectionType)
export class InspectionResolver {
  @TermQuery(() => InspectionType, 'inspection.find')
  async inspection(
    @Ctx() context: QualityContext,
    @TermArg('number', () => String, 'inspection.number') number: string,
  ): Promise<InspectionType | null> {
    return await findInspection(context, number);
  }

  @TermQuery(() => InspectionConnection, 'inspection.search')
  async inspections(
    @Ctx() context: QualityContext,
    @Args(() => PageArgs) page: PageArgs,
    @TermArg('filter', () => InspectionFilter, 'page.filter', { nullable: true })
    filter?: InspectionFilter | null,
  ): Promise<Page<InspectionType>> {
    return await listInspections(context, filter ?? new InspectionFilter(), page);
  }

  @TermFieldResolver(() => InspectionVerdict, 'inspection.verdict')
  async verdict(@Root() { row }: InspectionType, @Ctx() context: QualityContext): Promise<string> {
    return await judge(context, row);
  }

  @TermFieldResolver(() => String, 'inspection.inspector')
  async inspector(@Root() { row }: InspectionType, @Ctx() context: QualityContext): Promise<string | null> {
    return row.inspector === null ? null : await context.loaders.person.load(row.inspector);
  }

  @TermFieldResolver(() => LotStub, 'inspection.lot')
  lot(@Root() { row }: InspectionType): LotStub | null {
    return row.lotPk === null ? null : LotStub.of(row.lotPk);
  }

  @TermFieldResolver(() => [InspectionResultType], 'inspection.results')
  async results(
    @Root() { row }: InspectionType,
    @Ctx() context: QualityContext,
  ): Promise<InspectionResultType[]> {
    return (await resultsOf(context, row)).map((result) => InspectionResultType.from(result));
  }

  @TermFieldResolver(() => SourceRefType, 'inspection.source')
  async source(
    @Root() { row }: InspectionType,
    @Ctx() context: QualityContext,
  ): Promise<SourceRefType | null> {
    const source = await context.loaders.source.load(row.pk);
    return source === null ? null : SourceRefType.from(source);
  }
}
