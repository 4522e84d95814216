// Tells the story to all systems, cell by cell, so that memory stays flat at any scale.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERP_TABLES } from './erp/tables';
import { openErpTarget } from './erp/target';
import { ErpWriter } from './erp/writer';
import { LIST_INDEXES, OBJECTS } from './lims/tables';
import { LimsWriter } from './lims/writer';
import { writeQaFolder } from './qa/writer';
import { SqliteSink, finishBulk, openBulk } from './sql';
import { dayOf, isoDay, midnight, parseDay } from './story/calendar';
import { tellCell } from './story/cell';
import { plantMess, plantVariants } from './story/mess';
import type { Planted } from './story/model';
import { Series, nameDocs } from './story/naming';
import { samplesOf } from './story/quality';
import { recallsOf } from './story/recalls';
import { Rng } from './story/rng';
import { WMS_TABLES } from './wms/tables';
import { WmsWriter } from './wms/writer';

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
const FILES = ['erp.sqlite', 'wms.sqlite', 'lims.sqlite', 'planted.json', 'story.json', 'qa'];
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
  const counts = await tell(dir, { scale, seed, day, erpUrl: options.erpUrl });
  const manifest: Manifest = { format: FORMAT, scale, seed, date, erp, counts };
  writeFileSync(join(dir, 'story.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

const isWhole = (dir: string, erp: string): boolean =>
  FILES.every((name) => (erp === 'mysql' && name === 'erp.sqlite') || existsSync(join(dir, name)));

interface Telling {
  readonly scale: number;
  readonly seed: number;
  readonly day: number;
  readonly erpUrl: string | undefined;
}

async function tell(dir: string, { scale, seed, day, erpUrl }: Telling): Promise<Record<string, number>> {
  const end = midnight(day);
  const erp = await openErpTarget(dir, erpUrl);
  const wms = openBulk(join(dir, 'wms.sqlite'), WMS_TABLES);
  const lims = openBulk(join(dir, 'lims.sqlite'), [OBJECTS]);
  const wmsSink = new SqliteSink(wms);
  const limsSink = new SqliteSink(lims);
  const series = new Series();
  const writers = {
    erp: new ErpWriter(erp.sink, series, end),
    wms: new WmsWriter(wmsSink, end),
    lims: new LimsWriter(limsSink, end),
  };
  const planted: Planted[] = [];
  for (let index = 0; index < scale; index += 1) {
    const cell = tellCell({ index, seed, day });
    const mess = index === 0 ? plantMess(cell, { end }) : null;
    nameDocs(cell.docs, series);
    const rng = new Rng(seed * 31 + index);
    cell.samples.push(...samplesOf(rng, cell.lots, end));
    plantVariants(cell, rng);
    mess?.finish();
    if (index === 0) cell.recalls.push(...recallsOf(cell, day));
    writers.erp.write(cell, { readings: mess?.readings ?? new Map() });
    writers.wms.write(cell);
    writers.lims.write(cell);
    await erp.sink.flush();
    if (index === 0) writeQaFolder(dir, cell.recalls);
    planted.push(...cell.planted);
  }
  await Promise.all([wmsSink.flush(), limsSink.flush()]);
  finishBulk(wms, WMS_TABLES);
  for (const sql of LIST_INDEXES) lims.exec(sql);
  finishBulk(lims, [OBJECTS]);
  await erp.finish();
  writeFileSync(join(dir, 'planted.json'), `${JSON.stringify(planted, null, 1)}\n`);
  return { erpTables: ERP_TABLES.length, planted: planted.length };
}
