/**
 * What has changed since a proposal was made: the act is tried again and taken back, as at each signature. Only a
 * process that carries the act's subgraph can tell; elsewhere it is not known, and the signature finds out.
 */
import { canonicalJson } from '../../platform/canonical-json';
import type { Subgraph } from '../../platform/graphql/subgraph';
import type { RequestContext } from '../../platform/request';
import type { Json } from '../audit/audit-entry';
import { type AuthoredAct, actOfProposal, authoredActsOf } from './apply-sign-off';
import type { Transactional } from './act-run';
import { differencesOf, thaw } from './payload';
import type { SignOffDeps } from './ports';
import { dryRun } from './propose';
import type { SignOffProposalRow } from './sign-off.entity';
import { proposerOfRow } from './sign';
import { isOpen } from './store';

/** One fact of the relied-on state that is not as it was. */
export interface PresentDifference {
  readonly type: string;
  readonly id: string;
  /** Name of the fact. */
  readonly name: string;
  readonly frozen: Json;
  readonly present: Json;
}

interface ServedAct {
  readonly act: AuthoredAct;
  readonly subgraph: Pick<Subgraph, 'createContext'>;
}

export class PresentState {
  readonly #served = new Map<string, ServedAct>();

  constructor(private readonly deps: SignOffDeps) {}

  /** Tells whose acts this process can try. */
  serve(subgraphs: readonly Pick<Subgraph, 'schema' | 'createContext'>[]): void {
    for (const subgraph of subgraphs)
      for (const act of authoredActsOf(subgraph.schema)) this.#served.set(act.coordinate, { act, subgraph });
  }

  /** What of the relied-on state is not as it was; null where this process cannot tell, or the sign-off has ended. */
  async differences(
    request: RequestContext,
    proposal: SignOffProposalRow,
  ): Promise<PresentDifference[] | null> {
    const served = this.#served.get(proposal.coordinate);
    if (served === undefined || !isOpen(proposal)) return null;
    const { deps } = this;
    const context = served.subgraph.createContext(request) as RequestContext;
    const act = actOfProposal(served.act, proposal, context);
    const transaction: Transactional = (work) => deps.database.write(work);
    const proposer = proposerOfRow(proposal);
    const run = await dryRun(deps, transaction, request, act, proposal.id, proposer);
    const frozen = thaw(proposal.payload);
    if (!differencesOf(frozen, run.payload).includes('target')) return [];
    return frozen.target.flatMap(({ type, id, state }) => {
      const now = run.payload.target.find((one) => one.type === type && one.id === id);
      return factsThatDiffer(state, now?.state ?? null).map((fact) => ({ type, id, ...fact }));
    });
  }
}

function factsThatDiffer(
  frozen: Json,
  present: Json,
): Pick<PresentDifference, 'name' | 'frozen' | 'present'>[] {
  const [before, after] = [objectOf(frozen), objectOf(present)];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .map((name) => ({ name, frozen: before[name] ?? null, present: after[name] ?? null }))
    .filter((fact) => canonicalJson(fact.frozen) !== canonicalJson(fact.present));
}

const objectOf = (state: Json): Readonly<Record<string, Json>> =>
  typeof state === 'object' && state !== null && !Array.isArray(state)
    ? (state as Readonly<Record<string, Json>>)
    : { state };
