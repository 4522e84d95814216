/** What quality adds to a lot. */
import { Ctx, Resolver, Root } from 'type-graphql';
import { TermFieldResolver } from '../../../platform/graphql/term-field';
import type { QualityContext } from '../context';
import { currentDecision, newestFirst } from '../../../canonical/acts/decisions';
import { decisionsAbout } from '../disposition/decisions.service';
import { DispositionDecision, DispositionType } from '../disposition/disposition.type';
import { inspectionsOfLot, isInspected } from '../inspection/inspection.service';
import { InspectionType } from '../inspection/inspection.type';
import { LotStub } from './lot.stub';

@Resolver(() => LotStub)
export class LotQualityResolver {
  @TermFieldResolver(() => [InspectionType], 'lot.inspections')
  async inspections(@Root() lot: LotStub, @Ctx() context: QualityContext): Promise<InspectionType[]> {
    return await inspectionsOfLot(context, lot.pk);
  }

  @TermFieldResolver(() => Boolean, 'lot.inspectionsComplete')
  async inspectionsComplete(@Root() lot: LotStub, @Ctx() context: QualityContext): Promise<boolean> {
    return await isInspected(context, lot.pk);
  }

  @TermFieldResolver(() => [DispositionType], 'lot.dispositions')
  async dispositions(@Root() lot: LotStub, @Ctx() context: QualityContext): Promise<DispositionType[]> {
    return newestFirst(await decisionsAbout(context, lot));
  }

  @TermFieldResolver(() => DispositionDecision, 'lot.disposition')
  async disposition(@Root() lot: LotStub, @Ctx() context: QualityContext): Promise<string> {
    return currentDecision(await decisionsAbout(context, lot));
  }
}
