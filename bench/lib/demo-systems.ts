/** The demo systems as processes of their own, for benchmarks and proofs. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = path.resolve(__dirname, '../..');
const MAIN = ['-r', '@swc-node/register', path.join(ROOT, 'demo', 'main.ts')];

export type DemoSystem = 'erp' | 'wms' | 'lims';

export interface DemoSystems {
  /** Address of each system that was started. */
  readonly urls: Readonly<Partial<Record<DemoSystem, string>>>;
  /** Environment that the mappings' references are looked up in. */
  readonly env: Readonly<Record<string, string>>;
  stop(): void;
}

/** Prepares the story in `dir`; nothing to do when it is there. */
export async function prepareDemo(dir: string, scale: number, date: string, erpUrl?: string): Promise<void> {
  const args = ['prepare', '--dir', dir, '--scale', String(scale), '--date', date];
  if (erpUrl !== undefined) args.push('--erp-url', erpUrl);
  const child = spawn(process.execPath, [...MAIN, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`the story was not prepared (exit code ${String(code)})`);
}

/** Starts WMS and LIMS, or what is asked for; reading the ERP's database needs no process, commanding it does. */
export async function startDemo(
  dir: string,
  erpUrl?: string,
  systems: readonly DemoSystem[] = ['wms', 'lims'],
): Promise<DemoSystems> {
  const children: ChildProcess[] = [];
  const start = async (system: DemoSystem): Promise<string> => {
    const child = spawn(process.execPath, [...MAIN, system, '--dir', dir, '--port', '0', '--with-parent'], {
      cwd: ROOT,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(child);
    for await (const line of createInterface({ input: child.stdout })) {
      const [word, , url] = line.split(' ');
      if (word === 'ready' && url !== undefined) return url;
    }
    throw new Error(`${system} did not start`);
  };
  const started = await Promise.all(systems.map(async (system) => [system, await start(system)] as const));
  const urls: Partial<Record<DemoSystem, string>> = Object.fromEntries(started);
  const { wms = '', lims = '' } = urls;
  return {
    urls,
    env: {
      LOTGRAPH_SOURCE_ERP_URL: erpUrl ?? `sqlite:${path.join(dir, 'erp.sqlite')}`,
      LOTGRAPH_SOURCE_WMS_URL: `${wms}/openboxes/api`,
      LOTGRAPH_SOURCE_WMS_USERNAME: 'integration',
      LOTGRAPH_SOURCE_WMS_PASSWORD: 'wms-secret',
      LOTGRAPH_SOURCE_LIMS_URL: `${lims}/senaite/@@API/senaite/v1`,
      LOTGRAPH_SOURCE_LIMS_USERNAME: 'integration',
      LOTGRAPH_SOURCE_LIMS_PASSWORD: 'lims-secret',
      LOTGRAPH_SOURCE_QA_DIR: path.join(dir, 'qa'),
    },
    stop: () => {
      for (const child of children) child.kill();
    },
  };
}
