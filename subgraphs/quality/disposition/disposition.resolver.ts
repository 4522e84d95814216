/** What a disposition leads to: its source, or its signatures and what followed from them. */
import { Ctx, Resolver, Root } from 'type-graphql';
import { SourceRefType } from '../../../canonical/graph/source.type';
import { CommandType } from '../../../controls/outbox/command.type';
import { SignatureType } from '../../../controls/sign-off/mutation-payload.type';
import type { SignatureView } from '../../../controls/sign-off/views';
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
    const source = pk === null ? null : await context.loaders.source.load(pk);
    return source === null ? null : SourceRefType.from(source);
  }

  @TermFieldResolver(() => String, 'disposition.decidedBy')
  async decidedBy(@Root() one: DispositionType, @Ctx() context: QualityContext): Promise<string | null> {
    if (one.proposal === null)
      return one.sourceDecidedBy === null ? null : await context.loaders.person.load(one.sourceDecidedBy);
    const signatures = await context.loaders.signatures.load(one.proposal);
    return signatures.map(({ name }) => name).join(', ') || null;
  }

  @TermFieldResolver(() => [SignatureType], 'disposition.signatures')
  async signatures(
    @Root() { proposal }: DispositionType,
    @Ctx() context: QualityContext,
  ): Promise<readonly SignatureView[]> {
    return proposal === null ? [] : await context.loaders.signatures.load(proposal);
  }

  @TermFieldResolver(() => [CommandType], 'disposition.commands')
  async commands(
    @Root() { proposal }: DispositionType,
    @Ctx() context: QualityContext,
  ): Promise<CommandType[]> {
    if (proposal === null) return [];
    return (await context.loaders.commands.load(proposal)).map((one) =>
      CommandType.from(one, context.language),
    );
  }
}
