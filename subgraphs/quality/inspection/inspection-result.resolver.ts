/** What an inspection result leads to. */
import { Ctx, Resolver, Root } from 'type-graphql';
import { SourceRefType } from '../../../canonical/graph/source.type';
import { TermFieldResolver } from '../../../platform/graphql/term-field';
import type { QualityContext } from '../context';
import { InspectionResultType } from './inspection-result.type';
import { resultsOf } from './inspection.service';
import { InspectionType } from './inspection.type';
import { currentResults } from '../../../canonical/inspection-verdict';

@Resolver(() => InspectionResultType)
export class InspectionResultResolver {
  @TermFieldResolver(() => Boolean, 'inspectionResult.current')
  async current(
    @Root() { row }: InspectionResultType,
    @Ctx() context: QualityContext,
  ): Promise<boolean | null> {
    const inspection = await context.loaders.inspectionByRef.load(row.inspectionRef);
    if (inspection === null) return null;
    return currentResults(await resultsOf(context, inspection)).some((result) => result.pk === row.pk);
  }

  @TermFieldResolver(() => String, 'inspectionResult.analyst')
  async analyst(
    @Root() { row }: InspectionResultType,
    @Ctx() context: QualityContext,
  ): Promise<string | null> {
    return row.analyst === null ? null : await context.loaders.person.load(row.analyst);
  }

  @TermFieldResolver(() => InspectionType, 'inspectionResult.inspection')
  async inspection(
    @Root() { row }: InspectionResultType,
    @Ctx() context: QualityContext,
  ): Promise<InspectionType | null> {
    const inspection = await context.loaders.inspectionByRef.load(row.inspectionRef);
    return inspection === null ? null : InspectionType.from(inspection);
  }

  @TermFieldResolver(() => InspectionResultType, 'inspectionResult.retestOf')
  async retestOf(
    @Root() { row }: InspectionResultType,
    @Ctx() context: QualityContext,
  ): Promise<InspectionResultType | null> {
    const earlier = row.retestOfRef === null ? null : await context.loaders.resultByRef.load(row.retestOfRef);
    return earlier === null ? null : InspectionResultType.from(earlier);
  }

  @TermFieldResolver(() => SourceRefType, 'inspectionResult.source')
  async source(
    @Root() { row }: InspectionResultType,
    @Ctx() context: QualityContext,
  ): Promise<SourceRefType | null> {
    const source = await context.loaders.source.load(row.pk);
    return source === null ? null : SourceRefType.from(source);
  }
}
