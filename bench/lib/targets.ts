/** The gateways that a load is put on, each a process of its own, over the same subgraphs. */
import type { Copy } from './copy';
import { type Program, startProgram } from './program';

/** The gateway under load has a core for itself; all else shares the other. */
const GATEWAY_CORE = 0;
export const OTHER_CORE = 1;

const SUBGRAPHS = ['lots', 'quality', 'recall', 'governance'] as const;

export interface Target {
  readonly name: 'single' | 'split' | 'stock';
  readonly url: string;
  readonly gateway: Program;
  /** Processes that work for its answers: the gateway, and its subgraphs. */
  readonly programs: readonly Program[];
}

export interface Targets {
  readonly all: readonly Target[];
  stop(): Promise<void>;
}

/** Starts every gateway over a copy; the split and the stock one share their subgraphs' processes. */
export async function startTargets({ env }: Copy): Promise<Targets> {
  const running: Program[] = [];
  const start = async (options: Parameters<typeof startProgram>[0]): Promise<Program> => {
    const program = await startProgram({ ...options, env: { ...env, ...options.env } });
    running.push(program);
    return program;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((program) => program.stop()));
  };
  const ours = async (topology: 'single' | 'split', more: Record<string, string>): Promise<Program> =>
    await start({
      script: 'gateway/main.ts',
      core: GATEWAY_CORE,
      readyLines: 1,
      env: { LOTGRAPH_TOPOLOGY: topology, ...more },
    });
  try {
    const subgraphs = await Promise.all(
      SUBGRAPHS.map((name) =>
        start({ script: 'bench/lib/subgraph-host.ts', args: [name], core: OTHER_CORE, readyLines: 2 }),
      ),
    );
    const signed = SUBGRAPHS.map((name, index) => `${name}=${subgraphs[index]?.urls[0] ?? ''}`).join(',');
    const bare = SUBGRAPHS.map((name, index) => [name, `${subgraphs[index]?.urls[1] ?? ''}/graphql`]);
    const single = await ours('single', {});
    const split = await ours('split', { LOTGRAPH_SUBGRAPH_URLS: signed });
    const stock = await start({
      script: 'bench/lib/plain-gateway.ts',
      args: [JSON.stringify(Object.fromEntries(bare))],
      core: GATEWAY_CORE,
      readyLines: 1,
    });
    const graph = (program: Program): string => `${program.urls[0] ?? ''}/graphql`;
    return {
      stop,
      all: [
        { name: 'single', url: graph(single), gateway: single, programs: [single] },
        { name: 'split', url: graph(split), gateway: split, programs: [split, ...subgraphs] },
        { name: 'stock', url: stock.urls[0] ?? '', gateway: stock, programs: [stock, ...subgraphs] },
      ],
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
