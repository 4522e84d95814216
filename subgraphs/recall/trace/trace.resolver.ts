/** Tracing lots, and the parts of a trace. */
import { Args, Ctx, Resolver, Root } from 'type-graphql';
import { type Page, PageArgs } from '../../../canonical/graph/page.type';
import { cursorScope } from '../../../platform/graphql/cursor';
import { TermArg, TermFieldResolver, TermQuery } from '../../../platform/graphql/term-field';
import type { RecallContext } from '../context';
import { LotStub } from '../stubs/lot.stub';
import { TraceOrigin, originLots } from './origins';
import { slicePage } from '../../../canonical/graph/slice-page';
import { TraceScope } from './trace-scope';
import { TraceArgs, reachRequest } from './trace.args';
import {
  TraceBalanceType,
  TraceBreakType,
  TraceCountsType,
  TraceEdgeConnection,
  TraceEdgeType,
  TraceHolderConnection,
  TraceHolderType,
  TraceIncompleteSourceType,
  TraceNodeConnection,
  TraceNodeType,
  TraceType,
} from './trace.types';

@Resolver(() => TraceType)
export class TraceResolver {
  @TermQuery(() => TraceType, 'trace.query')
  async trace(
    @TermArg('from', () => TraceOrigin, 'trace.origins') from: TraceOrigin,
    @Args(() => TraceArgs) args: TraceArgs,
    @Ctx() context: RecallContext,
  ): Promise<TraceType> {
    const request = reachRequest(args);
    const origins = await originLots(context, from);
    const reach = await context.index.reachAll(origins, request);
    return TraceType.from(new TraceScope(origins, request, reach, context));
  }

  @TermFieldResolver(() => TraceNodeConnection, 'trace.nodes')
  nodes(@Root() { scope }: TraceType, @Args(() => PageArgs) page: PageArgs): Page<TraceNodeType> {
    return slicePage(
      scope.nodes,
      page,
      listScope('nodes', scope),
      (node) => [node.lotPk],
      (node) => TraceNodeType.from(node),
    );
  }

  @TermFieldResolver(() => TraceEdgeConnection, 'trace.edges')
  async edges(
    @Root() { scope }: TraceType,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Page<TraceEdgeType>> {
    return slicePage(
      await scope.edges(),
      page,
      listScope('edges', scope),
      (edge) => [edge.inputLinePk, edge.outputLinePk],
      (edge) => TraceEdgeType.from(edge),
    );
  }

  @TermFieldResolver(() => TraceHolderConnection, 'trace.holders')
  async holders(
    @Root() { scope }: TraceType,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Page<TraceHolderType>> {
    return slicePage(
      await scope.holders(),
      page,
      listScope('holders', scope),
      (holder) => [holder.kind, holder.pk, holder.uom],
      (holder) => TraceHolderType.from(holder),
    );
  }

  @TermFieldResolver(() => [TraceBalanceType], 'trace.massBalance')
  async massBalance(@Root() { scope }: TraceType): Promise<TraceBalanceType[]> {
    return (await scope.balances()).map((balance) => TraceBalanceType.from(balance));
  }

  @TermFieldResolver(() => TraceCountsType, 'trace.counts')
  async counts(@Root() { scope }: TraceType): Promise<TraceCountsType> {
    const [movements, holders] = await Promise.all([scope.movementCount(), scope.holders()]);
    const counts = { lots: scope.nodes.length, movements, holders: holders.length };
    return Object.assign(new TraceCountsType(), counts);
  }

  @TermFieldResolver(() => Boolean, 'trace.complete', { nullable: false })
  async complete(@Root() { scope }: TraceType, @Ctx() context: RecallContext): Promise<boolean> {
    if (context.scope !== null) return false; // lots that the caller may not see could belong to it
    const [sources, breaks] = await Promise.all([scope.incompleteSources(), scope.brokenBy()]);
    return sources.length === 0 && breaks.length === 0 && !scope.reach.truncated;
  }

  @TermFieldResolver(() => Boolean, 'trace.limitedByScope', { nullable: false })
  limitedByScope(@Ctx() { scope }: RecallContext): boolean {
    return scope !== null;
  }

  @TermFieldResolver(() => [TraceIncompleteSourceType], 'trace.incompleteSources')
  async incompleteSources(@Root() { scope }: TraceType): Promise<TraceIncompleteSourceType[]> {
    const states = await scope.incompleteSources();
    return states.map((state) => Object.assign(new TraceIncompleteSourceType(), state));
  }

  @TermFieldResolver(() => [TraceBreakType], 'trace.breaks')
  async breaks(@Root() { scope }: TraceType): Promise<TraceBreakType[]> {
    return (await scope.brokenBy()).map(({ lotPk, rule }) =>
      Object.assign(new TraceBreakType(), { lot: LotStub.of(lotPk), rule }),
    );
  }
}

@Resolver(() => LotStub)
export class LotTraceResolver {
  @TermFieldResolver(() => TraceType, 'lot.trace')
  async trace(
    @Root() { pk }: LotStub,
    @Args(() => TraceArgs) args: TraceArgs,
    @Ctx() context: RecallContext,
  ): Promise<TraceType> {
    const request = reachRequest(args);
    const reach = await context.loaders.reach(request).load(pk);
    return TraceType.from(new TraceScope([pk], request, reach, context));
  }
}

function listScope(list: string, { origins, request }: TraceScope): string {
  return cursorScope(`trace.${list}`, origins, request);
}
