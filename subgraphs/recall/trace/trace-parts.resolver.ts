/** What the nodes, edges and holders of a trace lead to. */
import { Ctx, Int, Resolver, Root } from 'type-graphql';
import { SourceRefType } from '../../../canonical/graph/source.type';
import { fromId } from '../../../canonical/ids';
import { checkPageSize } from '../../../platform/graphql/page-size';
import { TermArg, TermFieldResolver } from '../../../platform/graphql/term-field';
import type { RecallContext } from '../context';
import { LotStub } from '../stubs/lot.stub';
import { balancesOf, massBalanceLedger } from './mass-balance';
import { TraceBalanceType, TraceEdgeType, TraceHolderType, TraceNodeType } from './trace.types';

@Resolver(() => TraceNodeType)
export class TraceNodeResolver {
  @TermFieldResolver(() => [TraceBalanceType], 'trace.node.balance')
  async balance(
    @Root() { lot }: TraceNodeType,
    @Ctx() { loaders, services }: RecallContext,
  ): Promise<TraceBalanceType[]> {
    const pk = fromId('lot', lot.id) ?? 0;
    const [flows, ledgers] = await Promise.all([loaders.flows.load(pk), loaders.ledgers.load(pk)]);
    const ledger = massBalanceLedger(services.dictionary, ledgers);
    const own = flows.filter((flow) => flow.system === ledger);
    return balancesOf(own).map((balance) => TraceBalanceType.from(balance));
  }
}

@Resolver(() => TraceEdgeType)
export class TraceEdgeResolver {
  @TermFieldResolver(() => String, 'trace.edge.consumedUom')
  async consumedUom(
    @Root() { edge }: TraceEdgeType,
    @Ctx() { loaders }: RecallContext,
  ): Promise<string | null> {
    return (await loaders.line.load(edge.inputLinePk))?.uom ?? null;
  }

  @TermFieldResolver(() => String, 'trace.edge.producedUom')
  async producedUom(
    @Root() { edge }: TraceEdgeType,
    @Ctx() { loaders }: RecallContext,
  ): Promise<string | null> {
    return (await loaders.line.load(edge.outputLinePk))?.uom ?? null;
  }

  @TermFieldResolver(() => String, 'trace.edge.document')
  async document(
    @Root() { edge }: TraceEdgeType,
    @Ctx() { loaders, scope }: RecallContext,
  ): Promise<string | null> {
    const ref = (await loaders.line.load(edge.outputLinePk))?.documentRef ?? null;
    if (ref === null) return null;
    const unknown = scope === null ? ref : null; // a document out of scope has no number, not even its reference
    return (await loaders.documentByRef.load(ref))?.number ?? unknown;
  }

  @TermFieldResolver(() => SourceRefType, 'trace.edge.source')
  async source(
    @Root() { edge }: TraceEdgeType,
    @Ctx() { loaders }: RecallContext,
  ): Promise<SourceRefType | null> {
    const source = await loaders.source.load(edge.inputLinePk);
    return source === null ? null : SourceRefType.from(source);
  }
}

@Resolver(() => TraceHolderType)
export class TraceHolderResolver {
  @TermFieldResolver(() => [LotStub], 'trace.holder.lots')
  lots(
    @Root() { holder }: TraceHolderType,
    @TermArg('first', () => Int, 'page.first', { defaultValue: 50 }) first: number,
  ): LotStub[] {
    return holder.lotPks.slice(0, checkPageSize(first)).map((pk) => LotStub.of(pk));
  }
}
