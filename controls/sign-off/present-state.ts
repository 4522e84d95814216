/**
 * What has changed since a proposal was made: the act is tried again and taken back, as at each signature. Only a
 * process that runs the act's subgraph can tell; elsewhere it is not known, and the signature finds out.
 */
import type { Subgraph } from '../../platform/graphql/subgraph';
import type { RequestContext } from '../../platform/request';
import { type AuthoredAct, actOfProposal, authoredActsOf } from './apply-sign-off';
import type { Transactional } from './act-run';
import { differencesOf, thaw } from './payload';
import type { SignOffDeps } from './ports';
import { dryRun } from './propose';
import type { SignOffProposalRow } from './sign-off.entity';
import { proposerOfRow } from './sign';

export interface PresentDifference {
  readonly type: string;
  readonly id: string;
  readonly frozen: string;
  /** Null where the act does not rely on the object any more. */
  readonly present: string | null;
}

interface ServedAct {
  readonly act: AuthoredAct;
  readonly subgraph: Pick<Subgraph, 'createContext'>;
}

export class PresentState {
  readonly #served = new Map<string, ServedAct>();

  constructor(private readonly deps: SignOffDeps) {}

  /** Tells which subgraphs run in this process. */
  serve(subgraphs: readonly Pick<Subgraph, 'schema' | 'createContext'>[]): void {
    for (const subgraph of subgraphs)
      for (const act of authoredActsOf(subgraph.schema)) this.#served.set(act.coordinate, { act, subgraph });
  }

  /** Objects whose state is not the frozen one; null where this process cannot tell. */
  async differences(
    request: RequestContext,
    proposal: SignOffProposalRow,
  ): Promise<PresentDifference[] | null> {
    const served = this.#served.get(proposal.coordinate);
    if (served === undefined) return null;
    const { deps } = this;
    const act = actOfProposal(served.act, proposal, served.subgraph.createContext(request));
    const transaction: Transactional = (work) => deps.database.write(work);
    const proposer = proposerOfRow(proposal);
    const run = await dryRun(deps, transaction, request, act, proposal.id, proposer);
    const frozen = thaw(proposal.payload);
    if (!differencesOf(frozen, run.payload).includes('target')) return [];
    return frozen.target.flatMap(({ type, id, state }) => {
      const now = run.payload.target.find((one) => one.type === type && one.id === id);
      const texts = {
        frozen: JSON.stringify(state),
        present: now === undefined ? null : JSON.stringify(now.state),
      };
      return texts.frozen === texts.present ? [] : [{ type, id, ...texts }];
    });
  }
}
