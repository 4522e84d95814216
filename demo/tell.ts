// Tells the story to the systems, cell by cell, so that memory stays flat at any scale. The story is the same
// whoever tells it, so ERP and QA folder on one side, WMS and LIMS on the other, are written at the same time.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { openErpTarget } from './erp/target';
import { ErpWriter } from './erp/writer';
import { LIST_INDEXES, OBJECTS } from './lims/tables';
import { LimsWriter } from './lims/writer';
import { writeQaFolder } from './qa/writer';
import { SqliteSink, finishBulk, openBulk } from './sql';
import { midnight } from './story/calendar';
import { tellCell } from './story/cell';
import { plantMess, plantVariants } from './story/mess';
import type { Mess } from './story/mess';
import type { Cell, Planted } from './story/model';
import { Series, nameDocs } from './story/naming';
import { samplesOf } from './story/quality';
import { recallsOf } from './story/recalls';
import { Rng } from './story/rng';
import { WMS_TABLES } from './wms/tables';
import { WmsWriter } from './wms/writer';

export interface Telling {
  readonly dir: string;
  readonly scale: number;
  readonly seed: number;
  /** Calendar day of the demo date. */
  readonly day: number;
}

interface Told {
  readonly cell: Cell;
  readonly readings: Mess['readings'];
}

function* cellsOf({ scale, seed, day }: Telling, series: Series): Generator<Told> {
  const end = midnight(day);
  for (let index = 0; index < scale; index += 1) {
    const cell = tellCell({ index, seed, day });
    const mess = index === 0 ? plantMess(cell, { end }) : null;
    nameDocs(cell.docs, series);
    const rng = new Rng(seed * 31 + index);
    cell.samples.push(...samplesOf(rng, cell.lots, end));
    plantVariants(cell, rng);
    mess?.finish();
    if (index === 0) cell.recalls.push(...recallsOf(cell, day));
    yield { cell, readings: mess?.readings ?? new Map<never, never>() };
  }
}

/** Writes the ERP, the QA folder and the list of what was planted; returns the length of that list. */
export async function tellErp(telling: Telling & { erpUrl: string | undefined }): Promise<number> {
  const { dir, day, erpUrl } = telling;
  const target = await openErpTarget(dir, erpUrl);
  const series = new Series();
  const writer = new ErpWriter(target.sink, series, midnight(day));
  const planted: Planted[] = [];
  for (const { cell, readings } of cellsOf(telling, series)) {
    writer.write(cell, { readings });
    await target.sink.flush();
    if (cell.index === 0) writeQaFolder(dir, cell.recalls);
    planted.push(...cell.planted);
  }
  await target.finish();
  writeFileSync(join(dir, 'planted.json'), `${JSON.stringify(planted, null, 1)}\n`);
  return planted.length;
}

/** Writes the WMS and the LIMS. */
async function tellOthers(telling: Telling): Promise<void> {
  const { dir, day } = telling;
  const end = midnight(day);
  const wms = openBulk(join(dir, 'wms.sqlite'), WMS_TABLES);
  const lims = openBulk(join(dir, 'lims.sqlite'), [OBJECTS]);
  const wmsSink = new SqliteSink(wms);
  const limsSink = new SqliteSink(lims);
  const writers = [new WmsWriter(wmsSink, end), new LimsWriter(limsSink, end)];
  for (const { cell } of cellsOf(telling, new Series())) for (const writer of writers) writer.write(cell);
  await Promise.all([wmsSink.flush(), limsSink.flush()]);
  finishBulk(wms, WMS_TABLES);
  for (const sql of LIST_INDEXES) lims.exec(sql);
  finishBulk(lims, [OBJECTS]);
}

const ROLE = 'demo: WMS and LIMS';

/** Writes the WMS and the LIMS in a thread of their own; from TypeScript sources, which a thread cannot load, in this one. */
export function tellOthersAside(telling: Telling): Promise<void> {
  if (!__filename.endsWith('.js')) return tellOthers(telling);
  return new Promise((resolve, reject) => {
    const worker = new Worker(__filename, { workerData: { role: ROLE, telling } });
    worker.once('message', () => resolve());
    worker.once('error', reject);
  });
}

const given = workerData as { role?: string; telling?: Telling } | null;
if (!isMainThread && given?.role === ROLE && given.telling) {
  void tellOthers(given.telling).then(() => parentPort?.postMessage('told'));
}
