/** `lotgraph map history`: the versions of a mapping, and how far the copy follows the one in force. */
import { type AskOptions, askGateway } from '../access/ask-gateway';
import { DEFAULT_USER } from './published';

interface Version {
  readonly number: number;
  readonly version: string;
  readonly reason: string;
  readonly publishedBy: string;
  readonly publishedAt: string;
  readonly derivation: {
    readonly state: string;
    readonly rowsDone: number;
    readonly rowsTotal: number;
    readonly rowsChanged: number;
    readonly rowsRejected: number;
    readonly rowsWaiting: number;
  } | null;
}

const HISTORY = `query MappingHistory($system: String!) { mappingVersions(system: $system, first: 50) { nodes {
  number version reason publishedBy publishedAt
  derivation { state rowsDone rowsTotal rowsChanged rowsRejected rowsWaiting }
} } }`;

/** Resolves to the exit code: 0 when the system has a published mapping. */
export async function historyCommand(root: string, system: string, options: AskOptions): Promise<number> {
  const { mappingVersions } = await askGateway<{ mappingVersions: { nodes: readonly Version[] } }>(
    root,
    options,
    DEFAULT_USER,
    { query: HISTORY, variables: { system } },
  );
  for (const { number, version, reason, publishedBy, publishedAt, derivation } of mappingVersions.nodes) {
    console.log(`${number}  ${publishedAt}  ${publishedBy}  ${version.slice(0, 12)}  ${reason}`);
    if (derivation !== null)
      console.log(
        `   ${derivation.state.toLowerCase()}: ${derivation.rowsDone} rows mapped again, ${derivation.rowsChanged} changed, ` +
          `${derivation.rowsRejected} rejected, ${derivation.rowsWaiting} wait for the source`,
      );
  }
  if (mappingVersions.nodes.length > 0) return 0;
  console.error(`no mapping of "${system}" was published`);
  return 1;
}
