/** One trace: the lots it reached, and what follows from them. Each part is worked out when it is first asked for. */
import type { SourceState } from '../../../platform/sources';
import type { RecordType } from '../../../schema/records/record-types';
import type { RecallContext } from '../context';
import type { ChainFinding } from './chain-findings';
import { type Holder, customerHolders, customerLedger, locationHolders } from './holders';
import { type Balance, balancesOf, massBalanceLedger } from './mass-balance';
import type { LotFlow, Reach, ReachRequest, TraceEdge } from './trace-index';

/** What a trace is made of; it is complete only when all of these are fresh. */
const FEEDS = ['lot', 'transformation', 'movement', 'document'] as const satisfies readonly RecordType[];

export interface TraceNode {
  readonly lotPk: number;
  readonly depth: number;
}

interface Flows {
  /** Of each lot in the ledger that its stock is taken from. */
  readonly own: readonly LotFlow[];
  /** Of each lot in the ledger that its mass balance is taken from. */
  readonly balanced: readonly LotFlow[];
  /** Deliveries of each lot in the ledger that names its customers. */
  readonly deliveries: readonly LotFlow[];
}

export class TraceScope {
  /** Nearest first. */
  readonly nodes: readonly TraceNode[];
  #edges: Promise<TraceEdge[]> | undefined;
  #flows: Promise<Flows> | undefined;
  #holders: Promise<Holder[]> | undefined;

  constructor(
    readonly origins: readonly number[],
    readonly request: ReachRequest,
    readonly reach: Reach,
    private readonly context: RecallContext,
  ) {
    this.nodes = [...reach.depths]
      .map(([lotPk, depth]) => ({ lotPk, depth }))
      .sort((a, b) => a.depth - b.depth || a.lotPk - b.lotPk);
  }

  /** Edges between reached lots. */
  edges(): Promise<TraceEdge[]> {
    return (this.#edges ??= this.#loadEdges());
  }

  holders(): Promise<Holder[]> {
    return (this.#holders ??= this.flows().then(({ own, deliveries }) =>
      [...locationHolders(own), ...customerHolders(deliveries)].sort(
        (a, b) => a.kind.localeCompare(b.kind) || a.pk - b.pk || (a.uom ?? '').localeCompare(b.uom ?? ''),
      ),
    ));
  }

  async balances(): Promise<Balance[]> {
    return balancesOf((await this.flows()).balanced);
  }

  async movementCount(): Promise<number> {
    return (await this.flows()).own.reduce((sum, flow) => sum + flow.movements, 0);
  }

  /** Feeding systems whose copy is old or missing. */
  async incompleteSources(): Promise<SourceState[]> {
    const { canonical } = this.context.services;
    await this.context.reportCopies(...FEEDS);
    const feeding = new Set(FEEDS.flatMap((type) => canonical.systemsOf(type)));
    return this.context.sources
      .list()
      .filter((state) => state.mode === 'COPY' && state.status !== 'OK' && feeding.has(state.system));
  }

  /** Open findings about reached lots, because of which others may be missing. */
  async brokenBy(): Promise<ChainFinding[]> {
    const open = await this.context.chainFindings();
    return this.nodes.flatMap(({ lotPk }) => (open.get(lotPk) ?? []).map((rule) => ({ lotPk, rule })));
  }

  flows(): Promise<Flows> {
    return (this.#flows ??= this.#loadFlows());
  }

  async #loadEdges(): Promise<TraceEdge[]> {
    const { loaders } = this.context;
    const groups = await Promise.all(this.nodes.map(({ lotPk }) => loaders.edges.load(lotPk)));
    return groups
      .flat()
      .filter((edge) => this.reach.depths.has(edge.descendantPk))
      .sort((a, b) => a.inputLinePk - b.inputLinePk || a.outputLinePk - b.outputLinePk);
  }

  async #loadFlows(): Promise<Flows> {
    const { loaders } = this.context;
    const perLot = await Promise.all(
      this.nodes.map(async ({ lotPk }) => {
        const [flows, ledgers] = await Promise.all([loaders.flows.load(lotPk), loaders.ledgers.load(lotPk)]);
        const [ownLedger] = ledgers;
        const balanceLedger = massBalanceLedger(this.context.services.dictionary, ledgers);
        const selling = customerLedger(flows, ledgers);
        return {
          own: flows.filter((flow) => flow.system === ownLedger),
          balanced: flows.filter((flow) => flow.system === balanceLedger),
          deliveries: flows.filter((flow) => flow.system === selling),
        };
      }),
    );
    return {
      own: perLot.flatMap((one) => one.own),
      balanced: perLot.flatMap((one) => one.balanced),
      deliveries: perLot.flatMap((one) => one.deliveries),
    };
  }
}
