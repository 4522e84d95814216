/** Finding recall cases, what a case leads to, and which cases touch a lot. */
import { Args, Ctx, Resolver, Root } from 'type-graphql';
import { type Page, PageArgs } from '../../../canonical/graph/page.type';
import { SourceRefType } from '../../../canonical/graph/source.type';
import { cursorScope } from '../../../platform/graphql/cursor';
import { TermArg, TermFieldResolver, TermQuery } from '../../../platform/graphql/term-field';
import type { RecallContext } from '../context';
import { LotStub } from '../stubs/lot.stub';
import { slicePage } from '../../../canonical/graph/slice-page';
import { findRecallCase, listRecallCases, recallsOfLot } from './recall-case.service';
import {
  RecallCaseConnection,
  RecallCaseFilter,
  RecallCaseType,
  RecallHistoryEntryType,
  RecallScopeConnection,
  RecallScopeLotType,
} from './recall-case.type';
import { recallHistoryOf } from './recall-history.service';

@Resolver(() => RecallCaseType)
export class RecallCaseResolver {
  @TermQuery(() => RecallCaseType, 'recallCase.find')
  async recallCase(
    @TermArg('number', () => String, 'recallCase.number') number: string,
    @Ctx() context: RecallContext,
  ): Promise<RecallCaseType | null> {
    return await findRecallCase(context, number);
  }

  @TermQuery(() => RecallCaseConnection, 'recallCase.search')
  async recallCases(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RecallContext,
    @TermArg('filter', () => RecallCaseFilter, 'page.filter', { nullable: true })
    filter?: RecallCaseFilter | null,
  ): Promise<Page<RecallCaseType>> {
    return await listRecallCases(context, filter ?? new RecallCaseFilter(), page);
  }

  @TermFieldResolver(() => RecallScopeConnection, 'recallCase.scope')
  async scope(
    @Root() { row }: RecallCaseType,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RecallContext,
  ): Promise<Page<RecallScopeLotType>> {
    await context.reportCopies('recallScope');
    return slicePage(
      await context.loaders.scopeOfCase.load(row.ref),
      page,
      cursorScope('recallScope', row.pk),
      (scope) => [scope.pk],
      (scope) => RecallScopeLotType.from(scope),
    );
  }

  @TermFieldResolver(() => SourceRefType, 'recallCase.source')
  async source(
    @Root() { row }: RecallCaseType,
    @Ctx() { loaders }: RecallContext,
  ): Promise<SourceRefType | null> {
    const source = await loaders.source.load(row.pk);
    return source === null ? null : SourceRefType.from(source);
  }
}

@Resolver(() => RecallScopeLotType)
export class RecallScopeLotResolver {
  @TermFieldResolver(() => SourceRefType, 'recallScope.source')
  async source(
    @Root() { pk }: RecallScopeLotType,
    @Ctx() { loaders }: RecallContext,
  ): Promise<SourceRefType | null> {
    const source = await loaders.source.load(pk);
    return source === null ? null : SourceRefType.from(source);
  }
}

@Resolver(() => LotStub)
export class LotRecallResolver {
  @TermFieldResolver(() => [RecallCaseType], 'lot.recalls')
  async recalls(@Root() { pk }: LotStub, @Ctx() context: RecallContext): Promise<RecallCaseType[]> {
    return await recallsOfLot(context, pk);
  }

  @TermFieldResolver(() => [RecallHistoryEntryType], 'lot.recallHistory')
  async recallHistory(
    @Root() { pk }: LotStub,
    @Ctx() context: RecallContext,
  ): Promise<RecallHistoryEntryType[]> {
    return await recallHistoryOf(context, pk);
  }
}
