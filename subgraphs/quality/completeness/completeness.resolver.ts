/** Completeness of a lot, for whoever may read all that the rules ask for. */
import { Ctx, Resolver, Root } from 'type-graphql';
import type { CompletenessRules } from '../../../canonical/completeness/completeness-rule';
import type { AccessProfile } from '../../../platform/access';
import { AccessDeniedError } from '../../../platform/errors';
import { TermFieldResolver } from '../../../platform/graphql/term-field';
import type { QualityContext } from '../context';
import { LotStub } from '../lot/lot.stub';
import { LotCompletenessType } from './completeness.type';

@Resolver(() => LotStub)
export class LotCompletenessResolver {
  @TermFieldResolver(() => LotCompletenessType, 'lot.completeness')
  async completeness(
    @Root() { pk }: LotStub,
    @Ctx() context: QualityContext,
  ): Promise<LotCompletenessType | null> {
    const { services, loaders, language, access } = context;
    const { compiled: rules } = await services.completenessRules.current();
    requireReadable(access, rules);
    await context.reportCopies(...rules.recordTypes);
    const found = await loaders.completeness.load(pk);
    return found === null
      ? null
      : LotCompletenessType.from(found, { language, dictionary: services.dictionary });
  }
}

/**
 * Whether a value is there is told by the score. The policy in force may be older than the dictionary, and then knows
 * nothing of a term that was added to what completeness is derived from.
 */
function requireReadable(access: AccessProfile, { terms }: CompletenessRules): void {
  const closed = terms.map(({ id }) => id).filter((id) => access.term(id) !== 'READ');
  if (closed.length > 0)
    throw new AccessDeniedError(`You may not use the terms ${closed.join(', ')}.`, { terms: closed });
}
