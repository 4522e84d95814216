/** The demo's legacy systems: one story, three processes, and what mappings need to find them. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../../platform/config';
import { ConfigError } from '../../platform/errors';
import { Child } from '../supervisor/child';
import { demoSourcesFile } from '../demo-sources';
import { findFreePorts } from '../supervisor/free-ports';

export interface DemoWorld {
  readonly children: readonly Child[];
  /** Where the mappings' references lead. */
  readonly env: Readonly<Record<string, string>>;
  /** Writes the story where there is none; resolves once every system of the demo answers. */
  start(): Promise<void>;
}

const SYSTEMS = ['erp', 'wms', 'lims'] as const;

/** Writes the story unless it is there. */
async function prepareDemo(config: Config, root: string): Promise<void> {
  if (isPrepared(config)) return;
  const { scale, date } = config.demo;
  const args = [
    'prepare',
    '--dir',
    storyDir(config),
    '--scale',
    String(scale),
    ...(date === null ? [] : ['--date', date]),
    ...erpArguments(config),
  ];
  const child = spawn(process.execPath, [scriptOf(root), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error('the demo story could not be prepared');
}

/** Settles addresses; nothing runs yet. */
export async function planDemo(
  config: Config,
  root: string,
  say: (sentence: string) => void,
): Promise<DemoWorld> {
  const dir = storyDir(config);
  const ports = await findFreePorts(SYSTEMS.length);
  const children = SYSTEMS.map(
    (system, index) =>
      new Child({
        ...{ name: `demo ${system}`, script: scriptOf(root), saysReady: true, say },
        args: [
          system,
          '--dir',
          dir,
          '--port',
          String(ports[index]),
          '--with-parent',
          ...erpArguments(config),
        ],
      }),
  );
  const [erp, wms, lims] = ports;
  const env = {
    LOTGRAPH_SOURCE_ERP_URL: config.demo.erpUrl ?? `sqlite:${path.join(dir, 'erp.sqlite')}`,
    LOTGRAPH_SOURCE_ERP_API_URL: `http://127.0.0.1:${erp ?? 0}`,
    LOTGRAPH_SOURCE_ERP_API_TOKEN: 'demo:erp-secret',
    LOTGRAPH_SOURCE_WMS_URL: `http://127.0.0.1:${wms ?? 0}/openboxes/api`,
    LOTGRAPH_SOURCE_WMS_USERNAME: 'integration',
    LOTGRAPH_SOURCE_WMS_PASSWORD: 'wms-secret',
    LOTGRAPH_SOURCE_LIMS_URL: `http://127.0.0.1:${lims ?? 0}/senaite/@@API/senaite/v1`,
    LOTGRAPH_SOURCE_LIMS_USERNAME: 'integration',
    LOTGRAPH_SOURCE_LIMS_PASSWORD: 'lims-secret',
    LOTGRAPH_SOURCE_QA_DIR: path.join(dir, 'qa'),
  };
  return {
    children,
    env,
    start: async () => {
      await prepareDemo(config, root);
      await Promise.all(children.map((child) => child.start()));
      // tells commands that are run beside this one where the systems are
      writeFileSync(demoSourcesFile(config), JSON.stringify(env), { mode: 0o600 });
    },
  };
}

/**
 * The story's manifest is written last, so a story that has one is whole. Throws ConfigError when it is another story
 * than the one asked for: the copy of the old one would stay beside the new one, and the graph would show both.
 */
function isPrepared(config: Config): boolean {
  const file = path.join(storyDir(config), 'story.json');
  if (!existsSync(file)) return false;
  const { scale, date, erp } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const wanted = {
    scale: config.demo.scale,
    date: config.demo.date ?? date,
    erp: config.demo.erpUrl === null ? 'sqlite' : 'mysql',
  };
  if (scale === wanted.scale && date === wanted.date && erp === wanted.erp) return true;
  throw new ConfigError([
    `${config.dataDir} holds the demo story of ${String(date)} at scale ${String(scale)} (ERP on ${String(erp)}); ` +
      'name another LOTGRAPH_DATA and database for another story, or remove that folder',
  ]);
}

/** The ERP's tables stand in a database of their own when one is named. */
const erpArguments = ({ demo }: Config): string[] => (demo.erpUrl === null ? [] : ['--erp-url', demo.erpUrl]);

function storyDir(config: Config): string {
  return path.join(config.dataDir, 'demo');
}

function scriptOf(root: string): string {
  return path.join(root, 'dist/demo/main.js');
}
