/** The split topology on one machine: each subgraph a process with an address of its own. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../../platform/config';
import { Child } from '../supervisor/child';
import { findFreePorts } from '../supervisor/free-ports';

const SUBGRAPHS = ['lots', 'quality', 'recall', 'governance'] as const;

export interface SplitPlan {
  /** The configuration with the addresses filled in. */
  readonly config: Config;
  readonly children: readonly Child[];
}

/** Settles addresses; nothing runs yet. Addresses that the configuration names are taken as they are. */
export async function planSplit(
  config: Config,
  root: string,
  say: (sentence: string) => void,
): Promise<SplitPlan> {
  if (config.subgraphUrls.size > 0) return { config, children: [] };
  const names = SUBGRAPHS.filter((name) => existsSync(scriptOf(root, name)));
  const ports = await findFreePorts(names.length);
  const children = names.map(
    (name, index) =>
      new Child({
        ...{ name: `subgraph ${name}`, script: scriptOf(root, name), saysReady: true, say },
        env: { LOTGRAPH_SUBGRAPH_PORT: String(ports[index]) },
      }),
  );
  const subgraphUrls = new Map(names.map((name, index) => [name, `http://127.0.0.1:${ports[index] ?? 0}`]));
  return { config: { ...config, topology: 'split', subgraphUrls }, children };
}

function scriptOf(root: string, name: string): string {
  return path.join(root, `dist/subgraphs/${name}/main.js`);
}
