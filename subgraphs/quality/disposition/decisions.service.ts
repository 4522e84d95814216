/** Every decision about a lot, of sources and of our own. */
import type { LotKeyed } from '../../../canonical/graph/lot-stub';
import type { QualityContext } from '../context';
import { DispositionType } from './disposition.type';

export async function decisionsAbout(
  context: QualityContext,
  { pk, id }: Pick<LotKeyed, 'pk' | 'id'>,
): Promise<DispositionType[]> {
  await context.reportCopies('disposition');
  const [ofSources, own] = await Promise.all([
    context.loaders.dispositionsOfLot.load(pk),
    context.loaders.ownDecisions.load(id),
  ]);
  return [
    ...ofSources.map((row) => DispositionType.from(row)),
    ...own.map((one) => DispositionType.fromOwn(one)),
  ];
}
