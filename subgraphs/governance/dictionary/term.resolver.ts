/** Reading and searching the data dictionary. */
import { Args, Ctx, ID, Resolver, Root } from 'type-graphql';
import { type Page, PageArgs } from '../../../canonical/graph/page.type';
import { cursorScope } from '../../../platform/graphql/cursor';
import { TermArg, TermFieldResolver, TermQuery } from '../../../platform/graphql/term-field';
import type { GovernanceContext } from '../context';
import { slicePage } from '../../../canonical/graph/slice-page';
import { searchTerms } from './term-search';
import { DictionaryTermConnection, DictionaryTermType, TermClassification } from './term.type';

@Resolver(() => DictionaryTermType)
export class TermResolver {
  @TermQuery(() => DictionaryTermType, 'query.dictionaryTerm')
  dictionaryTerm(
    @TermArg('id', () => ID, 'term.id') id: string,
    @Ctx() { services }: GovernanceContext,
  ): DictionaryTermType | null {
    const term = services.dictionary.find(id);
    return term === undefined ? null : DictionaryTermType.from(term);
  }

  @TermQuery(() => DictionaryTermConnection, 'query.dictionaryTerms')
  dictionaryTerms(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { services }: GovernanceContext,
    @TermArg('search', () => String, 'term.name', { nullable: true }) search?: string | null,
    @TermArg('group', () => String, 'term.group', { nullable: true }) group?: string | null,
    @TermArg('classification', () => TermClassification, 'term.classification', { nullable: true })
    classification?: string | null,
  ): Page<DictionaryTermType> {
    const chosen = services.dictionary
      .list()
      .filter((term) => group == null || term.group === group)
      .filter((term) => classification == null || term.classification === classification);
    return slicePage(
      searchTerms(chosen, search ?? ''),
      page,
      cursorScope('dictionaryTerms', search ?? null, group ?? null, classification ?? null),
      (term) => [term.id],
      (term) => DictionaryTermType.from(term),
    );
  }

  @TermFieldResolver(() => [String], 'term.coordinates')
  async coordinates(
    @Root() { id }: DictionaryTermType,
    @Ctx() context: GovernanceContext,
  ): Promise<readonly string[]> {
    return (await context.coordinates()).get(id) ?? [];
  }
}
