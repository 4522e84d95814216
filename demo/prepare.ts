// Fills a directory with the story, once.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dayOf, isoDay, parseDay } from './story/calendar';
import { tellErp, tellOthersAside } from './tell';

export interface PrepareOptions {
  readonly scale?: number;
  readonly seed?: number;
  /** Calendar date `yyyy-MM-dd`; default LOTGRAPH_DEMO_DATE, else today in Shanghai. */
  readonly date?: string;
  /** `mysql://…`: the ERP's tables go there instead of into a SQLite file. */
  readonly erpUrl?: string;
}

export interface Manifest {
  readonly format: number;
  readonly scale: number;
  readonly seed: number;
  readonly date: string;
  readonly erp: 'sqlite' | 'mysql';
  readonly counts: Readonly<Record<string, number>>;
}

/** Raised whenever the same seed would tell another story. */
const FORMAT = 1;
const FILES = ['story.json', 'erp.sqlite', 'wms.sqlite', 'lims.sqlite', 'planted.json', 'qa'];
const LEFTOVERS = ['erp', 'wms', 'lims'].map((name) => `${name}.answers.jsonl`);

/** The manifest of a complete story, or null. */
export function readManifest(dir: string): Manifest | null {
  try {
    return JSON.parse(readFileSync(join(dir, 'story.json'), 'utf8')) as Manifest;
  } catch {
    return null; // absent or half-written: both mean that there is no complete story
  }
}

/** Fills `dir` with the story; does nothing when it is already there. */
export async function prepareStory(dir: string, options: PrepareOptions = {}): Promise<Manifest> {
  const { scale = 1, seed = 42 } = options;
  const asked = options.date ?? process.env['LOTGRAPH_DEMO_DATE'];
  const date = asked ?? isoDay(dayOf(Date.now()));
  const day = parseDay(date);
  const erp = options.erpUrl === undefined ? 'sqlite' : 'mysql';
  const found = readManifest(dir);
  const same = found?.format === FORMAT && found.scale === scale && found.seed === seed && found.erp === erp;
  if (found && same && (asked === undefined || found.date === asked) && isWhole(dir, erp)) return found;
  mkdirSync(dir, { recursive: true });
  for (const name of [...FILES, ...LEFTOVERS])
    for (const suffix of ['', '-journal', '.away', '.header'])
      rmSync(join(dir, name + suffix), { recursive: true, force: true });
  const telling = { dir, scale, seed, day };
  const others = tellOthersAside(telling);
  const planted = await tellErp({ ...telling, erpUrl: options.erpUrl });
  await others;
  const manifest: Manifest = { format: FORMAT, scale, seed, date, erp, counts: { planted } };
  writeFileSync(join(dir, 'story.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

const isWhole = (dir: string, erp: string): boolean =>
  FILES.every((name) => (erp === 'mysql' && name === 'erp.sqlite') || existsSync(join(dir, name)));
