/** Every recall that touches a lot through its genealogy: named itself, or through what it was made of or became. */
import type { RecallContext } from '../context';
import { LotStub } from '../stubs/lot.stub';
import type { TraceDirection } from '../trace/trace-index';
import { RecallCaseType, RecallHistoryEntryType } from './recall-case.type';

/** Deep enough for any genealogy that is not an error; deeper ones are reported by a trace. */
const DEPTH = 50;

interface Touch {
  readonly recallRef: string;
  readonly relation: 'DIRECT' | 'ANCESTOR' | 'DESCENDANT';
  readonly depth: number;
  readonly lotPk: number;
}

/** One entry for each case and relation, by way of the nearest lot; newest case first. */
export async function recallHistoryOf(
  context: RecallContext,
  lotPk: number,
): Promise<RecallHistoryEntryType[]> {
  await context.reportCopies('recallCase', 'recallScope', 'transformation');
  const touches = (
    await Promise.all([touchesOf(context, lotPk, 'BACKWARD'), touchesOf(context, lotPk, 'FORWARD')])
  ).flat();
  const nearest = new Map<string, Touch>();
  for (const touch of touches.sort((a, b) => a.depth - b.depth || a.lotPk - b.lotPk)) {
    const key = `${touch.recallRef} ${touch.relation}`;
    if (!nearest.has(key)) nearest.set(key, touch);
  }
  const entries = await Promise.all([...nearest.values()].map((touch) => entryOf(context, touch)));
  return entries
    .flatMap((entry) => entry ?? [])
    .sort((a, b) => b.recall.openedOn.localeCompare(a.recall.openedOn) || b.recall.row.pk - a.recall.row.pk);
}

async function touchesOf(context: RecallContext, lotPk: number, direction: TraceDirection): Promise<Touch[]> {
  const { loaders } = context;
  const { depths } = await loaders.reach({ direction, maxDepth: DEPTH }).load(lotPk);
  const perLot = await Promise.all(
    [...depths].map(async ([reached, depth]) =>
      (await loaders.scopesOfLot.load(reached)).map(({ recallRef }) => ({
        recallRef,
        relation: depth === 0 ? 'DIRECT' : direction === 'BACKWARD' ? 'ANCESTOR' : 'DESCENDANT',
        depth,
        lotPk: reached,
      })),
    ),
  );
  return perLot.flat() as Touch[];
}

async function entryOf(context: RecallContext, touch: Touch): Promise<RecallHistoryEntryType | null> {
  const row = await context.loaders.caseByRef.load(touch.recallRef);
  if (row === null) return null;
  return Object.assign(new RecallHistoryEntryType(), {
    recall: RecallCaseType.from(row),
    relation: touch.relation,
    via: LotStub.of(touch.lotPk),
  });
}
