/** What a disposition leads to. */
import { Ctx, Resolver, Root } from 'type-graphql';
import { SourceRefType } from '../../../canonical/graph/source.type';
import { TermFieldResolver } from '../../../platform/graphql/term-field';
import type { QualityContext } from '../context';
import { DispositionType } from './disposition.type';

@Resolver(() => DispositionType)
export class DispositionResolver {
  @TermFieldResolver(() => SourceRefType, 'disposition.source')
  async source(
    @Root() { pk }: DispositionType,
    @Ctx() context: QualityContext,
  ): Promise<SourceRefType | null> {
    const source = await context.loaders.source.load(pk);
    return source === null ? null : SourceRefType.from(source);
  }
}
